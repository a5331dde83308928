package dev.pando.bench;

import dev.pando.cluster.Cluster;
import dev.pando.core.Pid;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.horde.HordeRegistry;
import java.util.Optional;

/// The registry of a node, and after it the next one: what is filled has never held a name.
final class PandoRegistries {

    private final Cluster cluster;
    private volatile HordeRegistry current;
    private Optional<Pid> tree = Optional.empty();

    /// With one of them, which has to be started. To be made before the node joins, so that it understands at
    /// once what the other nodes' registries say.
    ///
    /// @param generation the same number on all nodes
    PandoRegistries(Cluster cluster, int generation) {
        this.cluster = cluster;
        this.current = registry(generation);
    }

    HordeRegistry current() {
        return current;
    }

    synchronized void start() {
        tree = Optional.of(cluster.node().start(Supervisor.of(Strategy.ONE_FOR_ONE, current.childSpec())));
    }

    /// Puts a new one in the place of the last.
    synchronized void renew(int generation) {
        tree.ifPresent(last -> cluster.node().stop(last, Waits.LIMIT));
        current = registry(generation);
        start();
    }

    private HordeRegistry registry(int generation) {
        return HordeRegistry.of(cluster, "names" + generation);
    }
}
