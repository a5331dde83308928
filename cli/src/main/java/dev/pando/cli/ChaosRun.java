package dev.pando.cli;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosReport.Cycle;
import dev.pando.cli.ChaosSnapshot.Trips;
import dev.pando.cluster.NodeDown.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Carries a plan out with nodes that talk to each other, and looks after each fault at what came of that.
///
/// Reads from top to bottom: one cycle, those beside it, what is looked at.
final class ChaosRun implements AutoCloseable {

    private static final long FLOW = ChaosStage.seconds(15);
    private static final double MILLI = ChaosStage.MILLI;
    static final int NODES_MAX = 4;

    private final ChaosPlan plan;
    private final ChaosPlant plant;
    private final ChaosStage stage;
    private final ChaosHistory history;

    /// What the last look found in the nodes' logs, by whose they are and their starts.
    private Map<String, List<String>> known = Map.of();

    /// How those fared that nothing happened to.
    ///
    /// @param roundTrip the worst between them that could be measured
    /// @param unmeasurable how many could not
    /// @param unanswered the pairs with calls that failed
    /// @param unmeasured the pairs of which nothing is known
    private record Beside(
            Optional<Double> roundTrip,
            long unmeasurable,
            double hiccup,
            List<String> unanswered,
            List<String> unmeasured) {}

    private record Pair(String from, String to) {
        @Override
        public String toString() {
            return from + "→" + to;
        }
    }

    /// What a look finds.
    ///
    /// @param now what is not as it should be at the moment
    /// @param logged what the logs have of all cycles so far, by whose they are
    private record Found(List<String> now, Map<String, List<String>> logged, int pairs) {}

    /// A run that has not begun.
    ///
    /// @param stop how long a process is stopped
    ChaosRun(ChaosPlan plan, ChaosPlant plant, Duration stop, String logLevel, Consumer<String> progress) {
        this.plan = plan;
        this.plant = plant;
        this.stage = new ChaosStage(
                new ChaosStage.Setting(NODES_MAX, ChaosSettings.Work.TALK, 0, plant, stop, logLevel, progress));
        this.history = stage.history();
    }

