package dev.pando.cli;

import dev.pando.cli.ChaosChildrenReport.Cycle;
import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.cli.ChaosHistory.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Carries a plan out with nodes that run the children of one supervisor, and looks after each
/// fault whether each child that should live does so once, where all nodes find it, and has kept
/// what it had.
///
/// No child is started, ended or called any more from just before the end of a fault, so that there
/// is a moment from which on all agree. In every fourth cycle they are until after all nodes have
/// met again; that moment says nothing then.
final class ChaosChildrenRun implements AutoCloseable {

    private static final long AGREE = ChaosStage.seconds(30);
    /// How long they go on after they have met again, where they do.
    private static final long TOGETHER = ChaosStage.seconds(1);
    /// Until the news of the last start are everywhere.
    private static final long NEWS = ChaosStage.seconds(1) / 4;
    private static final int BUSY_EVERY = 4;
    private static final int FILL_TURNS = 10;

    private final ChaosPlan plan;
    private final ChaosPlant plant;
    private final int children;
    private final ChaosStage stage;
    private final ChaosHistory history;
    private final Random random;

    /// Of these nobody knows whether they were started or ended.
    private final Set<String> unsure = new HashSet<>();
    /// What the last cycle was to end.
    private Set<String> ended = Set.of();

    private record Found(Optional<ChaosAgreement> agreement, Map<String, ChaosChildrenSnapshot> nodes) {}

    /// A run that has not begun.
    ///
    /// @param stop how long a process is stopped
    ChaosChildrenRun(
            ChaosPlan plan,
            ChaosPlant plant,
            int nodes,
            int children,
            Duration stop,
            String logLevel,
            Consumer<String> progress) {
        this.plan = plan;
        this.plant = plant;
        this.children = children;
        this.random = new Random(plan.seed());
        this.stage = new ChaosStage(
                new ChaosStage.Setting(nodes, ChaosSettings.Work.CHILDREN, children, plant, stop, logLevel, progress));
        this.history = stage.history();
    }

