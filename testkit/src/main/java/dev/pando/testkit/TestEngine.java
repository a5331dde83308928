package dev.pando.testkit;

import java.util.Locale;

/// What a cluster under test runs on.
enum TestEngine {
    SIMULATOR,
    JGROUPS;

    static final String PROPERTY = "pando.testkit.engine";

    /// @throws IllegalArgumentException when there is none of this name
    static TestEngine named(String name) {
        return switch (name) {
            case "simulator" -> SIMULATOR;
            case "jgroups" -> JGROUPS;
            default ->
                throw new IllegalArgumentException(PROPERTY + ": '" + name + "' is neither 'simulator' nor 'jgroups'");
        };
    }

    /// Asks for this one.
    String property() {
        return "-D" + PROPERTY + "=" + name().toLowerCase(Locale.ROOT);
    }

    /// Starts a cluster whose nodes see each other.
    <A> TestCluster<A> start(long seed, int nodes, Setup<A> setup) {
        return switch (this) {
            // There are few events, and the one seed that fails wants them.
            case SIMULATOR -> SimulatedNodes.start(Simulation.traced(seed), nodes, setup);
            case JGROUPS -> RealNodes.start(seed, nodes, setup);
        };
    }
}
