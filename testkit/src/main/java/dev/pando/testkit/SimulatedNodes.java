package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A cluster under test: nodes `n1`, `n2`, … of one [Simulation], each with what a [Boot] has started on it.
///
/// A test has two phases. In the first, faults are scripted or drawn, and what must *never* happen is looked for. Then
/// [#heal] ends them all, and [#converge] wants what must be so *in the end* within a bound. Not safe for several
/// threads; see [Simulation].
///
/// @param <A> what a test wants to have at hand of each node
public final class SimulatedNodes<A> implements AutoCloseable {

    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final int LAST_EVENTS = 60;

    private final Simulation simulation;
    private final Protocols protocols;
    private final Supplier<Resources> resources;
    private final Boot<A> boot;
    private final Map<String, Member<A>> members = new LinkedHashMap<>();
    private final Set<String> crashed = new LinkedHashSet<>();

    /// One start of a node.
    ///
    /// @param <A> what was started on it
    public static final class Member<A> {

        private final String name;
        private final Node node;
        private final Cluster cluster;
        private @Nullable A app;

        private Member(String name, Node node, Cluster cluster) {
            this.name = name;
            this.node = node;
            this.cluster = cluster;
        }

        public String name() {
            return name;
        }

        public Node node() {
            return node;
        }

        public Cluster cluster() {
            return cluster;
        }

        /// Whether it has booted.
        public boolean isUp() {
            return app != null;
        }

