package dev.pando.cli;

import dev.pando.cli.ChaosChildrenSnapshot.Acked;
import dev.pando.cli.ChaosChildrenSnapshot.Found;
import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.cli.ChaosChildrenSnapshot.Order;
import dev.pando.cli.ChaosSample.Sum;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.Dest;
import dev.pando.core.ExitException;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.horde.Child;
import dev.pando.horde.ChildState;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Placement;
import dev.pando.horde.SupervisorOptions;
import dev.pando.horde.SupervisorStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Runs its share of the children of a [DistributedSupervisor], calls any of them, and starts and
/// terminates those that it is told to; and writes down what came of that.
///
/// Ids are of a range that is a quarter larger than the number of children there are to be.
final class ChaosChildren implements ChaosWork {

    private static final int CALLERS = 4;
    private static final int PAUSE_MILLIS = 20;
    private static final int PAUSE_MILLIS_SPREAD = 40;
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Duration ORDER = Node.CALL;
    private static final Duration ORDERS = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int PLANT_EVERY = 10;

    private final Node node;
    private final Cluster cluster;
    private final DistributedSupervisor supervisor;
    private final ChaosCensus census;
    private final ChaosPlant plant;
    private final int ids;
    private final ChaosSampler sampler;
    private final ChaosCalls calls = new ChaosCalls();
    private final Map<Pid, AtomicLong> acked = new ConcurrentHashMap<>();
    private final List<Order> orders = new CopyOnWriteArrayList<>();
    /// By ids.
    private final Map<String, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private final Set<Pid> told = new HashSet<>();
    private Optional<Pid> server = Optional.empty();
    private volatile boolean calling;

    ChaosChildren(Node node, Cluster cluster, ChaosSettings settings, Consumer<ChaosLine> say) {
        this.node = node;
        this.cluster = cluster;
        this.plant = settings.plant();
        this.census = node.resources().get(ChaosCensus.class);
        this.ids = ids(settings.names());
        this.sampler = new ChaosSampler(before -> Optional.of(sample(before)), say);
        this.supervisor = DistributedSupervisor.of(
                cluster,
                "chaos",
                SupervisorOptions.of(Placement.consistentHash())
                        .takeOvers((_, _, _) -> plant != ChaosPlant.FORGET_ORPHANS));
        node.speak(Protocols.of(ChaosWorker.class));
    }

    /// How many ids there are for so many children.
    static int ids(int children) {
        return children * 5 / 4;
    }

    @Override
    public List<ChildSpec> prepare() {
        cluster.monitorNodes(node.spawn(this::watchNodes));
        for (int i = 0; i < CALLERS; i++) {
            node.spawn(this::callOften);
        }
        calls.watch();
        sampler.start();
        return List.of(supervisor.childSpec());
    }

    private void watchNodes() {
        while (true) {
            if (Self.receive(Notice.class) instanceof NodeUp) {
                census.nodeUp();
            }
        }
    }

    // ---- what is done

    private void callOften() {
        RandomGenerator chance = RandomGenerator.getDefault();
        while (true) {
            if (calling) {
                String id = ChaosWorker.id(chance.nextInt(ids));
                call(id, supervisor.via(id));
            }
            Self.sleep(Duration.ofMillis(PAUSE_MILLIS + chance.nextInt(PAUSE_MILLIS_SPREAD)));
        }
    }

    private void call(String id, Dest child) {
        calls.make("a call to " + id, CALL, () -> Self.call(child, new ChaosWorker.Add(), CALL), added -> {
            if (!added.id().equals(id)) {
                calls.fault("a call to " + id + " was answered by " + added);
            }
            acked.computeIfAbsent(added.pid(), _ -> new AtomicLong()).incrementAndGet();
        });
    }

    private void order(ChaosAsk ask) {
        for (String id : ask.ids()) {
            CompletableFuture<?> done = new CompletableFuture<>();
            pending.put(id, done);
            node.spawn(() -> {
                try {
                    carryOut(ask.what(), id);
                } finally {
                    pending.remove(id);
                    done.complete(null);
                }
            });
        }
    }

    private void carryOut(ChaosAsk.What what, String id) {
        long begun = System.currentTimeMillis();
        Optional<String> failure = what == ChaosAsk.What.START ? start(id) : end(id);
        orders.add(new Order(what, id, begun, failure));
    }

    /// A child that was started is called at once, so that it has something to lose.
    private Optional<String> start(String id) {
        return calls.make(
                "the start of " + id,
                ORDER,
                () -> supervisor.startOrGet(ChaosWorker.spec(id), ORDER).pid(),
                pid -> call(id, pid));
    }

    private Optional<String> end(String id) {
        return calls.make("the end of " + id, ORDER, () -> supervisor.terminate(id, ORDER), found -> {
            if (!found) {
                calls.fault(id + " was to be terminated, and was not found");
            }
        });
    }

