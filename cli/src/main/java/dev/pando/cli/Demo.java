package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.NodeDown;
import dev.pando.core.ExitException;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.donations.DonationImport;
import dev.pando.donations.DonationProtocols;
import dev.pando.donations.DonationRouter;
import dev.pando.donations.Ledger;
import dev.pando.donations.LedgerReport;
import dev.pando.donations.LedgerServer;
import dev.pando.horde.Child;
import dev.pando.horde.ChildState;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Placement;
import dev.pando.horde.SupervisorStatus;
import dev.pando.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The demonstration: a ledger in this process, nodes in processes of their own, and this process as one more
/// node that has no ledger, so that no worker is ever placed on it.
///
/// Reads from top to bottom: start, import with a kill half-way, inspection, report.
final class Demo implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    /// Whom to kill.
    enum Victim {
        /// The node that the engine's view has had for longest, and that installs new views.
        COORDINATOR,
        /// Any other one.
        OTHER
    }

    private final int size;
    private final boolean takeOver;
    private final Victim victim;
    private final Duration patience;
    private final String logLevel;
    private final Consumer<String> progress;
    private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
    private final List<NodeProcess> processes = new ArrayList<>();
    private final Thread shutdown = new Thread(this::killAll, "pando-demo-shutdown");

    private @Nullable World world;

    /// What has been started.
    private record World(Ledger ledger, Node node, Cluster cluster, DistributedSupervisor workers) {}

    /// What the kill found and did.
    private record Killed(
            NodeName node,
            boolean coordinator,
            long atDone,
            Map<String, Long> rows,
            Map<String, Long> workers,
            Optional<Long> detectedMillis,
            Optional<Long> recoveredMillis) {}

    /// @param patience how long to wait for what is lost before it counts as lost
    Demo(int size, boolean takeOver, Victim victim, Duration patience, String logLevel, Consumer<String> progress) {
        this.size = size;
        this.takeOver = takeOver;
        this.victim = victim;
        this.patience = patience;
        this.logLevel = logLevel;
        this.progress = progress;
    }

    // ---- start

    /// Starts the ledger, the nodes and this process's own node, and waits until all know each other.
    void start(@Nullable Path ledgerFolder) throws IOException {
        Runtime.getRuntime().addShutdownHook(shutdown);
        LedgerServer server = keep(ledgerFolder == null ? LedgerServer.inMemory() : LedgerServer.at(ledgerFolder));
        Ledger ledger = keep(Ledger.open(server.config()));
        List<Integer> ports = FreePorts.take(size + 1);
        List<String> hosts = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        Cookie cookie = Cookie.random();
        for (int i = 0; i < size; i++) {
            NodeProcess process = NodeProcess.start(settings(i + 1, ports.get(i), hosts, cookie, server), logLevel);
            processes.add(process);
        }
        for (NodeProcess process : processes) {
            process.awaitReady();
        }
        Node node = keep(Node.start("demo", DonationProtocols.all()));
        NodeSettings own = settings(0, ports.getLast(), hosts, cookie, server);
        Cluster cluster = Cluster.of(node, own.cluster());
        DistributedSupervisor workers =
                DistributedSupervisor.of(cluster, NodeSettings.WORKERS, Placement.consistentHash());
        world = new World(ledger, node, cluster, workers);
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), workers.childSpec()));
        await("the nodes to find each other", START, this::allKnowEachOther);
        progress.accept("%d nodes are up, the ledger is at %s"
                .formatted(size, server.config().url()));
    }

    private NodeSettings settings(int number, int port, List<String> hosts, Cookie cookie, LedgerServer server) {
        return new NodeSettings(
                "node" + number,
                port,
                hosts,
                size,
                cookie.secret(),
                server.config().url(),
                server.config().user(),
                server.config().password(),
                takeOver);
    }

    private boolean allKnowEachOther() {
        World running = world();
        try {
            return processes.stream().allMatch(process -> {
                SupervisorStatus status = running.workers().statusOf(process.name(), ASK);
                return status.nodes() == size + 1
                        && running.node().call(DonationRouter.NAME.on(process.name()), new DonationRouter.Ping());
            });
        } catch (ExitException e) {
            return false;
        }
    }

    // ---- import

    DemoReport run(Donations donations, String source, long killAt) throws InterruptedException {
        long start = System.nanoTime();
        World running = world();
        long rowsBefore = running.ledger().report().rows();
        DonationImport imports = new DonationImport(running.node(), () -> alive(running), patience);
        CompletableFuture<Killed> kill = new CompletableFuture<>();
        Iterator<dev.pando.donations.Donation> counted = new Iterator<>() {
            private boolean due = true;

            @Override
            public boolean hasNext() {
                if (due && imports.progress().done() >= killAt) {
                    due = false;
                    Thread.ofVirtual().start(() -> killInto(kill, imports));
                }
                return donations.hasNext();
            }

            @Override
            public dev.pando.donations.Donation next() {
                return donations.next();
            }
        };
        DonationImport.Progress done = imports.run(counted, source);
        Optional<Killed> killed = result(kill);
        progress.accept("%d of %d donations are done, looking for what is lost".formatted(done.done(), donations.in()));
        return inspect(donations, source, done, killed, rowsBefore, start);
    }

    private static List<NodeName> alive(World running) {
        return running.cluster().nodes();
    }

    private void killInto(CompletableFuture<Killed> result, DonationImport imports) {
        try {
            result.complete(kill(imports));
        } catch (RuntimeException | InterruptedException e) {
            result.completeExceptionally(e);
        }
    }

    private Killed kill(DonationImport imports) throws InterruptedException {
        World running = world();
        Optional<NodeName> coordinator = running.cluster().coordinator();
        NodeProcess chosen = processes.stream()
                .filter(process ->
                        coordinator.filter(process.name()::equals).isPresent() == (victim == Victim.COORDINATOR))
                .reduce((_, last) -> last)
                .orElseThrow(() -> new IllegalStateException("no node is " + victim + "; the view's oldest is "
                        + coordinator.map(NodeName::toString).orElse("unknown")));
        Map<String, Long> rows = rows(running.ledger().report());
        Map<String, Long> workers = workers(running);
        CompletableFuture<Long> detected = new CompletableFuture<>();
        running.node().spawn(() -> {
            running.cluster().monitorNodes(Self.pid());
            Self.receive(NodeDown.class, down -> down.node().equals(chosen.name()), patience)
                    .ifPresent(_ -> detected.complete(System.nanoTime()));
            running.cluster().demonitorNodes(Self.pid());
        });
        long atDone = imports.progress().done();
        long killed = System.nanoTime();
        chosen.kill();
        progress.accept("killed %s after %d donations".formatted(chosen.name(), atDone));
        Optional<Long> recovered = await(patience, () -> isRecovered(running, chosen.name()))
                ? Optional.of(System.nanoTime())
                : Optional.empty();
        return new Killed(
                chosen.name(),
                victim == Victim.COORDINATOR,
                atDone,
                rows,
                workers,
                Optional.ofNullable(detected.getNow(null)).map(at -> millis(at - killed)),
                recovered.map(at -> millis(at - killed)));
    }

    /// Whether every survivor says that it has lost the node, and that each child is owned and none waits to be
    /// started again.
    private boolean isRecovered(World running, NodeName lost) {
        if (running.cluster().nodes().contains(lost)) {
            return false;
        }
        try {
            return survivors(Optional.of(lost)).stream()
                            .map(node -> running.workers().statusOf(node, ASK))
                            .allMatch(status -> status.nodes() == size && status.lost() == 0 && status.crashed() == 0)
                    && running.workers().children().stream()
                            .noneMatch(child -> child.takeOvers() > 0 && child.state() != ChildState.RUNNING);
        } catch (ExitException e) {
            return false;
        }
    }

    private List<NodeName> survivors(Optional<NodeName> killed) {
        return processes.stream()
                .map(NodeProcess::name)
                .filter(name -> !killed.equals(Optional.of(name)))
                .toList();
    }

    private Optional<Killed> result(CompletableFuture<Killed> kill) throws InterruptedException {
        try {
            return Optional.of(kill.get(patience.toSeconds() * 2, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the kill failed: " + e.getCause(), e);
        }
    }

    // ---- inspection

    private DemoReport inspect(
            Donations donations,
            String source,
            DonationImport.Progress done,
            Optional<Killed> killed,
            long rowsBefore,
            long start)
            throws InterruptedException {
        World running = world();
        Optional<NodeName> lostNode = killed.map(Killed::node);
        Set<String> ids = donations.ids();
        await(patience, () -> census(running, ids, survivors(lostNode)).isSound());
        Census census = census(running, ids, survivors(lostNode));
        LedgerReport ledger = running.ledger().report(source);
        long lost = running.ledger().missing(ids).size();
        List<String> faults = new ArrayList<>();
        check(faults, killed.isPresent(), "no node was killed");
        check(faults, lost == 0, lost + " donations are not in the ledger");
        check(faults, ledger.doubled().isEmpty(), ledger.doubled().size() + " donations are in the ledger twice");
        check(faults, done.failed() == 0, done.failed() + " donations were given up");
        check(faults, done.different() == 0, done.different() + " ids are in the ledger with other content");
        check(faults, census.missing() == 0, census.missing() + " donations have no live worker");
        check(faults, census.doubled() == 0, census.doubled() + " donations have more than one live worker");
        check(
                faults,
                killed.filter(kill -> kill.recoveredMillis().isEmpty()).isEmpty(),
                "the workers of the killed node did not come back within " + patience.toSeconds() + " s");
        return new DemoReport(
                donations.in(),
                running.ledger().report().rows() - rowsBefore,
                done.refused(),
                donations.rejected(),
                lost,
                ledger.doubled().size(),
                totals(ledger),
                new DemoReport.Workers(ids.size(), census.missing(), census.doubled()),
                nodes(running, census, killed),
                killed.map(kill -> new DemoReport.Kill(
                        kill.node().toString(),
                        kill.coordinator(),
                        kill.atDone(),
                        kill.detectedMillis(),
                        kill.recoveredMillis())),
                seconds(start),
                faults);
    }

    private static void check(List<String> faults, boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    /// What the living nodes themselves say about the workers they run.
    private record Census(long missing, long doubled, Map<String, Long> byNode) {
        boolean isSound() {
            return missing == 0 && doubled == 0;
        }
    }

    private static Census census(World running, Set<String> ids, List<NodeName> nodes) {
        Map<String, Integer> live = new HashMap<>();
        Map<String, Long> byNode = new TreeMap<>();
        for (NodeName node : nodes) {
            long count = 0;
            for (Child child : childrenOn(running, node)) {
                boolean isLive = child.state() == ChildState.RUNNING
                        && child.pid().filter(pid -> pid.node().equals(node)).isPresent();
                if (isLive) {
                    live.merge(child.id(), 1, Integer::sum);
                    count++;
                }
            }
            byNode.put(node.toString(), count);
        }
        long missing = ids.stream().filter(id -> !live.containsKey(id)).count();
        long doubled = ids.stream().filter(id -> live.getOrDefault(id, 0) > 1).count();
        return new Census(missing, doubled, byNode);
    }

    private static List<Child> childrenOn(World running, NodeName node) {
        try {
            return running.workers().childrenOn(node, ASK);
        } catch (ExitException e) {
            // What it runs counts as missing.
            return List.of();
        }
    }

    private List<DemoReport.OfNode> nodes(World running, Census census, Optional<Killed> killed) {
        Map<String, Long> rowsAfter = rows(running.ledger().report());
        return processes.stream()
                .map(process -> process.name().toString())
                .map(name -> new DemoReport.OfNode(
                        name,
                        killed.filter(kill -> kill.node().toString().equals(name))
                                .isPresent(),
                        killed.map(kill -> kill.workers().getOrDefault(name, 0L))
                                .orElse(0L),
                        census.byNode().getOrDefault(name, 0L),
                        killed.map(kill -> kill.rows().getOrDefault(name, 0L)).orElse(0L),
                        rowsAfter.getOrDefault(name, 0L)))
                .toList();
    }

    private static Map<String, Long> rows(LedgerReport report) {
        return report.rowsByNode();
    }

    private static Map<String, Long> workers(World running) {
        Map<String, Long> byNode = new TreeMap<>();
        running.workers().children().stream()
                .filter(child -> child.state() == ChildState.RUNNING)
                .forEach(child -> byNode.merge(child.owner().toString(), 1L, Long::sum));
        return byNode;
    }

    private static List<DemoReport.Total> totals(LedgerReport ledger) {
        return ledger.totals().stream()
                .map(total -> new DemoReport.Total(
                        total.amount().getCurrencyUnit().getCode(),
                        total.rows(),
                        total.amount().getAmount(),
                        total.zakat().getAmount()))
                .toList();
    }

    // ---- the rest

    private World world() {
        World started = world;
        if (started == null) {
            throw new IllegalStateException("start first");
        }
        return started;
    }

    private void await(String what, Duration limit, BooleanSupplier condition) {
        try {
            if (await(limit, condition)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("waited " + limit.toSeconds() + " s for " + what + ", in vain");
    }

    /// Asks again and again, since the answers come from other processes.
    private static boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static double seconds(long start) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9));
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        closeables.push(closeable);
        return closeable;
    }

    private void killAll() {
        new LinkedHashSet<>(processes).forEach(NodeProcess::kill);
    }

    /// Ends every process that was started, then the rest.
    @Override
    public void close() {
        killAll();
        processes.forEach(NodeProcess::close);
        for (AutoCloseable closeable : closeables) {
            try {
                closeable.close();
            } catch (Exception e) {
                progress.accept("while ending: " + e.getMessage());
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(shutdown);
        } catch (IllegalStateException e) {
            // It is running: this is the end of the process.
        }
    }
}
