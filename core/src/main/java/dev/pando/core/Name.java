package dev.pando.core;

/// The name of a process, known on its own node only.
public record Name(String value) implements Address {

    public Name {
        if (value.isBlank() || value.length() > 255) {
            throw new IllegalArgumentException("process name '" + value + "': use 1 to 255 characters");
        }
    }

    /// This name on another node (or on this one).
    public RemoteName on(NodeName node) {
        return new RemoteName(node, this);
    }

    @Override
    public String toString() {
        return value;
    }
}
