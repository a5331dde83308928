package dev.pando.cli;

import dev.pando.testkit.Simulation;
import java.time.Duration;

/// A protocol of the library under simulated faults, and what is wanted of it.
enum SimulationSuite {
    /// Children of a distributed supervisor: none lost, one of each, each loser ended once.
    CHILDREN,
    /// Names of the available registry: one holder of each, known everywhere, each loser told once.
    NAMES,
    /// Many ask for the same worker at once, on all nodes; there is one, and its donation is recorded once.
    ROUTER,
    /// A small registry of this command's own, which is sound, and in which faults can be planted.
    FIXTURE;

    /// What a run is like.
    ///
    /// @param window how long faults go on, in virtual time
    record Setting(int nodes, int faults, Duration window, Plant plant) {}

    /// A fault that is built in to see that it is found.
    enum Plant {
        NONE(CHILDREN),
        /// The guide's own sample: look whether there is a worker, and start one if not.
        CHECK_THEN_ACT(ROUTER),
        /// A registry that tells a node of its names when it sees it first, and not after a flap.
        NO_REANNOUNCE(FIXTURE),
        /// A registry in which each node keeps what it has heard first.
        NO_MERGE_RULE(FIXTURE),
        /// A registry that tells who has lost a name twice.
        ENDED_TWICE(FIXTURE);

        private final SimulationSuite suite;

        Plant(SimulationSuite suite) {
            this.suite = suite;
        }

        /// Which suite has to find it.
        SimulationSuite suite() {
            return suite;
        }
    }

    /// One run.
    @FunctionalInterface
    interface Body {
        void run(Simulation simulation, Setting setting);
    }

    /// Runs it once.
    ///
    /// @throws dev.pando.testkit.SimulationFailure when something is not as wanted
    void run(Simulation simulation, Setting setting) {
        Body body = switch (this) {
            case CHILDREN -> new SimulatedChildren();
            case NAMES -> new SimulatedNames();
            case ROUTER -> new SimulatedRouter();
            case FIXTURE -> new SimulatedFixture();
        };
        body.run(simulation, setting);
    }
}
