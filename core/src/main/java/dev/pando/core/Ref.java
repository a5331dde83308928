package dev.pando.core;

/// A reference that is unique among all nodes: the identity of a monitor or a call.
public record Ref(NodeName node, long incarnation, long serial) {

    @Override
    public String toString() {
        return "#" + node + "." + Long.toString(incarnation, 36) + "." + serial;
    }
}