    /// Carries it out.
    ///
    /// @throws IllegalStateException when the nodes do not find each other to begin with
    ChaosChildrenReport run() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<Cycle> cycles = stage.play(plan, this::cycle);
        double took = (System.nanoTime() - begun) / (ChaosStage.MILLI * 1_000);
        return ChaosChildrenReport.of(plan.seed(), plant, children, cycles, stage.leftOut(), took);
    }

    private Cycle cycle(ChaosCycle cycle) throws IOException, InterruptedException {
        boolean busy = cycle.number() % BUSY_EVERY == 0;
        List<String> faults = new ArrayList<>();
        Map<String, Life> before = fill(faults);
        history.forgetSamples();
        all().forEach(member -> member.call(children));
        int from = history.size();
        ChaosOrders orders = new ChaosOrders(stage, random, before, children, busy);
        ChaosStage.Span span = stage.disturb(cycle, orders);
        if (busy) {
            stage.awaitSessions(span.healed());
            stage.pass(TOGETHER);
            orders.rest();
        }
        ChaosStage.Looked<Found> looked = stage.lookWhenQuiet(cycle, span.healed(), this::look);
        List<Event> events = history.since(from);
        faults.addAll(orders.faults());
        faults.addAll(looked.faults());
        Map<String, ChaosChildrenSnapshot> nodes =
                looked.found().map(Found::nodes).orElse(Map.of());
        looked.found().ifPresent(found -> faults.addAll(faults(found, orders, cycle)));
        faults.addAll(history.newFaults());
        Optional<ChaosAgreement> measured = looked.found()
                .flatMap(Found::agreement)
                .filter(_ -> !busy && events.stream().anyMatch(event -> !event.up()));
        return new Cycle(
                cycle.number(),
                cycle.fault().id(),
                cycle.what(),
                cycle.nodes(),
                ChaosChildrenChecks.living(nodes).size(),
                orders.carriedOut(nodes, ChaosAsk.What.START).size(),
                orders.carriedOut(nodes, ChaosAsk.What.TERMINATE).size(),
                nodes.values().stream()
                        .mapToLong(ChaosChildrenSnapshot::answered)
                        .sum(),
                nodes.values().stream().mapToLong(ChaosChildrenSnapshot::failed).sum(),
                conflicts(nodes),
                busy,
                ChaosAgreed.Took.of(span.healed(), events, looked.found().isPresent(), measured),
                orders.takenOver(),
                faults.size(),
                ChaosAgreed.few(faults));
    }

    private Collection<ChaosMember> all() {
        return stage.members().values();
    }

    /// Has children started until there are as many as there are to be.
    ///
    /// @return those that live, each of them once
    private Map<String, Life> fill(List<String> faults) throws InterruptedException {
        all().forEach(member -> member.call(0));
        Map<String, ChaosChildrenSnapshot> nodes = ask();
        for (int turn = 0; turn < FILL_TURNS && living(nodes).size() < children; turn++) {
            start(living(nodes));
            stage.pass(NEWS);
            nodes = ask();
        }
        Map<String, Life> living = living(nodes);
        if (living.size() < children) {
            String why = nodes.values().stream()
                    .flatMap(snapshot -> snapshot.orders().stream())
                    .flatMap(order -> order.failure().stream())
                    .reduce("no start failed", (_, last) -> last);
            faults.add("no more than " + living.size() + " children come to live: " + why);
        }
        faults.addAll(ChaosChildrenChecks.logged(nodes, ended));
        unsure.removeAll(living.keySet());
        return living;
    }

    /// Has each node start its share of what is missing.
    private void start(Map<String, Life> living) {
        List<String> free = ChaosOrders.free(living, children, random);
        List<ChaosMember> members = List.copyOf(all());
        Map<ChaosMember, List<String>> shares = new HashMap<>();
        for (int i = 0; i < children - living.size(); i++) {
            shares.computeIfAbsent(members.get(i % members.size()), _ -> new ArrayList<>())
                    .add(free.get(i));
            unsure.add(free.get(i));
        }
        shares.forEach((member, ids) -> member.tell(ChaosAsk.What.START, ids));
        members.forEach(ChaosMember::await);
    }

    private Map<String, ChaosChildrenSnapshot> ask() {
        Map<String, ChaosChildrenSnapshot> nodes = new TreeMap<>();
        stage.members().forEach((name, member) -> nodes.put(name, member.children()));
        return nodes;
    }

    private static Map<String, Life> living(Map<String, ChaosChildrenSnapshot> nodes) {
        Map<String, Life> once = new TreeMap<>();
        ChaosChildrenChecks.living(nodes).forEach((id, lives) -> {
            if (lives.size() == 1) {
                once.put(id, lives.getFirst());
            }
        });
        return once;
    }

    /// Waits until all agree, or a node notices something, and asks each.
    private Found look() throws InterruptedException {
        Set<String> all = Set.copyOf(stage.names());
        int size = history.size();
        history.await(
                () -> history.size() > size
                        || ChaosAgreement.since(history.samples(), all).isPresent(),
                System.nanoTime() + AGREE);
        Map<String, ChaosChildrenSnapshot> nodes = ask();
        return new Found(ChaosAgreement.since(history.samples(), all), nodes);
    }

    private List<String> faults(Found found, ChaosOrders orders, ChaosCycle cycle) {
        List<String> faults = new ArrayList<>();
        if (found.agreement().isEmpty()) {
            faults.add("not all nodes find what lives within " + AGREE / ChaosStage.seconds(1) + " s");
        }
        unsure.addAll(orders.unsure(found.nodes()));
        faults.addAll(ChaosChildrenChecks.now(found.nodes(), orders.owed(cycle, found.nodes(), unsure)));
        ended = orders.ended();
        faults.addAll(ChaosChildrenChecks.logged(found.nodes(), ended));
        return faults;
    }

    private static int conflicts(Map<String, ChaosChildrenSnapshot> nodes) {
        return (int) nodes.values().stream()
                .flatMap(snapshot -> snapshot.lives().stream())
                .filter(life -> !life.winners().isEmpty())
                .count();
    }

    @Override
    public void close() {
        stage.close();
    }
}
