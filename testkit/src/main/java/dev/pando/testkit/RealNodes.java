package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.spi.Engine;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Nodes over JGroups in this JVM, on free ports of 127.0.0.1.
///
/// A cut drops what one side sends where it arrives; each side notices by the silence, as over a real
/// cable. Whatever waits looks every few milliseconds, and the faults that are due happen in between,
/// on the thread of the test. The seed draws the faults; the rest is as real as it gets.
///
/// @param <A> what a test wants to have at hand of each node
final class RealNodes<A> extends TestCluster<A> {

    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration STEPS = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofMinutes(1);
    private static final Duration START = Duration.ofSeconds(30);

    private record Cut(String from, String to) {}

    private record Due(long atNanos, int number, Runnable action) {}

    /// One start of a node.
    private static final class Run {

        private final Node node;
        private final Queue<Engine> engines = new ConcurrentLinkedQueue<>();
        private volatile boolean off;
        private @Nullable Thread ending;

        Run(Node node) {
            this.node = node;
        }

        /// Nobody hears of it any more, and it hears of nobody; its processes are killed, and its
        /// sockets closed while the test goes on.
        void crash() {
            off = true;
            node.processes().forEach(process -> node.exit(process.pid(), ExitReason.killed()));
            ending = Thread.ofVirtual().start(this::end);
        }

        void end() {
            node.close();
            // A cluster that was killed has left its engine behind.
            engines.forEach(Engine::close);
        }