    /// Carries it out.
    ///
    /// @throws IllegalStateException when the nodes do not find each other to begin with
    ChaosReport run() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<Cycle> cycles = stage.play(plan, this::cycle);
        double took = (System.nanoTime() - begun) / (MILLI * 1_000);
        return ChaosReport.of(plan.seed(), plant, cycles, stage.leftOut(), took);
    }

    // ---- one cycle

    private Cycle cycle(ChaosCycle cycle) throws IOException, InterruptedException {
        int from = history.size();
        Watch watch = new Watch();
        ChaosStage.Span span = stage.disturb(cycle, watch);
        ChaosStage.Looked<Found> looked = stage.lookWhenQuiet(cycle, span.healed(), this::look);
        List<Event> events = history.since(from);
        List<String> faults = new ArrayList<>(looked.faults());
        looked.found().ifPresent(found -> {
            faults.addAll(found.now());
            found.logged().forEach((whose, all) -> faults.addAll(added(whose, all)));
            known = found.logged();
        });
        Optional<Double> remerge =
                looked.found().map(_ -> Math.max(0, (ChaosStage.last(events, span.healed()) - span.healed()) / MILLI));
        faults.addAll(ChaosChecks.events(history.since(0), from, reasons(cycle.fault())));
        List<Double> noticed = noticed(cycle, events, span, faults);
        watch.beside.ifPresent(beside -> {
            faults.addAll(beside.unanswered());
            if (cycle.fault() == ChaosFault.STOP) {
                faults.addAll(beside.unmeasured());
            }
        });
        faults.addAll(history.newFaults());
        int bystanders = bystanders(cycle, events);
        if (bystanders > 0 && cycle.fault().isClean()) {
            faults.add(bystanders + " sessions ended between nodes that nothing parted");
        }
        return new Cycle(
                cycle.number(),
                cycle.fault().id(),
                cycle.what(),
                cycle.nodes(),
                noticed,
                remerge,
                watch.beside.flatMap(Beside::roundTrip),
                watch.beside.map(Beside::hiccup),
                watch.beside.map(Beside::unmeasurable).orElse(0L),
                span.gone(),
                events.size(),
                bystanders,
                looked.found().map(Found::pairs).orElse(0),
                faults);
    }

    /// Looks after those that nothing happens to while a process is stopped or killed, and floods the stopped one.
    private final class Watch implements ChaosStage.Attendant {
        private Optional<Beside> beside = Optional.empty();

        @Override
        public void before(ChaosCycle cycle) {
            others(cycle).forEach(other -> other.ask(ChaosAsk.What.REST));
        }

        @Override
        public void begun(ChaosCycle cycle) {
            if (cycle.fault() == ChaosFault.STOP) {
                // All that lies between them fills up.
                others(cycle).forEach(other -> other.ask(ChaosAsk.What.FLOOD, stage.name(cycle.victim())));
            }
        }

        @Override
        public void ending(ChaosCycle cycle) {
            List<ChaosMember> others = others(cycle);
            beside = others.isEmpty() ? Optional.empty() : Optional.of(beside(others));
        }

        private List<ChaosMember> others(ChaosCycle cycle) {
            return switch (cycle.fault()) {
                case STOP, KILL -> stage.others(cycle);
                default -> List.of();
            };
        }
    }

    /// How those fare that nothing happens to.
    private static Beside beside(List<ChaosMember> others) {
        Map<String, ChaosSnapshot> all = new TreeMap<>();
        others.forEach(member -> all.put(member.name(), member.ask(ChaosAsk.What.SNAPSHOT)));
        List<Trips> trips = new ArrayList<>();
        List<String> unanswered = new ArrayList<>();
        List<String> unmeasured = new ArrayList<>();
        for (Pair pair : pairs(all)) {
            Trips of = of(all, pair.from()).tripsTo(pair.to());
            trips.add(of);
            if (of.failed() > 0) {
                unanswered.add(pair + ": " + of.failed() + " calls were not answered");
            }
            if (of.measured() == 0) {
                unmeasured.add(pair + ": no round trip could be measured");
            }
        }
        return new Beside(
                trips.stream()
                        .filter(of -> of.measured() > 0)
                        .map(Trips::worstMillis)
                        .max(Double::compare),
                trips.stream().mapToLong(Trips::unmeasurable).sum(),
                all.values().stream()
                        .mapToDouble(ChaosSnapshot::hiccupMillis)
                        .max()
                        .orElse(0),
                unanswered,
                unmeasured);
    }

    // ---- what is looked at

    /// Messages, calls, links and monitors between all pairs.
    private Found look() throws InterruptedException {
        Map<String, ChaosMember> all = stage.members();
        Map<String, ChaosSnapshot> told = new TreeMap<>();
        all.forEach((name, member) -> told.put(name, member.ask(ChaosAsk.What.SNAPSHOT)));
        Map<String, ChaosSnapshot> heard = awaitHeard(all, told);
        List<String> now = new ArrayList<>(missing(told, heard));
        Map<String, List<String>> logged = new TreeMap<>();
        all.forEach((name, member) -> {
            ChaosSnapshot snapshot = of(heard, name);
            List<String> own = snapshot.faults();
            logged.put(
                    start(name, snapshot),
                    own.stream().map(fault -> name + ": " + fault).toList());
            List<String> with = member.ask(ChaosAsk.What.CALLS).faults();
            with.subList(Math.min(own.size(), with.size()), with.size()).forEach(fault -> now.add(name + ": " + fault));
        });
        List<Pair> pairs = pairs(heard);
        for (Pair pair : pairs) {
            List<String> faults = new ArrayList<>(
                    ChaosChecks.signals(pair.from(), of(told, pair.from()), pair.to(), of(heard, pair.to())));
            faults.addAll(links(pair, heard));
            logged.put(starts(pair, heard), faults);
        }
        return new Found(now, logged, pairs.size());
    }

    private static List<Pair> pairs(Map<String, ChaosSnapshot> all) {
        return all.keySet().stream()
                .flatMap(from ->
                        all.keySet().stream().filter(to -> !to.equals(from)).map(to -> new Pair(from, to)))
                .toList();
    }

    private static List<String> links(Pair pair, Map<String, ChaosSnapshot> all) {
        return ChaosChecks.links(pair.from(), of(all, pair.from()), pair.to(), of(all, pair.to()));
    }

    private static ChaosSnapshot of(Map<String, ChaosSnapshot> all, String name) {
        ChaosSnapshot snapshot = all.get(name);
        if (snapshot == null) {
            throw new IllegalStateException("nothing is known of " + name);
        }
        return snapshot;
    }

    private static String start(String name, ChaosSnapshot snapshot) {
        return name + "#" + snapshot.incarnation();
    }

    private static String starts(Pair pair, Map<String, ChaosSnapshot> all) {
        return start(pair.from(), of(all, pair.from())) + "→" + start(pair.to(), of(all, pair.to()));
    }

    private List<String> added(String whose, List<String> faults) {
        return ChaosChecks.added(faults, known.getOrDefault(whose, List.of()));
    }

    /// Asks until all that was told has been heard, every link is back, and its end is known on both sides.
    private Map<String, ChaosSnapshot> awaitHeard(Map<String, ChaosMember> all, Map<String, ChaosSnapshot> told)
            throws InterruptedException {
        long until = System.nanoTime() + FLOW;
        int size = history.size();
        while (true) {
            Map<String, ChaosSnapshot> heard = new TreeMap<>();
            all.forEach((name, member) -> heard.put(name, member.ask(ChaosAsk.What.SNAPSHOT)));
            boolean sound = missing(told, heard).isEmpty()
                    && pairs(heard).stream()
                            .allMatch(pair -> added(starts(pair, heard), links(pair, heard))
                                    .isEmpty());
            if (sound || System.nanoTime() - until > 0 || history.size() > size) {
                return heard;
            }
            stage.pass(ChaosStage.seconds(1) / 4);
        }
    }

    private static List<String> missing(Map<String, ChaosSnapshot> told, Map<String, ChaosSnapshot> heard) {
        List<String> missing = new ArrayList<>();
        for (Pair pair : pairs(heard)) {
            boolean flows = of(told, pair.from())
                    .toldLast(pair.to())
                    .filter(last -> !last.over()
                            && last.sent() > 0
                            && ChaosChecks.isHeard(pair.from(), last, of(heard, pair.to())))
                    .isPresent();
            if (!flows) {
                missing.add(pair + ": messages do not flow");
            }
            if (!ChaosChecks.isLinked(of(heard, pair.from()), pair.to())) {
                missing.add(pair + ": no link could be made again");
            }
        }
        return missing;
    }

    private static Set<String> reasons(ChaosFault fault) {
        Set<String> reasons = new LinkedHashSet<>(List.of(Reason.UNREACHABLE.name(), Reason.RENEWED.name()));
        if (fault == ChaosFault.KILL) {
            reasons.add(Reason.RESTARTED.name());
        }
        return reasons;
    }

    /// From the beginning of the fault until each node noticed what it has to notice.
    private List<Double> noticed(ChaosCycle cycle, List<Event> events, ChaosStage.Span span, List<String> faults) {
        List<ChaosCycle.Way> ways = switch (cycle.fault()) {
            case CUT_2_1, CUT_2_2, CUT_3_1, CUT_1_1_1, CUT_4_1, CUT_3_2, CUT_2_2_1, CUT_TWICE -> cycle.across();
            case STOP, KILL ->
                cycle.across().stream()
                        .filter(way -> way.to() == cycle.victim())
                        .toList();
            case ONE_WAY, FLAP, SLOW -> List.of();
        };
        List<Double> times = new ArrayList<>();
        for (ChaosCycle.Way way : ways) {
            Optional<Event> down = events.stream()
                    .filter(event -> !event.up()
                            && event.observer().equals(stage.name(way.from()))
                            && event.peer().equals(stage.name(way.to())))
                    .findFirst();
            down.ifPresentOrElse(
                    event -> times.add((event.nanos() - span.begun()) / MILLI),
                    () -> faults.add(stage.name(way.from()) + " did not notice the loss of " + stage.name(way.to())));
        }
        return times;
    }

    /// Sessions that ended though nothing was between their nodes.
    private int bystanders(ChaosCycle cycle, List<Event> events) {
        List<String> parted = cycle.across().stream()
                .map(way -> stage.name(way.from()) + stage.name(way.to()))
                .toList();
        return (int) events.stream()
                .filter(event -> !event.up() && !parted.contains(event.observer() + event.peer()))
                .count();
    }

    @Override
    public void close() {
        stage.close();
    }
}
