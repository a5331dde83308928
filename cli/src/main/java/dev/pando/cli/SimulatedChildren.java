package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Handoff;
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
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Children of a distributed supervisor, started and moved from all nodes while faults happen.
final class SimulatedChildren implements SimulationSuite.Body {

    private static final int IDS = 20;
    private static final Duration CONVERGES = Duration.ofSeconds(60);

    /// What all children of a run have in common.
    static final class Census {
        private final Map<String, List<Pid>> births = new LinkedHashMap<>();
        private final Map<Pid, Integer> ends = new LinkedHashMap<>();

        void born(String id, Pid pid) {
            births.computeIfAbsent(id, _ -> new ArrayList<>()).add(pid);
        }

        void ended(Pid pid) {
            ends.merge(pid, 1, Integer::sum);
        }

        /// Those that live, of each id that has any.
        Map<String, List<Pid>> living(SimulatedNodes<?> nodes) {
            Map<String, List<Pid>> living = new LinkedHashMap<>();
            births.forEach((id, pids) -> {
                List<Pid> alive =
                        pids.stream().filter(pid -> isAlive(nodes, pid)).toList();
                if (!alive.isEmpty()) {
                    living.put(id, alive);
                }
            });
            return living;
        }
    }

    /// A child.
    record Worker(String id) implements GenServer<Worker.Nudge, Census>, Handoff<Census, String> {
        record Nudge() implements Cast {}

        @Override
        public List<Class<?>> resources() {
            return List.of(Census.class);
        }

        @Override
        public Census init() {
            Self.trapExits(true);
            Census census = Self.resource(Census.class);
            census.born(id, Self.pid());
            return census;
        }

        @Override
        public Step<Census> handle(Nudge nudge, Census census) {
            return Step.noReply(census);
        }

        @Override
        public String export(Census census) {
            return id;
        }

        @Override
        public Census restore(String exported, int version) {
            return init();
        }

        @Override
        public void terminate(ExitReason reason, Census census) {
            census.ended(Self.pid());
        }
    }

    /// What a client was promised, and on which node.
    private record Promise(String id, String node) {}

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Census census = new Census();
        Set<Promise> promises = new LinkedHashSet<>();
        try (SimulatedNodes<DistributedSupervisor> nodes = SimulatedNodes.start(
                simulation,
                setting.nodes(),
                Protocols.of(Worker.class),
                () -> Resources.of(census),
                (node, cluster) -> boot(simulation, setting, node, cluster, promises))) {
            Set<String> down = nodes.faults(setting.faults(), setting.window());
            nodes.heal();
            Set<String> expected = new LinkedHashSet<>();
            promises.stream()
                    .filter(promise -> !down.contains(promise.node()))
                    .forEach(promise -> expected.add(promise.id()));
            nodes.converge(CONVERGES, () -> verdict(nodes, census, expected));
            nodes.require(endedOnce(census));
        }
    }

    private static DistributedSupervisor boot(
            Simulation simulation, SimulationSuite.Setting setting, Node node, Cluster cluster, Set<Promise> promises) {
        DistributedSupervisor supervisor = DistributedSupervisor.start(cluster, "workers", Placement.consistentHash());
        node.spawn(() -> {
            var chance = node.host().entropy().random();
            long end = simulation.nanos() + setting.window().toNanos();
            while (simulation.nanos() < end) {
                Self.sleep(Duration.ofMillis(chance.nextInt(1_000)));
                String id = "child-" + chance.nextInt(IDS);
                if (chance.nextInt(4) == 0) {
                    move(supervisor, id, cluster, chance);
                    continue;
                }
                try {
                    supervisor.startOrGet(ChildSpec.of(id, new Worker(id)), Duration.ofSeconds(2));
                    promises.add(new Promise(id, node.name().name()));
                } catch (ExitException e) {
                    simulation.note(node.name().name(), "has no promise of", id + ": " + e.reason());
                }
            }
        });
        return supervisor;
    }

    /// Whether it comes to that is nobody's promise.
    private static void move(DistributedSupervisor supervisor, String id, Cluster cluster, RandomGenerator chance) {
        List<NodeName> nodes = cluster.nodes();
        if (!nodes.isEmpty()) {
            try {
                supervisor.move(id, nodes.get(chance.nextInt(nodes.size())), Duration.ofSeconds(2));
            } catch (ExitException e) {
                // It stays where it is, or has gone and the answer is lost.
                return;
            }
        }
    }

    private static Verdict verdict(SimulatedNodes<DistributedSupervisor> nodes, Census census, Set<String> expected) {
        List<String> ids = IntStream.range(0, IDS).mapToObj(i -> "child-" + i).toList();
        return SingleOwner.check(expected, census.living(nodes), known(nodes, ids));
    }

    /// Where each node finds these children.
    static Map<String, Map<String, Pid>> known(SimulatedNodes<DistributedSupervisor> nodes, List<String> ids) {
        Map<String, Map<String, Pid>> known = new LinkedHashMap<>();
        for (TestCluster.Member<DistributedSupervisor> member : nodes.alive()) {
            Map<String, Pid> seen = new LinkedHashMap<>();
            ids.forEach(id -> member.app().lookup(id).ifPresent(pid -> seen.put(id, pid)));
            known.put(member.name(), seen);
        }
        return known;
    }

    static boolean isAlive(SimulatedNodes<?> nodes, Pid pid) {
        return nodes.alive().stream()
                .map(TestCluster.Member::node)
                .anyMatch(node -> node.isHere(pid) && node.isAlive(pid));
    }

    private static Verdict endedOnce(Census census) {
        return new Verdict(census.ends.entrySet().stream()
                .filter(end -> end.getValue() > 1)
                .map(end -> end.getKey() + " was ended " + end.getValue() + " times")
                .toList());
    }
}