    private void awaitOrders() {
        try {
            CompletableFuture.allOf(pending.values().toArray(CompletableFuture[]::new))
                    .get(ORDERS.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            calls.fault(pending.size() + " starts and ends do not come to an end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what is told

    private ChaosSample sample(long before) {
        // Waits for the supervisor, if that has much to do.
        Sum listed = listedHere();
        for (Child child : supervisor.children()) {
            if (child.state() == ChildState.RUNNING && !child.owner().equals(node.name())) {
                listed = plus(listed, child);
            }
        }
        Sum held = Sum.NONE;
        for (ChaosLife life : census.lives()) {
            if (life.lasts() && node.isAlive(life.pid)) {
                held = held.plus(life.id, life.pid, 0);
            }
        }
        Sum found = Sum.NONE;
        for (Found one : found()) {
            found = found.plus(one.id(), one.pid(), 0);
        }
        return new ChaosSample(System.nanoTime(), before, held, found, listed);
    }

    private Sum listedHere() {
        Sum listed = Sum.NONE;
        try {
            for (Child child : supervisor.childrenOn(node.name(), LOOK)) {
                listed = plus(listed, child);
            }
        } catch (ExitException e) {
            // It does not run, or has too much to do: then nothing is listed.
            return Sum.NONE;
        }
        return listed;
    }

    private static Sum plus(Sum sum, Child child) {
        return child.pid().map(pid -> sum.plus(child.id(), pid)).orElse(sum);
    }

    private List<Found> found() {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < ids; i++) {
            String id = ChaosWorker.id(i);
            Optional<Pid> pid = supervisor.lookup(id);
            if (plant == ChaosPlant.LIE && i % PLANT_EVERY == 0) {
                pid = pid.map(one -> new Pid(one.node(), one.incarnation(), one.serial() + 1));
            }
            pid.ifPresent(one -> found.add(new Found(id, one)));
        }
        return found;
    }

    @Override
    public ChaosLine.Answered answer(ChaosAsk ask) {
        return new ChaosLine.Listed(
                ask.number(),
                switch (ask.what()) {
                    case WORK -> {
                        forget();
                        sampler.anew();
                        calling = ask.names() > 0;
                        yield ChaosChildrenSnapshot.none(node.incarnation());
                    }
                    case REST -> {
                        calling = false;
                        yield ChaosChildrenSnapshot.none(node.incarnation());
                    }
                    case START, TERMINATE -> {
                        order(ask);
                        yield ChaosChildrenSnapshot.none(node.incarnation());
                    }
                    case WAIT -> {
                        awaitOrders();
                        yield ChaosChildrenSnapshot.none(node.incarnation());
                    }
                    case LOOK -> look();
                    case SNAPSHOT, CALLS, FLOOD -> throw new IllegalArgumentException("there are only children here");
                });
    }

    private void forget() {
        census.forget(told);
        told.clear();
        orders.clear();
        calls.forget();
        Set<Pid> living = new HashSet<>();
        found().forEach(one -> living.add(one.pid()));
        acked.keySet().retainAll(living);
        server = server.or(() -> node.whereis(new Name(supervisor.toString())));
    }

    private ChaosChildrenSnapshot look() {
        List<String> faults = new ArrayList<>(census.faults());
        // First who was called: a process counts before it answers.
        List<Acked> answers = acked.entrySet().stream()
                .map(entry -> new Acked(entry.getKey(), entry.getValue().get()))
                .toList();
        List<Life> lives = lives();
        lives.stream().filter(life -> !life.alive() && life.over()).forEach(life -> told.add(life.pid()));
        faults.addAll(calls.faults());
        if (server.isPresent() && !node.whereis(new Name(supervisor.toString())).equals(server)) {
            faults.add("the supervisor's server was started again");
        }
        return new ChaosChildrenSnapshot(
                node.incarnation(),
                lives,
                found(),
                listed(faults),
                status(faults),
                answers,
                orders,
                calls.answered(),
                calls.failed(),
                faults);
    }

    private List<Life> lives() {
        List<ChaosLife> all = List.copyOf(census.lives());
        // First this: what ends a process is written down before it does.
        Set<Pid> alive =
                all.stream().map(life -> life.pid).filter(node::isAlive).collect(Collectors.toSet());
        List<Pid> lasting =
                all.stream().filter(ChaosLife::lasts).map(life -> life.pid).toList();
        Map<Dest, Long> counts =
                node.multiCall(lasting, new ChaosWorker.Read(), CALL).replies();
        return all.stream()
                .map(life -> life.told(alive.contains(life.pid), Optional.ofNullable(counts.get(life.pid))))
                .toList();
    }

    private List<Child> listed(List<String> faults) {
        List<NodeName> nodes = new ArrayList<>(cluster.nodes());
        nodes.add(node.name());
        List<Child> listed = new ArrayList<>();
        for (NodeName owner : nodes) {
            try {
                listed.addAll(supervisor.childrenOn(owner, LOOK));
            } catch (ExitException e) {
                faults.add(owner + " does not list its children: " + e.reason());
            }
        }
        return listed;
    }

    private Optional<SupervisorStatus> status(List<String> faults) {
        try {
            return Optional.of(supervisor.statusOf(node.name(), LOOK));
        } catch (ExitException e) {
            faults.add("the supervisor does not say how it stands: " + e.reason());
            return Optional.empty();
        }
    }
}
