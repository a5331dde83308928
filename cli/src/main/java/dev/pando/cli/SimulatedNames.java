package dev.pando.cli;

import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.horde.HordeRegistry;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.SingleOwner;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Names of the available registry, claimed and given up on all nodes while faults happen.
final class SimulatedNames implements SimulationSuite.Body {

    static final int KEYS = 12;
    private static final Duration CONVERGES = Duration.ofSeconds(60);

    /// Who has been given a key, and who has been told that it lost it.
    static final class Holders {
        private final Map<Pid, String> keys = new LinkedHashMap<>();
        private final Map<Pid, Integer> told = new LinkedHashMap<>();

        /// The holders that live, by key.
        Map<String, List<Pid>> living(SimulatedNodes<?> nodes) {
            Map<String, List<Pid>> living = new LinkedHashMap<>();
            keys.forEach((pid, key) -> {
                if (SimulatedChildren.isAlive(nodes, pid)) {
                    living.computeIfAbsent(key, _ -> new ArrayList<>()).add(pid);
                }
            });
            return living;
        }

        Verdict toldOnce() {
            return new Verdict(told.entrySet().stream()
                    .filter(one -> one.getValue() > 1)
                    .map(one -> one.getKey() + " was told " + one.getValue() + " times that it has lost "
                            + keys.get(one.getKey()))
                    .toList());
        }
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Holders holders = new Holders();
        try (SimulatedNodes<Registry> nodes = SimulatedNodes.start(
                simulation, setting.nodes(), Protocols.none(), Resources::none, (node, cluster) -> {
                    Registry registry = HordeRegistry.start(cluster, "names");
                    claim(simulation, setting, node, registry, holders);
                    return registry;
                })) {
            watch(nodes, setting, holders);
        }
    }

    /// Lets faults happen, ends them, and looks.
    static void watch(SimulatedNodes<Registry> nodes, SimulationSuite.Setting setting, Holders holders) {
        nodes.faults(setting.faults(), setting.window());
        nodes.heal();
        nodes.converge(CONVERGES, () -> verdict(nodes, holders).and(holders.toldOnce()));
    }

    /// Starts, again and again for a while, a process that claims a key and keeps it for a time.
    static void claim(
            Simulation simulation, SimulationSuite.Setting setting, Node node, Registry registry, Holders holders) {
        node.spawn(() -> {
            var chance = node.host().entropy().random();
            long end = simulation.nanos() + setting.window().toNanos();
            while (simulation.nanos() < end) {
                Self.sleep(Duration.ofMillis(chance.nextInt(1_000)));
                String key = "key-" + chance.nextInt(KEYS);
                Duration keeps = Duration.ofMillis(500L + chance.nextInt(200_000));
                Self.spawn(() -> hold(registry, key, keeps, holders));
            }
        });
    }

    private static void hold(Registry registry, String key, Duration keeps, Holders holders) {
        Self.trapExits(true);
        try {
            if (registry.register(key, Self.pid(), "") instanceof Registration.Registered) {
                holders.keys.put(Self.pid(), key);
                Optional<Exit> lost = Self.receive(Exit.class, keeps);
                if (lost.isPresent() && lost.get().reason() instanceof ExitReason.NameConflict) {
                    holders.told.merge(Self.pid(), 1, Integer::sum);
                    // Who is told twice must live to hear it.
                    Self.receive(Exit.class, Duration.ofSeconds(1))
                            .ifPresent(_ -> holders.told.merge(Self.pid(), 1, Integer::sum));
                }
            }
        } catch (ExitException e) {
            // The key may be ours and is given up with our end.
        }
    }

    private static Verdict verdict(SimulatedNodes<Registry> nodes, Holders holders) {
        Map<String, Map<String, Pid>> known = new LinkedHashMap<>();
        for (TestCluster.Member<Registry> member : nodes.alive()) {
            Map<String, Pid> seen = new LinkedHashMap<>();
            for (int i = 0; i < KEYS; i++) {
                String key = "key-" + i;
                member.app().lookup(key).ifPresent(pid -> seen.put(key, pid));
            }
            known.put(member.name(), seen);
        }
        return SingleOwner.check(Set.of(), holders.living(nodes), known);
    }
}
