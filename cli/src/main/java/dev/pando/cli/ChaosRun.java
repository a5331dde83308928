package dev.pando.cli;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosReport.Cycle;
import dev.pando.cli.ChaosSnapshot.Trips;
import dev.pando.cluster.Cookie;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Carries a plan out: a network, nodes in it, and cycle after cycle a fault, its end, and a look at what is left.
///
/// Reads from top to bottom: start, one cycle, the faults, what is looked at.
final class ChaosRun implements AutoCloseable {

    private static final long START = seconds(90);
    private static final long MERGE = seconds(20);
    /// For all looks after one fault.
    private static final long LOOK = seconds(120);
    private static final long QUIET = seconds(2);
    /// Where a node may notice a loss only after the fault is over.
    private static final long QUIET_LATE = seconds(7);
    private static final long FLOW = seconds(15);
    private static final long NOTICE = seconds(15);
    private static final long TURN = seconds(1);
    private static final int TURNS = 10;
    private static final double MILLI = 1e6;
    private static final int PLANTED = 2;

    private final ChaosPlan plan;
    private final ChaosPlant plant;
    private final long stopNanos;
    private final String logLevel;
    private final Consumer<String> progress;
    private final ChaosNetwork network = new ChaosNetwork();
    private final ChaosHistory history = new ChaosHistory();
    private final Map<Integer, ChaosMember> members = new ConcurrentHashMap<>();
    private final Set<String> leftOut = new LinkedHashSet<>();
    private final String cookie = Cookie.random().secret();
    private final Thread shutdown = new Thread(this::remove, "pando-chaos-shutdown");

    /// What the last look found in the nodes' logs, by whose they are and their starts.
    private Map<String, List<String>> known = Map.of();

    /// What was seen while a fault lasted.
    private record Seen(long begun, long healed, Optional<Beside> beside, Optional<Double> gone) {
        Seen(long begun, long healed) {
            this(begun, healed, Optional.empty(), Optional.empty());
        }
    }

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

    /// What was found when all had sessions with all again.
    private record Looked(boolean merged, int pairs, List<String> faults) {}

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
        this.stopNanos = stop.toNanos();
        this.logLevel = logLevel;
        this.progress = progress;
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    // ---- start

