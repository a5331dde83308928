package dev.pando.core;

/// Whoever holds a key of a registry at the time of use. Does not travel, since each node asks its own registry.
public record Via(Registry registry, Object key) implements Dest {

    @Override
    public String toString() {
        return key + " in " + registry;
    }
}