        /// Waits until what [#crash] began is done, if it did.
        ///
        /// @throws SimulationFailure when it is not within a minute
        void awaitEnd() {
            try {
                if (ending != null && !ending.join(END)) {
                    throw new SimulationFailure(node.name() + " has not closed its sockets " + END
                            + " after its crash; it is in:\n"
                            + Stream.of(ending.getStackTrace())
                                    .map(String::valueOf)
                                    .collect(Collectors.joining("\n")));
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private final long seed;
    private final Chance chance;
    private final Cookie cookie = Cookie.random();
    private final List<Integer> ports;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Map<Node, Run> ofNode = new HashMap<>();
    private final Set<Cut> cuts = ConcurrentHashMap.newKeySet();
    private final Map<Member<A>, String> seen = new HashMap<>();
    private final Trace trace = new Trace(true);
    private final long begunNanos = System.nanoTime();
    private final TreeSet<Due> agenda =
            new TreeSet<>(Comparator.comparingLong(Due::atNanos).thenComparingInt(Due::number));
    private int actions;

    private RealNodes(long seed, int count, Setup<A> setup) {
        super(setup);
        this.seed = seed;
        this.chance = new Chance(seed);
        this.ports = FreePorts.take(count);
    }

    /// Starts so many nodes and returns when all have booted and see each other.
    ///
    /// @throws SimulationFailure when a boot fails, or they do not within a minute
    static <A> RealNodes<A> start(long seed, int count, Setup<A> setup) {
        RealNodes<A> nodes = new RealNodes<>(seed, count, setup);
        // One by one: nodes that start at once form a cluster each, which have to merge then.
        nodes.bringUp(count, member -> nodes.until(member::isSettled, START));
        return nodes;
    }

    @Override
    Node make(String name, Setup<A> setup) {
        Run before = runs.get(name);
        if (before != null) {
            before.awaitEnd();
        }
        Node node = Node.start(name, setup.protocols(), setup.resources());
        Run run = new Run(node);
        runs.put(name, run);
        ofNode.put(node, run);
        note(name, "starts", "");
        return node;
    }

    @Override
    Cluster cluster(Node node) {
        Run run = ofNode.get(node);
        if (run == null) {
            throw new IllegalArgumentException(node + " is none of these nodes");
        }
        String name = node.name().name();
        ClusterConfig config = ClusterConfig.of("test")
                .cookie(cookie)
                .hosts(ports.stream().map(port -> "127.0.0.1:" + port).toList())
                .listen("127.0.0.1", ports.get(index(name)));
        return Cluster.of(node, () -> {
            Engine engine = Cluster.engine(config, sender -> !run.off && admits(sender, name));
            run.engines.add(engine);
            return engine;
        });
    }

    private static int index(String name) {
        return Integer.parseInt(name.substring(1)) - 1;
    }

    private boolean admits(InetSocketAddress sender, String to) {
        String from = name(ports.indexOf(sender.getPort()));
        Run run = runs.get(from);
        return run != null && !run.off && !cuts.contains(new Cut(from, to));
    }

    private static String name(int index) {
        return "n" + (index + 1);
    }

    private void note(String machine, String event, String detail) {
        trace.add(System.nanoTime() - begunNanos, machine, event, detail);
    }

    @Override
    public Simulation simulation() {
        throw new OnlySimulated();
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public RandomGenerator chance(String name) {
        return chance.stream("test " + name);
    }

    @Override
    Trace trace() {
        return trace;
    }

    @Override
    String again() {
        return TestEngine.JGROUPS.property() + " -Dpando.seed=" + seed + ", which draws the faults, and no more";
    }

    // ---- faults

    @Override
    public void cutOneWay(Collection<String> from, Collection<String> to) {
        note("network", "cut", from + " from " + to);
        from.forEach(one -> to.forEach(
                other -> cuts.add(new Cut(member(one).name(), member(other).name()))));
    }

    @Override
    void cut(Collection<String> side, Collection<String> other) {
        cutOneWay(side, other);
        cutOneWay(other, side);
    }

    @Override
    void mend(Collection<String> side, Collection<String> other) {
        note("network", "mends", side + " and " + other);
        side.forEach(one -> other.forEach(two -> {
            cuts.remove(new Cut(one, two));
            cuts.remove(new Cut(two, one));
        }));
    }

    @Override
    void mendAll() {
        note("network", "heals", "");
        cuts.clear();
    }

    @Override
    void kill(String name) {
        note(name, "crashes", "");
        run(name).crash();
    }

    private Run run(String name) {
        Run run = runs.get(member(name).name());
        if (run == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return run;
    }

    @Override
    boolean isDown(String name) {
        return run(name).off;
    }

    @Override
    List<FaultPlan.Kind> kinds() {
        return List.of(FaultPlan.Kind.SPLIT, FaultPlan.Kind.ONE_WAY, FaultPlan.Kind.FLAP, FaultPlan.Kind.CRASH);
    }

    // ---- time

    @Override
    void after(Duration time, Runnable action) {
        agenda.add(new Due(System.nanoTime() - begunNanos + time.toNanos(), actions++, action));
    }

    @Override
    public void runFor(Duration time) {
        until(() -> false, time);
    }

    @Override
    public boolean until(BooleanSupplier condition, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            doWhatIsDue();
            noteWhomTheySee();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private void doWhatIsDue() {
        while (!agenda.isEmpty() && agenda.getFirst().atNanos <= System.nanoTime() - begunNanos) {
            agenda.removeFirst().action.run();
        }
    }

    private void noteWhomTheySee() {
        for (Member<A> member : alive()) {
            String now = member.cluster().nodes().stream()
                    .map(NodeName::name)
                    .sorted()
                    .collect(Collectors.joining(" "));
            if (!now.equals(seen.put(member, now))) {
                note(member.name(), "sees", now);
            }
        }
    }

    private static IllegalStateException interrupted() {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while the test waited");
    }

    @Override
    public <T> T call(Node node, Callable<T> steps) {
        Simulation.Outcome<T> outcome = new Simulation.Outcome<>();
        node.spawn(() -> outcome.run(steps));
        if (!until(outcome::isThere, STEPS)) {
            throw new SimulationFailure("no end of the steps on " + node + " after " + STEPS);
        }
        return outcome.get();
    }

    @Override
    public void close() {
        cuts.clear();
        Map<String, Throwable> failures = new TreeMap<>();
        runs.forEach((name, run) -> {
            try {
                if (run.off) {
                    run.awaitEnd();
                } else {
                    run.end();
                }
            } catch (RuntimeException | Error e) {
                failures.put(name, e);
            }
        });
        if (!failures.isEmpty()) {
            SimulationFailure failure = new SimulationFailure("not closed: " + failures);
            failures.values().forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
