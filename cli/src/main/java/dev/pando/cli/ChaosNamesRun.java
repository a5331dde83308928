package dev.pando.cli;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosNamesReport.Cycle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Carries a plan out with nodes that hold names of one registry, and looks after each fault whether all find the
/// same, and what they should.
///
/// Nobody claims a name any more from just before the end of a fault, so that there is a moment from which on all
/// agree. In every fourth cycle they go on until after all nodes have met again; that moment says nothing then.
final class ChaosNamesRun implements AutoCloseable {

    private static final long FILL = ChaosStage.seconds(30);
    private static final long AGREE = ChaosStage.seconds(60);
    /// How long the others go on without a node that was killed.
    private static final long WITHOUT = ChaosStage.seconds(3);
    /// How long they go on after they have met again, where they do.
    private static final long TOGETHER = ChaosStage.seconds(1);
    private static final int BUSY_EVERY = 4;

    private final ChaosPlan plan;
    private final ChaosPlant plant;
    private final int names;
    private final ChaosStage stage;
    private final ChaosHistory history;

    /// What the last look found in the nodes' logs, and counted, by the nodes and their starts.
    private Map<String, List<String>> known = Map.of();
    private Map<String, Counts> counted = Map.of();

    private record Counts(long granted, long conflicts) {
        Counts plus(Counts other) {
            return new Counts(granted + other.granted, conflicts + other.conflicts);
        }

        Counts minus(Counts other) {
            return new Counts(granted - other.granted, conflicts - other.conflicts);
        }
    }

    private record Found(Optional<ChaosAgreement> agreement, Map<String, ChaosNamesSnapshot> nodes) {
        List<String> now() {
            List<String> faults = new ArrayList<>();
            if (agreement.isEmpty()) {
                faults.add("not all nodes find what is held within " + AGREE / ChaosStage.seconds(1) + " s");
            }
            faults.addAll(ChaosNamesChecks.now(nodes));
            return faults;
        }
    }

    /// A run that has not begun.
    ///
    /// @param stop how long a process is stopped
    ChaosNamesRun(
            ChaosPlan plan,
            ChaosPlant plant,
            int nodes,
            int names,
            Duration stop,
            String logLevel,
            Consumer<String> progress) {
        this.plan = plan;
        this.plant = plant;
        this.names = names;
        this.stage = new ChaosStage(
                new ChaosStage.Setting(nodes, ChaosSettings.Work.NAMES, names, plant, stop, logLevel, progress));
        this.history = stage.history();
    }