    /// Carries it out.
    ///
    /// @throws IllegalStateException when the nodes do not find each other to begin with
    ChaosReport run() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(shutdown);
        ChaosNetwork.sweep();
        network.open();
        List<Cycle> cycles = new ArrayList<>();
        for (ChaosCycle cycle : plan.cycles()) {
            grow(cycle.nodes());
            progress.accept(
                    "cycle %d of %d: %s".formatted(cycle.number(), plan.cycles().size(), cycle.what()));
            Cycle done = cycle(cycle);
            cycles.add(done);
            done.faults().forEach(fault -> progress.accept("  " + fault));
            if (done.remerge().isEmpty()) {
                progress.accept("the nodes do not find each other again: that is the end of it");
                break;
            }
        }
        double took = (System.nanoTime() - begun) / (MILLI * 1_000);
        return ChaosReport.of(plan.seed(), plant, cycles, List.copyOf(leftOut), took);
    }

    private void grow(int nodes) throws IOException, InterruptedException {
        boolean grown = false;
        for (int node = members.size() + 1; node <= nodes; node++) {
            network.add(node);
            start(node);
            grown = true;
        }
        if (grown && !history.await(() -> history.missing(names()).isEmpty(), System.nanoTime() + START)) {
            throw new IllegalStateException(
                    "the nodes do not find each other; missing: " + String.join(", ", history.missing(names())));
        }
        if (grown) {
            progress.accept(members.size() + " nodes are one cluster");
            history.awaitQuiet(System.nanoTime() + MERGE, QUIET);
        }
    }

    private void start(int node) throws IOException {
        List<String> others = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        for (int other = 1; other <= ChaosPlan.NODES_MAX; other++) {
            hosts.add(ChaosNetwork.address(other) + ":" + ChaosSettings.PORT);
            if (other != node) {
                others.add("node" + other);
            }
        }
        ChaosSettings settings = new ChaosSettings(
                "node" + node,
                ChaosNetwork.address(node),
                others,
                hosts,
                cookie,
                node == PLANTED ? plant : ChaosPlant.NONE);
        members.put(node, ChaosMember.start(network.inside(node), settings, logLevel, history));
    }

    private List<String> names() {
        return new TreeMap<>(members).values().stream().map(ChaosMember::name).toList();
    }

    private ChaosMember member(int node) {
        ChaosMember member = members.get(node);
        if (member == null) {
            throw new IllegalStateException("there is no node" + node);
        }
        return member;
    }

    private String name(int node) {
        return member(node).name();
    }

    // ---- one cycle

    private Cycle cycle(ChaosCycle cycle) throws IOException, InterruptedException {
        int from = history.size();
        Seen seen = disturb(cycle);
        Looked looked = lookWhenQuiet(seen.healed(), cycle.fault().isClean() ? QUIET : QUIET_LATE);
        List<Event> events = history.since(from);
        List<String> faults = new ArrayList<>(looked.faults());
        Optional<Double> remerge = Optional.empty();
        if (looked.merged()) {
            long last = events.stream().mapToLong(Event::nanos).max().orElse(seen.healed());
            remerge = Optional.of(Math.max(0, (last - seen.healed()) / MILLI));
        }
        faults.addAll(ChaosChecks.events(history.since(0), from, reasons(cycle.fault())));
        List<Double> noticed = noticed(cycle, events, seen, faults);
        seen.beside().ifPresent(beside -> {
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
                seen.beside().flatMap(Beside::roundTrip),
                seen.beside().map(Beside::hiccup),
                seen.beside().map(Beside::unmeasurable).orElse(0L),
                seen.gone(),
                events.size(),
                bystanders,
                looked.pairs(),
                faults);
    }

    /// Waits until all have sessions with all and nothing changes any more, and looks. What a node notices while this
    /// looks makes it look again.
    private Looked lookWhenQuiet(long healed, long quiet) throws InterruptedException {
        long until = healed + MERGE;
        while (history.awaitMerged(names(), until, quiet)) {
            int size = history.size();
            Found found = look();
            if (history.size() == size) {
                List<String> faults = new ArrayList<>(found.now());
                found.logged().forEach((whose, all) -> faults.addAll(added(whose, all)));
                known = found.logged();
                return new Looked(true, found.pairs(), faults);
            }
            until = Math.min(System.nanoTime() + MERGE, healed + LOOK);
        }
        List<String> missing = history.missing(names());
        String what = missing.isEmpty() ? "sessions come and go" : "missing: " + String.join(", ", missing);
        return new Looked(
                false, 0, List.of("not one cluster again within " + (until - healed) / seconds(1) + " s; " + what));
    }

    // ---- the faults

    private Seen disturb(ChaosCycle cycle) throws IOException, InterruptedException {
        return switch (cycle.fault()) {
            case CUT_2_1, CUT_2_2, CUT_1_1_1, ONE_WAY -> cut(cycle);
            case FLAP -> flap(cycle);
            case SLOW -> slow(cycle);
            case STOP -> stop(cycle);
            case KILL -> kill(cycle);
        };
    }

    private Seen cut(ChaosCycle cycle) throws InterruptedException {
        long begun = System.nanoTime();
        network.cut(cycle.lost());
        pass(Duration.ofMillis(cycle.holdMillis()).toNanos());
        long healed = System.nanoTime();
        network.heal(cycle.lost());
        return new Seen(begun, healed);
    }

    private Seen flap(ChaosCycle cycle) throws InterruptedException {
        long begun = System.nanoTime();
        long healed = begun;
        for (int turn = 0; turn < TURNS; turn++) {
            network.cut(cycle.lost());
            pass(TURN);
            healed = System.nanoTime();
            network.heal(cycle.lost());
            pass(turn == TURNS - 1 ? 0 : TURN);
        }
        return new Seen(begun, healed);
    }

    private Seen slow(ChaosCycle cycle) throws InterruptedException {
        long begun = System.nanoTime();
        network.slow(cycle.victim()).ifPresent(leftOut::add);
        pass(Duration.ofMillis(cycle.holdMillis()).toNanos());
        long healed = System.nanoTime();
        network.quick(cycle.victim());
        return new Seen(begun, healed);
    }

    private Seen stop(ChaosCycle cycle) throws InterruptedException {
        ChaosMember victim = member(cycle.victim());
        List<ChaosMember> others = others(cycle);
        others.forEach(other -> other.ask(ChaosAsk.What.REST));
        long begun = System.nanoTime();
        victim.pause();
        // All that lies between them fills up.
        others.forEach(other -> other.ask(ChaosAsk.What.FLOOD, victim.name()));
        pass(stopNanos);
        Beside beside = beside(others);
        long healed = System.nanoTime();
        victim.goOn();
        return new Seen(begun, healed, Optional.of(beside), Optional.empty());
    }

    private Seen kill(ChaosCycle cycle) throws IOException, InterruptedException {
        ChaosMember victim = member(cycle.victim());
        List<ChaosMember> others = others(cycle);
        others.forEach(other -> other.ask(ChaosAsk.What.REST));
        long begun = System.nanoTime();
        victim.kill();
        victim.close();
        double gone = (System.nanoTime() - begun) / MILLI;
        history.await(
                () -> others.stream().noneMatch(other -> history.sees(other.name(), victim.name())), begun + NOTICE);
        Beside beside = beside(others);
        long healed = System.nanoTime();
        start(cycle.victim());
        return new Seen(begun, healed, Optional.of(beside), Optional.of(gone));
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

    private List<ChaosMember> others(ChaosCycle cycle) {
        return cycle.all().stream()
                .filter(node -> node != cycle.victim())
                .map(this::member)
                .toList();
    }

    private void pass(long nanos) throws InterruptedException {
        history.await(() -> false, System.nanoTime() + nanos);
    }

    // ---- what is looked at

    /// Messages, calls, links and monitors between all pairs.
    private Found look() throws InterruptedException {
        Map<String, ChaosMember> all = new TreeMap<>();
        members.values().forEach(member -> all.put(member.name(), member));
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
            pass(seconds(1) / 4);
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
    private List<Double> noticed(ChaosCycle cycle, List<Event> events, Seen seen, List<String> faults) {
        List<ChaosCycle.Way> ways = switch (cycle.fault()) {
            case CUT_2_1, CUT_2_2, CUT_1_1_1 -> cycle.across();
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
                            && event.observer().equals(name(way.from()))
                            && event.peer().equals(name(way.to())))
                    .findFirst();
            down.ifPresentOrElse(
                    event -> times.add((event.nanos() - seen.begun()) / MILLI),
                    () -> faults.add(name(way.from()) + " did not notice the loss of " + name(way.to())));
        }
        return times;
    }

    /// Sessions that ended though nothing was between their nodes.
    private int bystanders(ChaosCycle cycle, List<Event> events) {
        List<String> parted = cycle.across().stream()
                .map(way -> name(way.from()) + name(way.to()))
                .toList();
        return (int) events.stream()
                .filter(event -> !event.up() && !parted.contains(event.observer() + event.peer()))
                .count();
    }

    // ---- the end

    private void remove() {
        members.values().forEach(ChaosMember::kill);
        network.close();
    }

    @Override
    public void close() {
        members.values().forEach(ChaosMember::kill);
        members.values().forEach(ChaosMember::close);
        network.close();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdown);
        } catch (IllegalStateException e) {
            // It is running: this is the end of the process.
        }
    }
}
