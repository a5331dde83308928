package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Placement;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.SingleOwner;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Children that run only with a majority of the voters, under faults that part the cluster in sides.
final class SimulatedQuorum implements SimulationSuite.Body {

    private static final int IDS = 12;
    private static final int LATE = 50;
    private static final Duration STARTS = Duration.ofSeconds(10);
    private static final Duration CONVERGES = Duration.ofSeconds(60);
    /// Until a node that is cut off has stopped its children: what is started meanwhile may come twice.
    private static final Duration NOTICED = Duration.ofSeconds(10);
    private static final Duration WAKES = Duration.ofMillis(50);
    private static final int HOLD_MAX_MILLIS = 20_000;
    private static final int FLAP_MAX_MILLIS = 8_000;
    private static final int END_MAX_MILLIS = 5_000;

    private enum Fault {
        PART,
        PART_IN_THREE,
        FLAP,
        PAUSE,
        CRASH
    }

    /// A child that may take longer to stop than it has time.
    record Slow(String id) implements GenServer<Slow.Nudge, SimulatedChildren.Census> {
        record Nudge() implements Cast {}

        @Override
        public List<Class<?>> resources() {
            return List.of(SimulatedChildren.Census.class);
        }

        @Override
        public SimulatedChildren.Census init() {
            Self.trapExits(true);
            SimulatedChildren.Census census = Self.resource(SimulatedChildren.Census.class);
            census.born(id, Self.pid());
            return census;
        }

        @Override
        public Step<SimulatedChildren.Census> handle(Nudge nudge, SimulatedChildren.Census census) {
            return Step.noReply(census);
        }

