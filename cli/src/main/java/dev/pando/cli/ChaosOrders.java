package dev.pando.cli;

import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.cli.ChaosChildrenSnapshot.Order;
import dev.pando.cli.ChaosHistory.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// What is started and ended beside one fault. Each id is drawn once, so that it is certain what
/// is to become of it; only some are started on every side of a cut.
///
/// Children are started as the fault begins, and started and terminated as it ends. Where it parts
/// nodes cleanly, that is once each side has all children again: nobody claims one any more then.
final class ChaosOrders implements ChaosStage.Attendant {

    private static final long NOTICE = ChaosStage.seconds(15);
    private static final long TAKE_OVER = ChaosStage.seconds(20);

    private final ChaosStage stage;
    private final ChaosHistory history;
    private final Map<String, Life> before;
    private final List<String> free;
    private final List<String> alive;
    private final int share;
    private final boolean busy;
    private final int from;
    private final Set<String> started = new HashSet<>();
    private final Set<String> contested = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final List<String> faults = new ArrayList<>();
    private List<ChaosMember> active = List.of();
    private Optional<Double> takenOver = Optional.empty();

    /// Orders for one cycle.
    ///
    /// @param before what lives
    /// @param children how many children there are to be
    /// @param busy whether it goes on after the end of the fault, until [#rest]
    ChaosOrders(ChaosStage stage, Random random, Map<String, Life> before, int children, boolean busy) {
        this.stage = stage;
        this.history = stage.history();
        this.before = before;
        this.free = free(before, children, random);
        this.alive = new ArrayList<>(before.keySet());
        Collections.shuffle(alive, random);
        this.share = Math.max(2, children / 100);
        this.busy = busy;
        this.from = history.size();
    }

    /// The ids that nobody has, in an order that is drawn.
    static List<String> free(Map<String, Life> living, int children, Random random) {
        List<String> free = new ArrayList<>();
        for (int i = 0; i < ChaosChildren.ids(children); i++) {
            if (!living.containsKey(ChaosWorker.id(i))) {
                free.add(ChaosWorker.id(i));
            }
        }
        Collections.shuffle(free, random);
        return free;
    }

    @Override
    public void before(ChaosCycle cycle) {
        active = cycle.fault() == ChaosFault.KILL || cycle.fault() == ChaosFault.STOP
                ? stage.others(cycle)
                : List.copyOf(stage.members().values());
    }

    @Override
    public void begun(ChaosCycle cycle) {
        start();
    }

    @Override
    public void ending(ChaosCycle cycle) throws InterruptedException {
        if (isClean(cycle)) {
            active.forEach(ChaosMember::await);
            awaitSides(cycle);
        }
        start();
        if (cycle.fault().isCut()) {
            contest(cycle);
        }
        active.forEach(member -> member.tell(ChaosAsk.What.TERMINATE, draw(alive, 2 * share, ended)));
        if (!busy) {
            rest();
        }
    }

    /// Waits until all is carried out, and has nobody called any more.
    void rest() {
        active.forEach(ChaosMember::await);
        stage.members().values().forEach(ChaosMember::rest);
    }

    private static boolean isClean(ChaosCycle cycle) {
        return cycle.fault().isCut() || cycle.fault() == ChaosFault.KILL;
    }

    private void start() {
        active.forEach(member -> member.tell(ChaosAsk.What.START, draw(free, share, started)));
    }

    private void contest(ChaosCycle cycle) {
        List<String> ids = draw(free, share, contested);
        started.addAll(ids);
        cycle.parts().forEach(part -> stage.member(part.getFirst()).tell(ChaosAsk.What.START, ids));
    }

    private static List<String> draw(List<String> some, int count, Set<String> into) {
        List<String> top = some.subList(0, Math.min(count, some.size()));
        List<String> drawn = List.copyOf(top);
        top.clear();
        into.addAll(drawn);
        return drawn;
    }

    // ---- the sides

