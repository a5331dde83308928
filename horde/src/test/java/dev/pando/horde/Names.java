package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.time.Duration;
import java.util.List;

/// Starts the same registry on the nodes of a herd.
final class Names {

    static final Name SERVER = new Name("pando.registry.names");

    static List<HordeRegistry> on(Herd herd) {
        return herd.clusters.stream()
                .map(cluster -> HordeRegistry.start(cluster, "names"))
                .toList();
    }

    /// The same, each in a supervision tree that restarts it.
    static List<HordeRegistry> inTrees(Herd herd) {
        return herd.alive().stream().map(i -> inTree(herd, i)).toList();
    }

    static HordeRegistry inTree(Herd herd, int node) {
        HordeRegistry registry = HordeRegistry.of(herd.clusters.get(node), "names");
        herd.node(node)
                .start(Supervisor.of(Strategy.ONE_FOR_ONE, registry.childSpec()).intensity(100, Duration.ofSeconds(5)));
        return registry;
    }

    /// Ends the server of one node, which its tree restarts.
    static void killServer(Herd herd, int node) {
        herd.node(node).whereis(SERVER).ifPresent(server -> herd.node(node).exit(server, ExitReason.killed()));
    }

    /// Waits until all nodes of a herd that has been cut have noticed.
    static void awaitApart(Herd herd) {
        Eventually.holds(() ->
                assertThat(herd.clusters).allMatch(cluster -> cluster.nodes().size() < herd.clusters.size() - 1));
    }

    /// Waits until all find the holder.
    static void awaitHolder(List<HordeRegistry> registries, Object key, Pid holder) {
        Eventually.holds(() -> assertThat(registries)
                .allMatch(one -> one.lookup(key).filter(holder::equals).isPresent()));
    }

    /// The processes that keep the names of each node.
    static List<Pid> servers(Herd herd) {
        return herd.alive().stream()
                .map(i -> herd.node(i).whereis(SERVER).orElseThrow())
                .toList();
    }

    /// Waits until each of these nodes has heard of all that has been decided on the others.
    static void settle(List<? extends ReplicatedEntries> registries) {
        Eventually.holds(() -> {
            List<RegistryStatus> statuses =
                    registries.stream().map(ReplicatedEntries::status).toList();
            assertThat(statuses)
                    .allMatch(status -> status.servers() == registries.size())
                    .allMatch(status -> status.behind() == 0 && status.kept() == 0);
            assertThat(statuses)
                    .extracting(RegistryStatus::names)
                    .containsOnly(
                            statuses.stream().mapToInt(RegistryStatus::own).sum());
        });
    }

    /// Has each server tell the others what its log is like, as it does from time to time.
    static void check(List<? extends ReplicatedEntries> registries) {
        settle(registries);
        tick(registries);
    }

    static void tick(List<? extends ReplicatedEntries> registries) {
        for (ReplicatedEntries registry : registries) {
            for (int i = 0; i < NameKeeper.TICKS_PER_CHECK; i++) {
                registry.node.cast(new Name(registry.toString()), new RegistryProtocol.Tick());
            }
            registry.status();
        }
    }

    private Names() {}
}
