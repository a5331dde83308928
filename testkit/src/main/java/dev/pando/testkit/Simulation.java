package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.ProcessBody;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.spi.Host;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Nodes in virtual time, under a scheduler that draws from a seed who runs next: the same seed, the same run.
///
/// Exactly one process runs at a time. Where it waits, sends, starts another or lets others run – and nowhere else –
/// another one may go on. Time stands still while anybody can run, and jumps to the next timer when nobody can; a
/// minute of a cluster takes milliseconds.
///
/// Everything happens inside of [#run], [#call], [#runFor] and [#until], which are called by the thread of the
/// test, one at a time; in between nothing moves. A process must wait by the means of [dev.pando.core.Self] only: one
/// that blocks in a lock, a socket or `Thread.sleep` stops the whole run, and is named. What happens in a
/// run must hang on nothing but the seed: no identity hashes, no salted collections, no chance of another
/// source, no threads of one's own.
///
/// Not safe for several threads.
public final class Simulation implements AutoCloseable {

    private static final String SEED = "pando.seed";

    /// Virtual time within which what a test runs in a process must end.
    private static final Duration LIMIT = Duration.ofHours(1);

    private static final Duration CLOSE = Duration.ofMinutes(2);

    private final long seed;
    private final Chance chance;
    private final Trace trace;
    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Set<Machine> abandoned = new LinkedHashSet<>();
    private final Map<Node, Machine> nodes = new LinkedHashMap<>();

    Simulation(long seed, boolean keepLines, Driver driver) {
        this.seed = seed;
        this.chance = new Chance(seed);
        this.trace = new Trace(keepLines);
        this.kernel = new Kernel(driver, chance.stream("scheduling"), trace);
        this.network = new SimulatedNetwork(kernel, chance.stream("network"));
    }

    /// A simulation whose trace keeps its hash only; its lines too when one seed is run again.
    public static Simulation of(long seed) {
        return new Simulation(seed, Long.getLong(SEED) != null, Driver.ofThisJvm());
    }

    /// The seeds of a test that is run with many: 1, 2 and so on, or the one of the property `pando.seed`, with which a
    /// failure is run again.
    public static LongStream seeds(int count) {
        return Optional.ofNullable(Long.getLong(SEED))
                .map(LongStream::of)
                .orElseGet(() -> LongStream.rangeClosed(1, count));
    }

    /// A simulation whose trace keeps its lines as well.
    public static Simulation traced(long seed) {
        return new Simulation(seed, true, Driver.ofThisJvm());
    }

    public long seed() {
        return seed;
    }

    /// Virtual nanoseconds since the start.
    public long nanos() {
        return kernel.nanos();
    }

    /// How many times a thread has been chosen to run.
    public long steps() {
        return kernel.steps();
    }

    public Trace trace() {
        return trace;
    }

    /// Notes an event of the test in the trace.
    ///
    /// @param machine where it happened; of any name
    public void note(String machine, String event, String detail) {
        trace.add(kernel.nanos(), machine, event, detail);
    }

    // ---- machines

    /// The seams of a machine, for whatever runs on them; made when it is asked for first.
    public Host host(String machine) {
        return machine(machine).host();
    }

    /// Starts a node on the machine of its name. After a crash of that machine it gets a new one, and the node a new
    /// incarnation.
    public Node start(String name, Protocols protocols, Resources resources) {
        Machine old = machines.get(name);
        if (old != null && old.isCrashed()) {
            abandoned.add(old);
            machines.remove(name);
        }
        Machine machine = machine(name);
        Node node = Node.start(NodeName.of(name), protocols, resources, machine.host());
        nodes.put(node, machine);
        note(name, "starts", "");
        return node;
    }

    /// Has a node join the cluster of this simulation, and returns when it has. Nodes find each other by themselves,
    /// within milliseconds of virtual time.
    public Cluster join(Node node) {
        Cluster cluster = cluster(node);
        ChildSpec membership = cluster.childSpec();
        call(node, () -> node.start(membership.behaviour(), membership.name().orElseThrow()));
        return cluster;
    }

    /// The cluster of this simulation for a node, which joins it when a process of it starts the cluster's child.
    public Cluster cluster(Node node) {
        Machine machine = nodes.get(node);
        if (machine == null) {
            throw new IllegalArgumentException(node + " is no node of this simulation; use Simulation.start");
        }
        return Cluster.of(node, () -> network.engine(machine));
    }