    /// Waits until each side has all children.
    private void awaitSides(ChaosCycle cycle) throws InterruptedException {
        if (cycle.fault() == ChaosFault.KILL) {
            awaitSide(active.stream().map(ChaosMember::name).collect(Collectors.toSet()));
            return;
        }
        history.await(
                () -> cycle.across().stream()
                        .noneMatch(way -> history.sees(stage.name(way.from()), stage.name(way.to()))),
                System.nanoTime() + NOTICE);
        for (List<Integer> part : cycle.parts()) {
            awaitSide(part.stream().map(stage::name).collect(Collectors.toSet()));
        }
    }

    private void awaitSide(Set<String> side) throws InterruptedException {
        history.await(() -> hasAll(side).isPresent(), System.nanoTime() + TAKE_OVER);
        Optional<ChaosAgreement> all = hasAll(side);
        if (all.isEmpty()) {
            faults.add(String.join(", ", side.stream().sorted().toList()) + " do not run all " + before.size()
                    + " children within " + TAKE_OVER / ChaosStage.seconds(1) + " s");
        }
        all.ifPresent(since -> {
            long noticed = history.since(from).stream()
                    .filter(event -> side.contains(event.observer()) && !event.up())
                    .mapToLong(Event::nanos)
                    .max()
                    .orElse(since.nanos());
            double took = Math.max(0, (since.nanos() - noticed) / ChaosStage.MILLI);
            takenOver = Optional.of(Math.max(took, takenOver.orElse(0.0)));
        });
    }

    private Optional<ChaosAgreement> hasAll(Set<String> side) {
        Map<String, List<ChaosSample>> samples = history.samples();
        samples.keySet().retainAll(side);
        return ChaosAgreement.since(samples, side)
                .filter(agreed -> agreed.held().count() >= before.size());
    }

    // ---- what came of it

    /// From the moment at which the last node of a side noticed until it had all children again,
    /// for the side that took longest.
    Optional<Double> takenOver() {
        return takenOver;
    }

    List<String> faults() {
        return faults;
    }

    /// The ids that were to be terminated.
    Set<String> ended() {
        return Set.copyOf(ended);
    }

    /// What was carried out of one kind, by ids.
    Map<String, Order> carriedOut(Map<String, ChaosChildrenSnapshot> nodes, ChaosAsk.What what) {
        Map<String, Order> done = new HashMap<>();
        nodes.values().stream()
                .flatMap(snapshot -> snapshot.orders().stream())
                .filter(order -> order.what() == what && order.isDone())
                .forEach(order -> done.put(order.id(), order));
        return done;
    }

    /// Of what nobody knows whether it was carried out.
    Set<String> unsure(Map<String, ChaosChildrenSnapshot> nodes) {
        Set<String> unsure = new HashSet<>(started);
        unsure.addAll(ended);
        unsure.removeAll(carriedOut(nodes, ChaosAsk.What.START).keySet());
        unsure.removeAll(carriedOut(nodes, ChaosAsk.What.TERMINATE).keySet());
        return unsure;
    }

    /// What has to be now. A process goes on unless it was ended, or its node killed.
    ///
    /// @param unsure see [ChaosOwed]
    ChaosOwed owed(ChaosCycle cycle, Map<String, ChaosChildrenSnapshot> nodes, Set<String> unsure) {
        Map<String, Life> kept = new HashMap<>(before);
        kept.keySet().removeAll(ended);
        Set<String> living = new HashSet<>(kept.keySet());
        Set<String> done = carriedOut(nodes, ChaosAsk.What.START).keySet();
        living.addAll(done);
        if (cycle.fault() == ChaosFault.KILL) {
            String killed = stage.name(cycle.victim());
            kept.values().removeIf(life -> life.pid().node().toString().equals(killed));
        }
        Set<String> fought = new HashSet<>(contested);
        fought.retainAll(done);
        return new ChaosOwed(kept, living, fought, carriedOut(nodes, ChaosAsk.What.TERMINATE), isClean(cycle), unsure);
    }
}
