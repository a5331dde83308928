package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Nodes of one [Simulation]. A condition that is waited for is looked at whenever nobody can run.
///
/// @param <A> what a test wants to have at hand of each node
public final class SimulatedNodes<A> extends TestCluster<A> {

    private final Simulation simulation;

    private SimulatedNodes(Simulation simulation, Setup<A> setup) {
        super(setup);
        this.simulation = simulation;
    }

    /// Starts so many nodes and returns when all have booted and see each other. Closing it closes the
    /// simulation.
    ///
    /// @param protocols what the nodes speak
    /// @param resources asked for at each start of a node
    /// @throws SimulationFailure when a boot fails, or they do not within a minute of virtual time
    public static <A> SimulatedNodes<A> start(
            Simulation simulation, int count, Protocols protocols, Supplier<Resources> resources, Boot<A> boot) {
        return start(simulation, count, Setup.of(protocols, resources, boot));
    }

    /// As [#start(Simulation, int, Protocols, Supplier, Boot)], of a setup.
    public static <A> SimulatedNodes<A> start(Simulation simulation, int count, Setup<A> setup) {
        SimulatedNodes<A> nodes = new SimulatedNodes<>(simulation, setup);
        nodes.bringUp(count, _ -> {});
        return nodes;
    }

    @Override
    Node make(String name, Setup<A> setup) {
        return simulation.start(name, setup.protocols(), setup.resources());
    }

    @Override
    Cluster cluster(Node node) {
        return simulation.cluster(node);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public long seed() {
        return simulation.seed();
    }

    @Override
    public RandomGenerator chance(String name) {
        return simulation.chance(name);
    }

    @Override
    Trace trace() {
        return simulation.trace();
    }

    @Override
    String again() {
        return "-Dpando.seed=" + seed();
    }

    // ---- faults

    @Override
    public void cutOneWay(Collection<String> from, Collection<String> to) {
        simulation.cutOneWay(from, to);
    }

    @Override
    void cut(Collection<String> side, Collection<String> other) {
        simulation.cut(side, other);
    }

    @Override
    void mend(Collection<String> side, Collection<String> other) {
        simulation.mend(side, other);
    }

    @Override
    void mendAll() {
        simulation.heal();
    }

    @Override
    void kill(String name) {
        simulation.crash(name);
    }

    @Override
    boolean isDown(String name) {
        return simulation.isDown(name);
    }

    @Override
    List<FaultPlan.Kind> kinds() {
        return List.of(FaultPlan.Kind.values());
    }

    // ---- time

    @Override
    void after(Duration time, Runnable action) {
        simulation.after(time, action);
    }

    @Override
    public void runFor(Duration time) {
        simulation.runFor(time);
    }

    @Override
    public boolean until(BooleanSupplier condition, Duration time) {
        return simulation.until(condition, time);
    }

    @Override
    public <T> T call(Node node, Callable<T> steps) {
        return simulation.call(node, steps);
    }

    @Override
    public void close() {
        simulation.close();
    }
}