    /// From now on nodes find only whom they seek, by [Cluster#connect] or a topology, and who is in a cluster with
    /// that
    /// one; whom they have lost they do not find again by themselves. To be called before any node joins.
    public void makeStrangers() {
        network.makeStrangers();
    }

    /// Where the node of a machine listens. Nobody but the nodes of this simulation can connect there.
    public InetSocketAddress address(String machine) {
        return network.address(machine);
    }

    /// Chance for the test, of its own for each name.
    public RandomGenerator chance(String name) {
        return chance.stream("test " + name);
    }

    private Machine machine(String name) {
        return machines.computeIfAbsent(
                name, made -> new Machine(made, kernel, chance.stream("machine " + made + " " + abandoned.size())));
    }

    private Machine known(String name) {
        Machine machine = machines.get(name);
        if (machine == null) {
            throw new IllegalArgumentException("no machine is called " + name + "; there are " + machines.keySet());
        }
        return machine;
    }

    /// Stops a machine for a while, as SIGSTOP or a long garbage collection does: nothing of it runs, and its timers
    /// go off late. It goes on by itself, in virtual time.
    public void pause(String name, Duration time) {
        Machine machine = known(name);
        note(name, "pauses", time.toString());
        machine.pause();
        network.stopped();
        kernel.at(kernel.nanos() + time.toNanos(), () -> {
            if (!machine.isCrashed()) {
                note(name, "goes on", "");
                machine.resume();
                network.goesOn();
            }
        });
    }

    /// Ends a machine as a power failure does: from now on nothing of it runs or has any effect.
    public void crash(String name) {
        note(name, "crashes", "");
        Machine machine = known(name);
        machine.crash();
        network.crashed(machine);
    }

    /// Whether a machine has crashed and nothing was started on it since.
    public boolean isDown(String name) {
        return known(name).isCrashed();
    }

    /// Cuts the network between two sides, in both directions. What is on its way arrives when the cut is mended in
    /// time, that is before either side has noticed; that takes five to seven seconds.
    public void cut(Collection<String> side, Collection<String> other) {
        cutOneWay(side, other);
        cutOneWay(other, side);
    }

    /// Cuts one direction: `to` hears nothing of `from` any more, which still hears of `to`.
    public void cutOneWay(Collection<String> from, Collection<String> to) {
        from.forEach(this::known);
        to.forEach(this::known);
        note("network", "cut", from + " from " + to);
        network.cut(from, to);
    }

    /// Mends the cuts between two sides, in both directions, and no others.
    public void mend(Collection<String> side, Collection<String> other) {
        side.forEach(this::known);
        other.forEach(this::known);
        note("network", "mends", side + " and " + other);
        network.mend(side, other);
    }

    /// Delays what goes from one machine to another by so much more.
    public void slow(String from, String to, Duration by) {
        known(from);
        known(to);
        note("network", "slow", from + " to " + to + " by " + by);
        network.slow(from, to, by);
    }

    /// Has the engine of one machine throw at the next so many frames that it is to send to another.
    public void refuse(String from, String to, int frames) {
        known(from);
        known(to);
        note("network", "refuses", frames + " frames from " + from + " to " + to);
        network.refuse(from, to, frames);
    }

    /// Loses for a while what one machine sends to another, though both keep each other in their views: what an engine
    /// must not do. Sessions end when they find that something is missing, which is when something comes after it.
    public void lose(String from, String to, Duration time) {
        known(from);
        known(to);
        note("network", "loses", "what " + from + " sends to " + to + " for " + time);
        network.lose(from, to, time);
    }

    /// Has the engine of one machine take no frames for another for a while: who sends waits, as for a receiver that is
    /// slow.
    public void stall(String from, String to, Duration time) {
        known(from);
        known(to);
        note("network", "stalls", from + " to " + to + " for " + time);
        network.stall(from, to, time);
    }

    /// Has one machine take another for lost, for a while and for no reason. The other is not told.
    public void suspect(String by, String whom, Duration time) {
        known(by);
        known(whom);
        note(by, "suspects", whom + " for " + time);
        network.suspect(by, whom, time);
    }

    /// Has every engine report once more who is there, as by a merge that changes nothing.
    public void repeatViews() {
        note("network", "repeats views", "");
        network.repeatViews();
    }

