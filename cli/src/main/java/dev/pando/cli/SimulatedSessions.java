package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.testkit.CallOutcomes;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Words, calls, monitors and links between all pairs of nodes while faults happen.
final class SimulatedSessions implements SimulationSuite.Body {

    private static final Duration CONVERGES = Duration.ofSeconds(60);
    private static final Duration ARRIVES = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final int PAUSE_MAX_MILLIS = 500;
    private static final Duration PARTED = Duration.ofSeconds(4);

    private final Lines lines;
    private final boolean enginesFail;

    /// How the talkers of a node reach the others.
    @FunctionalInterface
    interface Lines {
        Talker.Line line(Cluster cluster, SimulationSuite.Setting setting);
    }

    /// What all talkers of a run have in common.
    static final class Talk {
        private final Simulation simulation;
        private final List<SessionNotes> all = new ArrayList<>();
        private final List<Pid> loaders = new ArrayList<>();
        private boolean over;

        private Talk(Simulation simulation) {
            this.simulation = simulation;
        }

        SessionNotes notes(Pid talker) {
            SessionNotes made = new SessionNotes(talker, simulation.nanos());
            all.add(made);
            return made;
        }

        /// Virtual nanoseconds since the start, the same on all nodes.
        long nanos() {
            return simulation.nanos();
        }

        boolean goesOn() {
            return !over;
        }

        void note(Pid talker, String what) {
            simulation.note(talker.node().name(), "", what);
        }

        /// Whoever waits for room has it in the end, or is told that the session is over.
        private Verdict nobodyWaits(SimulatedNodes<?> nodes) {
            return new Verdict(loaders.stream()
                    .filter(loader -> SimulatedChildren.isAlive(nodes, loader))
                    .map(loader -> loader + " still waits to send a load")
                    .toList());
        }

        private List<SessionNotes> living(SimulatedNodes<?> nodes) {
            return all.stream()
                    .filter(notes -> SimulatedChildren.isAlive(nodes, notes.self()))
                    .toList();
        }
    }

    /// @param enginesFail whether engines also do what they should not: the library's own sessions bear that,
    ///     and those built on them need not
    SimulatedSessions(Lines lines, boolean enginesFail) {
        this.lines = lines;
        this.enginesFail = enginesFail;
    }

    /// The library's own sessions.
    record Own(Cluster cluster) implements Talker.Line {
        @Override
        public List<NodeName> follow(Pid talker) {
            cluster.monitorNodes(talker);
            return cluster.nodes();
        }

        @Override
        public void say(NodeName to, Talker.Word word) {
            Self.cast(Talker.NAME.on(to), word);
        }
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Talk talk = new Talk(simulation);
        try (SimulatedNodes<List<CallOutcomes.Made>> nodes = SimulatedNodes.start(
                simulation,
                setting.nodes(),
                Protocols.of(Talker.Message.class, FixtureRelay.Message.class),
                Resources::none,
                (node, cluster) -> boot(node, lines.line(cluster, setting), talk, setting.nodes()))) {
            SessionFaults faults = new SessionFaults(nodes, setting);
            faults.blink();
            if (enginesFail) {
                faults.fail(talk.loaders);
            }
            nodes.faults(setting.faults(), setting.window());
            nodes.require(SessionPromises.never(talk.all));
            nodes.heal();
            long healed = simulation.nanos();
            nodes.converge(CONVERGES, () -> SessionPromises.reachEachOther(talk.living(nodes), healed));
            endTalk(nodes, talk, faults);
            nodes.require(SessionPromises.never(talk.all)
                    .and(SessionPromises.nothingUnderWay(talk.living(nodes)))
                    .and(talk.nobodyWaits(nodes))
                    .and(calls(nodes, setting.window())));
        }
    }

    /// Has all words that were said before arrive.
    private void endTalk(SimulatedNodes<?> nodes, Talk talk, SessionFaults faults) {
        if (enginesFail) {
            faults.part();
            nodes.runFor(PARTED);
        }
        talk.over = true;
        nodes.runFor(ARRIVES);
        if (enginesFail) {
            faults.refuseLastWord();
            nodes.runFor(ARRIVES);
        }
    }

    private static List<CallOutcomes.Made> boot(Node node, Talker.Line line, Talk talk, int count) {
        List<NodeName> others = IntStream.rangeClosed(1, count)
                .mapToObj(number -> NodeName.of("n" + number))
                .filter(name -> !name.equals(node.name()))
                .toList();
        node.start(new Talker(line, talk, others), Talker.NAME);
        List<CallOutcomes.Made> calls = new ArrayList<>();
        node.spawn(() -> ask(talk, others, calls));
        return calls;
    }

    private static void ask(Talk talk, List<NodeName> others, List<CallOutcomes.Made> calls) {
        Node node = Self.node();
        var chance = node.host().entropy().random();
        for (int number = 1; talk.goesOn(); number++) {
            Self.sleep(Duration.ofMillis(chance.nextInt(PAUSE_MAX_MILLIS)));
            NodeName other = others.get(chance.nextInt(others.size()));
            String what = "call " + number + " of " + node.name() + " to " + other;
            long begun = node.host().clock().nanos();
            // Open until it has ended: one that never does must show.
            calls.add(new CallOutcomes.Made(what, begun, CALL, Optional.empty(), Optional.empty()));
            Optional<ExitReason> failure = Optional.empty();
            try {
                int answer = Self.call(Talker.NAME.on(other), new Talker.Ask(number), CALL);
                if (answer != number) {
                    throw new IllegalStateException(what + " has the answer of call " + answer);
                }
            } catch (ExitException e) {
                failure = Optional.of(e.reason());
            }
            Optional<Long> ended = Optional.of(node.host().clock().nanos());
            calls.set(calls.size() - 1, new CallOutcomes.Made(what, begun, CALL, ended, failure));
        }
    }

    /// A caller whose own machine stood still comes late; a machine stands still for as long as faults go on, at most.
    /// By now all machines have run for longer than a call may take since the last one was begun.
    private static Verdict calls(SimulatedNodes<List<CallOutcomes.Made>> nodes, Duration window) {
        Verdict all = Verdict.sound();
        for (TestCluster.Member<List<CallOutcomes.Made>> member : nodes.alive()) {
            long now = member.node().host().clock().nanos();
            all = all.and(CallOutcomes.check(member.app(), now, window)).and(noneOpen(member.app()));
        }
        return all;
    }

    private static Verdict noneOpen(List<CallOutcomes.Made> calls) {
        return new Verdict(calls.stream()
                .filter(call -> call.endedNanos().isEmpty())
                .map(call -> call.what() + " has not ended")
                .toList());
    }
}