    /// Carries it out.
    ///
    /// @throws IllegalStateException when the nodes do not find each other, or do not come to hold names, to begin
    ///     with
    ChaosNamesReport run() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<Cycle> cycles = stage.play(plan, this::cycle);
        double took = (System.nanoTime() - begun) / (ChaosStage.MILLI * 1_000);
        return ChaosNamesReport.of(plan.seed(), plant, names, cycles, stage.leftOut(), took);
    }

    private Cycle cycle(ChaosCycle cycle) throws IOException, InterruptedException {
        boolean busy = cycle.number() % BUSY_EVERY == 0;
        fill();
        history.forgetSamples();
        int from = history.size();
        ChaosStage.Span span = stage.disturb(cycle, new ChaosStage.Attendant() {
            @Override
            public void ending(ChaosCycle of) throws InterruptedException {
                if (of.fault() == ChaosFault.KILL) {
                    stage.pass(WITHOUT);
                }
                if (!busy) {
                    rest();
                }
            }
        });
        if (busy) {
            stage.awaitSessions(span.healed());
            stage.pass(TOGETHER);
            rest();
        }
        ChaosStage.Looked<Found> looked = stage.lookWhenQuiet(cycle, span.healed(), this::look);
        List<Event> events = history.since(from);
        List<String> faults = new ArrayList<>(looked.faults());
        looked.found().ifPresent(found -> {
            faults.addAll(found.now());
            faults.addAll(newlyLogged(found.nodes()));
        });
        faults.addAll(history.newFaults());
        Counts counts = looked.found().map(found -> newlyCounted(found.nodes())).orElse(new Counts(0, 0));
        Optional<ChaosAgreement> measured = looked.found()
                .flatMap(Found::agreement)
                .filter(_ -> !busy && events.stream().anyMatch(event -> !event.up()));
        return new Cycle(
                cycle.number(),
                cycle.fault().id(),
                cycle.what(),
                cycle.nodes(),
                looked.found().map(found -> held(found.nodes())).orElse(0),
                counts.granted(),
                counts.conflicts(),
                busy,
                ChaosAgreed.Took.of(span.healed(), events, looked.found().isPresent(), measured),
                faults.size(),
                ChaosAgreed.few(faults));
    }

    /// Has all nodes claim names until there are about as many as there are to be.
    private void fill() throws InterruptedException {
        Collection<ChaosMember> all = stage.members().values();
        long until = System.nanoTime() + FILL;
        while (fewest(all) * 10 < names * 9) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("the nodes do not come to hold " + names + " names");
            }
            stage.pass(ChaosStage.seconds(1) / 4);
        }
    }

    /// Has all claim names, and asks how many that node finds that finds the fewest.
    private int fewest(Collection<ChaosMember> all) {
        int fewest = names;
        for (ChaosMember member : all) {
            fewest = Math.min(fewest, member.work(names / all.size()));
        }
        return fewest;
    }

    private void rest() {
        stage.members().values().forEach(ChaosMember::rest);
    }

    /// Waits until all agree, or a node notices something, and asks each.
    private Found look() throws InterruptedException {
        Set<String> all = Set.copyOf(stage.names());
        int size = history.size();
        history.await(
                () -> history.size() > size
                        || ChaosAgreement.since(history.samples(), all).isPresent(),
                System.nanoTime() + AGREE);
        Map<String, ChaosNamesSnapshot> nodes = new TreeMap<>();
        stage.members().forEach((name, member) -> nodes.put(name, member.names()));
        return new Found(ChaosAgreement.since(history.samples(), all), nodes);
    }

    // ---- what came of it

    private static String start(String name, ChaosNamesSnapshot snapshot) {
        return name + "#" + snapshot.incarnation();
    }

    private List<String> newlyLogged(Map<String, ChaosNamesSnapshot> nodes) {
        Map<String, List<String>> logged = new TreeMap<>();
        nodes.forEach((name, snapshot) -> logged.put(start(name, snapshot), ChaosNamesChecks.logged(name, snapshot)));
        logged.put("conflicts", ChaosNamesChecks.conflicts(nodes));
        List<String> added = new ArrayList<>();
        logged.forEach(
                (whose, faults) -> added.addAll(ChaosChecks.added(faults, known.getOrDefault(whose, List.of()))));
        known = logged;
        return added;
    }

    private Counts newlyCounted(Map<String, ChaosNamesSnapshot> nodes) {
        Map<String, Counts> counts = new HashMap<>();
        nodes.forEach((name, snapshot) -> counts.put(
                start(name, snapshot),
                new Counts(
                        snapshot.granted(),
                        snapshot.held().stream()
                                .filter(held -> !held.winners().isEmpty())
                                .count())));
        Counts added = counts.entrySet().stream()
                .map(entry -> entry.getValue().minus(counted.getOrDefault(entry.getKey(), new Counts(0, 0))))
                .reduce(new Counts(0, 0), Counts::plus);
        counted = counts;
        return added;
    }

    private static int held(Map<String, ChaosNamesSnapshot> nodes) {
        return (int) nodes.values().stream()
                .flatMap(snapshot -> snapshot.held().stream())
                .filter(ChaosNamesSnapshot.Held::isOwed)
                .count();
    }

    @Override
    public void close() {
        stage.close();
    }
}