        @Override
        public void terminate(ExitReason reason, SimulatedChildren.Census census) {
            Self.sleep(Duration.ofMillis(Self.node().host().entropy().random().nextInt(END_MAX_MILLIS)));
        }
    }

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Slow(id));
    }

    /// A cluster whose first nodes are the voters, and what is looked for in it.
    static final class Stage implements AutoCloseable {
        final SimulatedNodes<DistributedSupervisor> nodes;
        private final SimulatedChildren.Census census = new SimulatedChildren.Census();
        private final Map<String, Pid> servers = new LinkedHashMap<>();
        private final Set<String> asleep = new LinkedHashSet<>();
        private final Set<String> settled = new LinkedHashSet<>();
        private long cutNanos;

        Stage(Simulation simulation, int count, int voters) {
            NodeName[] named = names(1, voters).map(NodeName::of).toArray(NodeName[]::new);
            this.nodes = SimulatedNodes.start(
                    simulation,
                    count,
                    Protocols.of(Slow.class),
                    () -> Resources.of(census),
                    (_, cluster) -> boot(cluster, named));
        }

        private static DistributedSupervisor boot(Cluster cluster, NodeName... voters) {
            return DistributedSupervisor.start(cluster, "workers", Placement.quorum(voters));
        }

        static Stream<String> names(int from, int to) {
            return IntStream.rangeClosed(from, to).mapToObj(i -> "n" + i);
        }

        /// Starts children through all nodes in turn, and waits until all know them.
        void start(List<String> ids) {
            for (int i = 0; i < ids.size(); i++) {
                String id = ids.get(i);
                TestCluster.Member<DistributedSupervisor> member =
                        nodes.alive().get(i % nodes.alive().size());
                nodes.run(member.node(), () -> {
                    member.app().waitForQuorum(STARTS);
                    member.app().startOrGet(spec(id), STARTS);
                });
            }
            settled.addAll(ids);
            converge();
            nodes.alive()
                    .forEach(member ->
                            servers.put(member.name(), server(member.node()).orElseThrow()));
        }

        private static Optional<Pid> server(Node node) {
            return node.whereis(new Name("pando.supervisor.workers"));
        }

        void cut(List<String> side) {
            nodes.partition(side);
            cutNanos = nodes.simulation().nanos();
        }

        void pause(String name, Duration time) {
            asleep.add(name);
            nodes.pause(name, time);
            nodes.simulation().after(time.plus(WAKES), () -> asleep.remove(name));
            cutNanos = nodes.simulation().nanos() + time.toNanos();
        }

        void crash(String name) {
            nodes.crash(name);
            servers.remove(name);
        }

        /// Lets time pass, in which no child may run twice.
        void watch(Duration time) {
            List<String> found = new ArrayList<>();
            nodes.until(
                    () -> {
                        found.addAll(twice());
                        return !found.isEmpty();
                    },
                    time);
            nodes.require(new Verdict(found));
        }

        private List<String> twice() {
            boolean fresh = nodes.simulation().nanos() - cutNanos < NOTICED.toNanos();
            List<String> twice = new ArrayList<>();
            census.living(nodes).forEach((id, pids) -> {
                List<Pid> awake = pids.stream()
                        .filter(pid -> !asleep.contains(pid.node().name()))
                        .toList();
                if (awake.size() > 1 && (settled.contains(id) || !fresh)) {
                    twice.add(id + " runs twice: " + awake);
                }
            });
            return twice;
        }

        void heal() {
            nodes.heal();
        }

        /// Wants each child to run once, known to all, and the supervisors to be those that were there before.
        void converge() {
            nodes.converge(CONVERGES, () -> {
                Map<String, List<Pid>> living = census.living(nodes);
                List<String> ids = Stream.concat(settled.stream(), living.keySet().stream())
                        .distinct()
                        .toList();
                return SingleOwner.check(settled, living, SimulatedChildren.known(nodes, ids));
            });
            List<String> gone = nodes.alive().stream()
                    .filter(member -> servers.containsKey(member.name())
                            && !server(member.node()).equals(Optional.of(servers.get(member.name()))))
                    .map(member -> "the supervisor on " + member.name() + " was started anew")
                    .toList();
            nodes.require(new Verdict(gone));
        }

        /// The living children of some nodes.
        long runningOn(List<String> some) {
            return census.living(nodes).values().stream()
                    .flatMap(List::stream)
                    .filter(pid -> some.contains(pid.node().name()))
                    .count();
        }

        @Override
        public void close() {
            nodes.close();
        }
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        RandomGenerator chance = simulation.chance("quorum");
        int voters = 1 + 2 * chance.nextInt((setting.nodes() + 1) / 2);
        try (Stage stage = new Stage(simulation, setting.nodes(), voters)) {
            stage.start(IntStream.range(0, IDS).mapToObj(i -> "child-" + i).toList());
            stage.nodes.alive().forEach(member -> member.node().spawn(() -> ask(member, simulation)));
            for (int i = 0; i < setting.faults(); i++) {
                fault(stage, chance);
                stage.watch(Duration.ofMillis(chance.nextInt(HOLD_MAX_MILLIS)));
                if (chance.nextInt(3) > 0) {
                    stage.heal();
                    stage.watch(Duration.ofMillis(chance.nextInt(HOLD_MAX_MILLIS)));
                }
            }
            stage.heal();
            stage.converge();
        }
    }

    private static void ask(TestCluster.Member<DistributedSupervisor> member, Simulation simulation) {
        RandomGenerator chance = member.node().host().entropy().random();
        for (int i = 0; i < LATE; i++) {
            Self.sleep(Duration.ofMillis(chance.nextInt(3_000)));
            try {
                member.app().startOrGet(spec("late-" + chance.nextInt(IDS)), Duration.ofSeconds(2));
            } catch (ExitException e) {
                simulation.note(member.name(), "is refused", String.valueOf(e.reason()));
            }
        }
    }

    private static void fault(Stage stage, RandomGenerator chance) {
        List<String> order = new ArrayList<>(stage.nodes.names());
        for (int i = order.size() - 1; i > 0; i--) {
            order.add(order.remove(chance.nextInt(i + 1)));
        }
        List<String> side = order.subList(0, 1 + chance.nextInt(order.size() - 1));
        switch (Fault.values()[chance.nextInt(Fault.values().length)]) {
            case PART -> stage.cut(side);
            case PART_IN_THREE -> {
                stage.cut(side);
                stage.cut(side.subList(0, (side.size() + 1) / 2));
            }
            case FLAP -> {
                for (int i = 0; i < 3; i++) {
                    stage.cut(side);
                    stage.watch(Duration.ofMillis(chance.nextInt(FLAP_MAX_MILLIS)));
                    stage.heal();
                    stage.watch(Duration.ofMillis(chance.nextInt(FLAP_MAX_MILLIS)));
                }
            }
            case PAUSE -> {
                if (stage.nodes.alive().size() == order.size()) {
                    stage.pause(order.getFirst(), Duration.ofMillis(chance.nextInt(HOLD_MAX_MILLIS)));
                }
            }
            case CRASH -> {
                if (stage.nodes.alive().size() == order.size()) {
                    stage.crash(order.getFirst());
                }
            }
        }
    }
}
