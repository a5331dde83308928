package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.ProcessBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A cluster under test: nodes `n1`, `n2`, … on each of which a [Boot] has started what is tested.
///
/// The same test runs in simulated time or on real nodes over JGroups, all in this JVM: what is here
/// works on both. Only the simulator replays a run; on real nodes time is real, and processes run at
/// the same time as the test.
///
/// A test has two phases. In the first, faults are scripted or drawn, and what must *never* happen is
/// looked for. Then [#heal] ends them all, and [#converge] wants what must be so *in the end* within a
/// bound. Not safe for several threads.
///
/// @param <A> what a test wants to have at hand of each node
public abstract sealed class TestCluster<A> implements AutoCloseable permits SimulatedNodes, RealNodes {

    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final int LAST_EVENTS = 60;

    private final Setup<A> setup;
    private final Map<String, Member<A>> members = new LinkedHashMap<>();
    private final Set<String> crashed = new LinkedHashSet<>();
    private @Nullable SimulationFailure told;

    /// One start of a node.
    ///
    /// @param <A> what was started on it
    public static final class Member<A> {

        private final String name;
        private final Node node;
        private final Cluster cluster;
        private volatile @Nullable A app;
        private volatile @Nullable Throwable failure;

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
            A booted = app;
            if (booted == null) {
                throw new IllegalStateException(name + " has not booted yet");
            }
            return booted;
        }

        private void boot(Boot<A> boot) throws Exception {
            try {
                ChildSpec membership = cluster.childSpec();
                node.start(membership.behaviour(), membership.name().orElseThrow());
                app = boot.boot(node, cluster);
            } catch (Exception | Error thrown) {
                failure = thrown;
                throw thrown;
            }
        }

        private boolean hasFailed() {
            return failure != null;
        }

