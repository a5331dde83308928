package dev.pando.cluster.discovery;

import java.time.Duration;

/// A strategy with a name of its own; several may run side by side.
///
/// @param name in logs, and the id of its child in the tree
/// @param lookup how long one lookup may take
/// @param connect how long one attempt to reach a node may take
/// @param misses how many answers in a row have to lack a node before it is given up, which happens
///     only when there is no session with it either
public record Topology(String name, DiscoveryStrategy strategy, Duration lookup, Duration connect, int misses) {

    private static final Duration SECONDS_5 = Duration.ofSeconds(5);

    public Topology {
        if (name.isBlank()) {
            throw new IllegalArgumentException("topology: the name is blank; give each topology a name of its own");
        }
        requirePositive(name, "lookup", lookup);
        requirePositive(name, "connect", connect);
        if (misses < 1) {
            throw new IllegalArgumentException(name + ".misses: " + misses + " is less than 1");
        }
    }

    private static void requirePositive(String topology, String option, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(topology + "." + option + ": " + time + " is not above 0");
        }
    }

    /// One that gives a lookup and an attempt to connect 5 seconds each, and a node up after 3 answers without it.
    public static Topology of(String name, DiscoveryStrategy strategy) {
        return new Topology(name, strategy, SECONDS_5, SECONDS_5, 3);
    }

    public Topology lookup(Duration lookup) {
        return new Topology(name, strategy, lookup, connect, misses);
    }

    public Topology connect(Duration connect) {
        return new Topology(name, strategy, lookup, connect, misses);
    }

    public Topology misses(int misses) {
        return new Topology(name, strategy, lookup, connect, misses);
    }
}
