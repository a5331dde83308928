package dev.pando.cli;

import dev.pando.testkit.Simulation;
import java.time.Duration;
import java.util.Optional;

/// A protocol of the library under simulated faults, and what is wanted of it.
enum SimulationSuite {
    /// Sessions between nodes: words in order, none missing, none of an earlier session in a later, each end told once,
    /// nobody who sends left waiting.
    SESSIONS,
    /// Children of a distributed supervisor: none lost, one of each, each loser ended once.
    CHILDREN,
    /// Children with a quorum of voters, under cuts, pauses and crashes: never two of one that was there before, none
    /// lost, and supervisors that outlast it.
    QUORUM,
    /// Names and topics of the available registries, whose servers are killed on the way: one holder of each name,
    /// known everywhere with its value, listeners told the same, each loser told once.
    NAMES,
    /// Groups, whose servers are killed on the way: each node lists the members that live, each as often as it has
    /// joined, and whoever monitors them has been told the same.
    GROUPS,
    /// Many ask for the same worker at once, on all nodes; there is one, and its donation is recorded once.
    ROUTER,
    /// A small registry of this command's own, which is sound, and in which faults can be planted.
    FIXTURE,
    /// Small sessions of this command's own, which are sound, and in which a fault can be planted.
    RELAY;

    /// What a run is like.
    ///
    /// @param window how long faults go on, in virtual time
    record Setting(int nodes, int faults, Duration window, Optional<Plant> plant) {
        boolean has(Plant fault) {
            return plant.equals(Optional.of(fault));
        }
    }

    /// A fault that is built in to see that it is found.
    enum Plant {
        /// The guide's own sample: look whether there is a worker, and start one if not.
        CHECK_THEN_ACT(ROUTER),
        /// Groups that are lost with the server that keeps them, as in OTP.
        FORGET_GROUPS(GROUPS),
        /// A registry that tells a node of its names when it sees it first, and not after a flap.
        NO_REANNOUNCE(FIXTURE),
        /// A registry in which each node keeps what it has heard first.
        NO_MERGE_RULE(FIXTURE),
        /// A registry that tells who has lost a name twice.
        ENDED_TWICE(FIXTURE),
        /// Sessions that let in what was sent in an earlier one.
        EARLIER_SESSION(RELAY);

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
            case SESSIONS -> new SimulatedSessions((cluster, _) -> new SimulatedSessions.Own(cluster), true);
            case CHILDREN -> new SimulatedChildren();
            case QUORUM -> new SimulatedQuorum();
            case NAMES -> new SimulatedNames();
            case GROUPS -> new SimulatedGroups();
            case ROUTER -> new SimulatedRouter();
            case FIXTURE -> new SimulatedFixture();
            case RELAY -> new SimulatedSessions(FixtureRelay::start, false);
        };
        body.run(simulation, setting);
    }
}