        /// Whether it has booted, or has failed to.
        boolean isSettled() {
            return isUp() || hasFailed();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    TestCluster(Setup<A> setup) {
        this.setup = setup;
    }

    // ---- what the two kinds do differently

    /// Makes a node of this name, which does not run anything yet.
    abstract Node make(String name, Setup<A> setup);

    abstract Cluster cluster(Node node);

    /// Cuts one direction: `to` hears nothing of `from` any more, which still hears of `to`. Lasts
    /// until [#heal].
    public abstract void cutOneWay(Collection<String> from, Collection<String> to);

    /// Cuts both directions.
    abstract void cut(Collection<String> side, Collection<String> other);

    abstract void mend(Collection<String> side, Collection<String> other);

    abstract void mendAll();

    abstract void kill(String name);

    /// Whether one that is to crash has done so.
    abstract boolean isDown(String name);

    /// What can be drawn.
    abstract List<FaultPlan.Kind> kinds();

    abstract void after(Duration time, Runnable action);

    abstract Trace trace();

    /// The properties that run the same again.
    abstract String again();

    /// The simulation that the nodes run in, for what only a simulation can do.
    ///
    /// @throws UnsupportedOperationException on real nodes; JUnit reports the test as aborted
    public abstract Simulation simulation();

    /// The seed that chance comes from.
    public abstract long seed();

    /// Chance for the test, of its own for each name.
    public abstract RandomGenerator chance(String name);

    /// Lets time pass.
    ///
    /// @throws SimulationFailure when a simulated process blocks outside of the simulation, or
    ///     polls without waiting
    public abstract void runFor(Duration time);

    /// Lets time pass until a condition holds.
    ///
    /// @return `false` when the time is up and it does not
    /// @throws SimulationFailure as [#runFor]
    public abstract boolean until(BooleanSupplier condition, Duration time);

    /// Runs steps as a process of a node, and waits for their end. What they throw is thrown here.
    ///
    /// @throws SimulationFailure as [#runFor], and when the steps do not end: within an hour of
    ///     virtual time, or a minute of real time
    public abstract <T> T call(Node node, Callable<T> steps);

    /// As [#call], without a value.
    public final void run(Node node, ProcessBody steps) {
        call(node, () -> {
            steps.run();
            return true;
        });
    }

    /// Closes the nodes and whatever they run on.
    @Override
    public abstract void close();

    // ---- the nodes

    private void begin(String name) {
        Node node = make(name, setup);
        Member<A> member = new Member<>(name, node, cluster(node));
        members.put(name, member);
        crashed.remove(name);
        node.spawn(() -> member.boot(setup));
    }

    /// Starts so many nodes, and waits until all have booted and see each other.
    ///
    /// @param each what to do after the start of each
    /// @throws SimulationFailure when they do not; all is closed then
    final void bringUp(int count, Consumer<Member<A>> each) {
        try {
            if (count < 1) {
                throw new IllegalArgumentException(count + " nodes; a cluster has at least one");
            }
            for (int i = 1; i <= count; i++) {
                begin("n" + i);
                each.accept(member("n" + i));
            }
            awaitBoot();
        } catch (RuntimeException | Error thrown) {
            closeAfter(thrown);
            throw thrown;
        }
    }

    private void awaitBoot() {
        boolean whole = until(() -> isWhole() || failedBoot().isPresent(), BOOT);
        failedBoot().ifPresent(failed -> {
            throw failure(failed + " has not booted: " + failed.failure, failed.failure);
        });
        if (!whole) {
            throw failure("the nodes have not found each other within " + BOOT, null);
        }
    }

    private void closeAfter(Throwable thrown) {
        try {
            close();
        } catch (RuntimeException | Error more) {
            thrown.addSuppressed(more);
        }
    }

    private Optional<Member<A>> failedBoot() {
        return alive().stream().filter(Member::hasFailed).findFirst();
    }

    /// The names of all nodes, also of those that are down.
    public final List<String> names() {
        return List.copyOf(members.keySet());
    }

    /// The nodes that have not crashed, in order of their names.
    public final List<Member<A>> alive() {
        return members.values().stream()
                .filter(member -> !crashed.contains(member.name))
                .toList();
    }

    /// The last start of a node.
    public final Member<A> member(String name) {
        return Optional.ofNullable(members.get(name))
                .orElseThrow(() ->
                        new IllegalArgumentException("no node is called " + name + "; there are " + members.keySet()));
    }

    /// Whether all nodes that have not crashed have booted and see each other.
    public final boolean isWhole() {
        List<Member<A>> alive = alive();
        return alive.stream()
                .allMatch(member -> member.isUp() && member.cluster.nodes().size() == alive.size() - 1);
    }

    // ---- faults

    /// Cuts off these nodes from all others, until [#heal].
    public final void partition(Collection<String> side) {
        List<String> others =
                members.keySet().stream().filter(name -> !side.contains(name)).toList();
        cut(side, others);
    }

    /// Ends a node as a power failure does: no process of it ends in order. On real nodes, code that
    /// does not heed its interrupt goes on, cut off from the others.
    public final void crash(String name) {
        member(name);
        if (crashed.add(name)) {
            kill(name);
        }
    }

    /// Starts a node anew that has crashed; its boot runs while time goes on.
    public final void restart(String name) {
        if (!crashed.contains(name)) {
            throw new IllegalArgumentException(name + " has not crashed; it cannot be started again");
        }
        begin(name);
    }

    /// Stops a node for a while; see [Simulation#pause].
    ///
    /// @throws UnsupportedOperationException on real nodes, whose JVM is that of the test
    public final void pause(String name, Duration time) {
        simulation().pause(name, time);
    }

    /// Draws so many faults from the seed and lets them happen within a time, which passes: cuts in
    /// both directions or one, flapping, slow links, pauses, false suspicions, views that repeat,
    /// clocks that drift and are set, and at most one crash, of any node or of the oldest in the middle
    /// of a view. On real nodes: cuts, flapping and a crash. Cuts last until [#heal]; flapping mends
    /// what it has cut, and with that a cut that lay there before.
    ///
    /// @return the nodes that have crashed on the way
    public final Set<String> faults(int count, Duration window) {
        FaultPlan plan = FaultPlan.draw(chance("faults"), kinds(), names(), count, window);
        Set<String> down = new LinkedHashSet<>();
        for (FaultPlan.Fault fault : plan.faults()) {
            after(fault.at(), () -> inject(fault, down));
        }
        runFor(window);
        return down;
    }

    private void inject(FaultPlan.Fault fault, Set<String> down) {
        String first = fault.first().getFirst();
        String other = fault.others().getFirst();
        switch (fault.kind()) {
            case SPLIT -> cut(fault.first(), fault.others());
            case ONE_WAY -> cutOneWay(List.of(first), List.of(other));
            case FLAP -> flap(fault);
            case SLOW -> simulation().slow(first, other, Duration.ofMillis(fault.amount()));
            case PAUSE -> {
                if (!crashed.contains(first)) {
                    simulation().pause(first, fault.lasts());
                }
            }
            case SUSPECT -> simulation().suspect(first, other, fault.lasts());
            case REPEAT -> simulation().repeatViews();
            case SKEW -> {
                simulation().drift(first, fault.amount());
                simulation().ahead(other, Duration.ofMillis(fault.amount()));
            }
            case CRASH -> {
                down.add(first);
                crash(first);
                after(fault.lasts(), () -> restartIfDown(first));
            }
            case MID_VIEW ->
                simulation().crashInMidView(first).ifPresent(machine -> {
                    down.add(machine);
                    crashed.add(machine);
                    after(fault.lasts().plusMillis(100), () -> restartIfDown(machine));
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
            after(half.multipliedBy(2L * i), () -> cut(fault.first(), fault.others()));
            after(half.multipliedBy(2L * i + 1), () -> mend(fault.first(), fault.others()));
        }
    }

    /// Ends all faults: mends the network and starts again what has crashed.
    public final void heal() {
        mendAll();
        // One that is about to crash in the middle of a view starts again after that.
        List.copyOf(crashed).stream().filter(this::isDown).forEach(this::restart);
    }

    // ---- waiting

    /// Lets time pass until a checker finds nothing wrong any more.
    ///
    /// @throws SimulationFailure when it still does at the end of the time; with what is wrong, the
    ///     last events, and how to run the same again
    public final void converge(Duration bound, Supplier<Verdict> checker) {
        List<Verdict> last = new ArrayList<>();
        boolean sound = until(
                () -> {
                    last.clear();
                    last.add(isWhole() ? checker.get() : new Verdict(List.of(missing())));
                    return last.getFirst().isSound();
                },
                bound);
        if (!sound) {
            throw failure("not converged within " + bound + ":\n" + last.getFirst(), null);
        }
    }

    private String missing() {
        return failedBoot()
                .map(failed -> failed + " has not booted: " + failed.failure)
                .orElse("not all nodes see each other yet");
    }

    /// Stops the test when something is wrong already.
    ///
    /// @throws SimulationFailure when a checker has found something wrong
    public final void require(Verdict verdict) {
        if (!verdict.isSound()) {
            throw failure(verdict.toString(), null);
        }
    }

    /// What a test has thrown, with the seed and the last events, unless they were told already.
    final SimulationFailure told(Throwable thrown) {
        return told != null && told == thrown ? told : failure(thrown.toString(), thrown);
    }

    private SimulationFailure failure(String what, @Nullable Throwable cause) {
        StringBuilder text = new StringBuilder(what);
        text.append("\nseed ")
                .append(seed())
                .append("; run the same again with ")
                .append(again());
        String events = trace().last(LAST_EVENTS);
        if (!events.isEmpty()) {
            text.append("\nthe last events:\n").append(events);
        }
        told = new SimulationFailure(text.toString(), cause);
        return told;
    }
}
