package dev.pando.horde;

import dev.pando.core.Name;
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
        return herd.clusters.stream()
                .map(cluster -> {
                    HordeRegistry registry = HordeRegistry.of(cluster, "names");
                    cluster.node()
                            .start(Supervisor.of(Strategy.ONE_FOR_ONE, registry.childSpec())
                                    .intensity(100, Duration.ofSeconds(5)));
                    return registry;
                })
                .toList();
    }

    private Names() {}
}