        /// What its [Boot] has returned.
        ///
        /// @throws IllegalStateException before it has booted
        public A app() {
            if (app == null) {
                throw new IllegalStateException(name + " has not booted yet");
            }
            return app;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private SimulatedNodes(Simulation simulation, Protocols protocols, Supplier<Resources> resources, Boot<A> boot) {
        this.simulation = simulation;
        this.protocols = protocols;
        this.resources = resources;
        this.boot = boot;
    }

    /// Starts so many nodes and returns when all have booted and see each other. Closing it closes the simulation.
    ///
    /// @param protocols what the nodes speak
    /// @param resources asked for at each start of a node
    /// @throws SimulationFailure when they do not within a minute of virtual time
    public static <A> SimulatedNodes<A> start(
            Simulation simulation, int count, Protocols protocols, Supplier<Resources> resources, Boot<A> boot) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " nodes; a cluster has at least one");
        }
        SimulatedNodes<A> nodes = new SimulatedNodes<>(simulation, protocols, resources, boot);
        for (int i = 1; i <= count; i++) {
            nodes.begin("n" + i);
        }
        if (!simulation.until(nodes::isWhole, BOOT)) {
            throw nodes.failure("the nodes have not found each other within " + BOOT);
        }
        return nodes;
    }

    private void begin(String name) {
        Node node = simulation.start(name, protocols, resources.get());
        Member<A> member = new Member<>(name, node, simulation.cluster(node));
        members.put(name, member);
        crashed.remove(name);
        node.spawn(() -> {
            ChildSpec membership = member.cluster.childSpec();
            node.start(membership.behaviour(), membership.name().orElseThrow());
            member.app = boot.boot(node, member.cluster);
        });
    }

    public Simulation simulation() {
        return simulation;
    }

    /// The names of all nodes, also of those that are down.
    public List<String> names() {
        return List.copyOf(members.keySet());
    }

    /// The nodes that have not crashed, in order of their names.
    public List<Member<A>> alive() {
        return members.values().stream()
                .filter(member -> !crashed.contains(member.name))
                .toList();
    }

    /// The last start of a node.
    public Member<A> member(String name) {
        return Optional.ofNullable(members.get(name))
                .orElseThrow(() ->
                        new IllegalArgumentException("no node is called " + name + "; there are " + members.keySet()));
    }

    /// Whether all nodes that have not crashed have booted and see each other.
    public boolean isWhole() {
        List<Member<A>> alive = alive();
        return alive.stream()
                .allMatch(member -> member.isUp() && member.cluster.nodes().size() == alive.size() - 1);
    }

    // ---- faults

    /// Cuts off these nodes from all others.
    public void partition(Collection<String> side) {
        List<String> others =
                members.keySet().stream().filter(name -> !side.contains(name)).toList();
        simulation.cut(side, others);
    }

    /// Ends a node as a power failure does.
    public void crash(String name) {
        member(name);
        if (crashed.add(name)) {
            simulation.crash(name);
        }
    }

    /// Starts a node anew that has crashed; its boot runs while time goes on.
    public void restart(String name) {
        if (!crashed.contains(name)) {
            throw new IllegalArgumentException(name + " has not crashed; it cannot be started again");
        }
        begin(name);
    }

    public void pause(String name, Duration time) {
        simulation.pause(name, time);
    }

    /// Draws so many faults from the seed and lets them happen within a time, which passes: cuts in both directions or
    /// one, flapping, slow links, pauses, false suspicions, views that repeat, clocks that drift and are set,
    /// and at most one crash, of any node or of the oldest in the middle of a view. Cuts last until [#heal].
    ///
    /// @return the nodes that have crashed on the way
    public Set<String> faults(int count, Duration window) {
        FaultPlan plan = FaultPlan.draw(simulation.chance("faults"), names(), count, window);
        Set<String> down = new LinkedHashSet<>();
        for (FaultPlan.Fault fault : plan.faults()) {
            simulation.after(fault.at(), () -> inject(fault, down));
        }
        simulation.runFor(window);
        return down;
    }

    private void inject(FaultPlan.Fault fault, Set<String> down) {
        String first = fault.first().getFirst();
        String other = fault.others().getFirst();
        switch (fault.kind()) {
            case SPLIT -> simulation.cut(fault.first(), fault.others());
            case ONE_WAY -> simulation.cutOneWay(List.of(first), List.of(other));
            case FLAP -> flap(fault);
            case SLOW -> simulation.slow(first, other, Duration.ofMillis(fault.amount()));
            case PAUSE -> {
                if (!crashed.contains(first)) {
                    simulation.pause(first, fault.lasts());
                }
            }
            case SUSPECT -> simulation.suspect(first, other, fault.lasts());
            case REPEAT -> simulation.repeatViews();
            case SKEW -> {
                simulation.drift(first, fault.amount());
                simulation.ahead(other, Duration.ofMillis(fault.amount()));
            }
            case CRASH -> {
                down.add(first);
                crash(first);
                simulation.after(fault.lasts(), () -> restartIfDown(first));
            }
            case MID_VIEW ->
                simulation.crashInMidView(first).ifPresent(machine -> {
                    down.add(machine);
                    crashed.add(machine);
                    simulation.after(fault.lasts().plusMillis(100), () -> restartIfDown(machine));
                });
        }
    }

    /// Unless [#heal] has come first.
    private void restartIfDown(String name) {
        if (crashed.contains(name)) {
            restart(name);
        }
    }

    private void flap(FaultPlan.Fault fault) {
        Duration half = fault.lasts().dividedBy(2L * fault.amount());
        for (int i = 0; i < fault.amount(); i++) {
            simulation.after(half.multipliedBy(2L * i), () -> simulation.cut(fault.first(), fault.others()));
            simulation.after(half.multipliedBy(2L * i + 1), () -> simulation.mend(fault.first(), fault.others()));
        }
    }

    /// Ends all faults: mends the network and starts again what has crashed.
    public void heal() {
        simulation.heal();
        // One that is about to crash in the middle of a view starts again after that.
        List.copyOf(crashed).stream().filter(simulation::isDown).forEach(this::restart);
    }

    // ---- waiting

    /// Lets time pass until a checker finds nothing wrong any more.
    ///
    /// @throws SimulationFailure when it still does at the end of the time; with what is wrong, the last
    /// events, and how to run the same again
    public void converge(Duration bound, Supplier<Verdict> checker) {
        List<Verdict> last = new ArrayList<>();
        boolean sound = simulation.until(
                () -> {
                    last.clear();
                    last.add(isWhole() ? checker.get() : new Verdict(List.of("not all nodes see each other yet")));
                    return last.getFirst().isSound();
                },
                bound);
        if (!sound) {
            throw failure("not converged within " + bound + ":\n" + last.getFirst());
        }
    }

    /// Stops the test when something is wrong already.
    ///
    /// @throws SimulationFailure when a checker has found something wrong
    public void require(Verdict verdict) {
        if (!verdict.isSound()) {
            throw failure(verdict.toString());
        }
    }

    private SimulationFailure failure(String what) {
        StringBuilder text = new StringBuilder(what);
        text.append("\nseed ").append(simulation.seed()).append("; run the same again with -Dpando.seed=");
        text.append(simulation.seed());
        String events = simulation.trace().last(LAST_EVENTS);
        if (!events.isEmpty()) {
            text.append("\nthe last events:\n").append(events);
        }
        return new SimulationFailure(text.toString());
    }

    @Override
    public void close() {
        simulation.close();
    }
}