    /// Has the oldest member of the cluster exclude another one for no reason, and crash when some of the others have
    /// heard of that, and some never will.
    ///
    /// @return the machine that crashes, within 50 milliseconds; empty when nobody has joined, or when it is the
    /// one to be excluded
    public Optional<String> crashInMidView(String excluded) {
        known(excluded);
        Optional<String> oldest = network.oldest().filter(machine -> !machine.equals(excluded));
        oldest.ifPresent(machine -> {
            note(machine, "excludes", excluded + " and is about to crash");
            kernel.at(network.excludeInHaste(excluded), () -> {
                if (!known(machine).isCrashed()) {
                    crash(machine);
                }
            });
        });
        return oldest;
    }

    /// Has something happen at a time from now, in virtual time, on no machine. It must not wait for anything.
    public void after(Duration time, Runnable action) {
        kernel.at(kernel.nanos() + time.toNanos(), action);
    }

    /// Mends all cuts, makes no way slow any more, and has all engines work as they should. Members that had lost each
    /// other meet again within a few
    /// seconds.
    public void heal() {
        note("network", "heals", "");
        network.heal();
    }

    /// Makes a machine's clock gain so many millionths from now on, or lose by a negative number.
    ///
    /// @throws IllegalArgumentException beyond 100,000, which is a tenth
    public void drift(String name, long ppm) {
        known(name).clock().drift(ppm);
    }

    /// Sets a machine's wall time ahead of the others', or behind by a negative duration. Deadlines do not move.
    public void ahead(String name, Duration time) {
        known(name).clock().ahead(time.toNanos());
    }

    // ---- running

    /// Lets a virtual time pass.
    ///
    /// @throws SimulationFailure when a process blocks outside of the simulation, polls without waiting, or fails
    public void runFor(Duration time) {
        advance(time, () -> false);
    }

    /// Lets time pass until a condition holds, which is looked at whenever nobody can run.
    ///
    /// @return `false` when the time is up and it does not
    /// @throws SimulationFailure as [#runFor]
    public boolean until(BooleanSupplier condition, Duration time) {
        advance(time, condition);
        return condition.getAsBoolean();
    }

    private void advance(Duration time, BooleanSupplier condition) {
        kernel.run(kernel.nanos() + time.toNanos(), condition);
    }

    /// Runs steps as a process of a node, and waits for their end. What they throw is thrown here.
    public void run(Node node, ProcessBody steps) {
        call(node, () -> {
            steps.run();
            return true;
        });
    }

    /// As [#run], with a value.
    ///
    /// @throws SimulationFailure as [#runFor], and when the steps have not ended after an hour of virtual time
    public <T> T call(Node node, Callable<T> steps) {
        Outcome<T> outcome = new Outcome<>();
        node.spawn(() -> outcome.run(steps));
        if (!until(outcome::isThere, LIMIT)) {
            throw new SimulationFailure("no end of the steps on " + node + " after " + LIMIT + " of virtual time");
        }
        return outcome.get();
    }

    /// How steps have ended; written by one thread.
    static final class Outcome<T> {

        private @Nullable T value;
        private @Nullable Throwable thrown;
        private volatile boolean there;

        void run(Callable<T> steps) {
            try {
                value = steps.call();
            } catch (Throwable failure) {
                thrown = failure;
            }
            there = true;
        }

        boolean isThere() {
            return there;
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // what a callable returns is its own business
        T get() {
            if (thrown != null) {
                Outcome.<RuntimeException>throwAs(thrown);
            }
            return value;
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <E extends Throwable> void throwAs(Throwable thrown) throws E {
            throw (E) thrown;
        }
    }

    /// Closes the nodes, those of crashed machines too – each by itself, in virtual time, after everything else – and
    /// sees to it that no thread is left. A run that has failed leaves its threads behind.
    ///
    /// @throws SimulationFailure when threads are left; they are named
    @Override
    public void close() {
        if (kernel.hasFailed()) {
            kernel.close();
            return;
        }
        machines.values().forEach(Machine::resume);
        abandoned.forEach(Machine::resume);
        for (Map.Entry<Node, Machine> each : List.copyOf(nodes.entrySet())) {
            Outcome<Boolean> closed = new Outcome<>();
            each.getValue()
                    .start(
                            "close",
                            () -> closed.run(() -> {
                                each.getKey().close();
                                return true;
                            }));
            until(closed::isThere, CLOSE);
        }
        runFor(Duration.ZERO);
        kernel.close();
    }
}
