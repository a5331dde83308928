package dev.pando.cli;

import dev.pando.cluster.Cookie;
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

/// A network with nodes in it, and the faults that happen to them: carries a plan out, cycle after cycle. What the
/// nodes do, and what is looked at, is for its user.
final class ChaosStage implements AutoCloseable {

    static final double MILLI = 1e6;

    private static final long START = seconds(90);
    private static final long MERGE = seconds(20);
    /// For all looks after one fault.
    private static final long LOOK = seconds(120);
    private static final long QUIET = seconds(2);
    /// Where a node may notice a loss only after the fault is over.
    private static final long QUIET_LATE = seconds(7);
    private static final long NOTICE = seconds(15);
    private static final long TURN = seconds(1);
    private static final int TURNS = 10;
    private static final int PLANTED = 2;

    private final Setting setting;
    private final ChaosNetwork network;
    private final ChaosHistory history = new ChaosHistory();
    private final Map<Integer, ChaosMember> members = new ConcurrentHashMap<>();
    private final Set<String> leftOut = new LinkedHashSet<>();
    private final String cookie = Cookie.random().secret();
    private final Thread shutdown = new Thread(this::remove, "pando-chaos-shutdown");

    /// What is the same in all cycles.
    ///
    /// @param nodesMax how many nodes there will be at last
    /// @param names how many names all nodes are to hold together, or children to run
    /// @param stop how long a process is stopped
    record Setting(
            int nodesMax,
            ChaosSettings.Work work,
            int names,
            ChaosPlant plant,
            Duration stop,
            String logLevel,
            Consumer<String> progress) {}

    /// What is done beside a fault.
    interface Attendant {
        default void before(ChaosCycle cycle) {}

        default void begun(ChaosCycle cycle) {}

        /// The fault lasts still, and is about to end.
        default void ending(ChaosCycle cycle) throws InterruptedException {}
    }

    /// When a fault was.
    ///
    /// @param gone from a kill until the process was gone
    record Span(long begun, long healed, Optional<Double> gone) {
        Span(long begun, long healed) {
            this(begun, healed, Optional.empty());
        }
    }

    /// One cycle.
    interface Act<C extends Outcome> {
        C play(ChaosCycle cycle) throws IOException, InterruptedException;
    }

    /// What came of a cycle.
    interface Outcome {
        /// From the end of the fault until all had sessions with all again, if they had.
        Optional<Double> remerge();

        List<String> faults();
    }

    /// What is looked at when all have sessions with all again.
    interface Look<F> {
        F look() throws InterruptedException;
    }

    /// What was found then, or why there was nothing to be looked at.
    record Looked<F>(Optional<F> found, List<String> faults) {}

    ChaosStage(Setting setting) {
        this.setting = setting;
        this.network = new ChaosNetwork(setting.nodesMax());
    }

    static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    ChaosHistory history() {
        return history;
    }

    /// What this machine cannot do.
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    // ---- from start to end

    /// Carries a plan out; ends early when the nodes do not find each other again.
    ///
    /// @throws IllegalStateException when the nodes do not find each other to begin with
    <C extends Outcome> List<C> play(ChaosPlan plan, Act<C> act) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(shutdown);
        ChaosNetwork.sweep();
        network.open();
        List<C> done = new ArrayList<>();
        for (ChaosCycle cycle : plan.cycles()) {
            grow(cycle.nodes());
            say("cycle %d of %d: %s".formatted(cycle.number(), plan.cycles().size(), cycle.what()));
            C outcome = act.play(cycle);
            done.add(outcome);
            outcome.faults().forEach(fault -> say("  " + fault));
            if (outcome.remerge().isEmpty()) {
                say("the nodes do not find each other again: that is the end of it");
                break;
            }
        }
        return done;
    }

    private void say(String what) {
        setting.progress().accept(what);
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
            say(members.size() + " nodes are one cluster");
            history.awaitQuiet(System.nanoTime() + MERGE, QUIET);
        }
    }

    private void start(int node) throws IOException {
        List<String> others = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        for (int other = 1; other <= setting.nodesMax(); other++) {
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
                setting.work(),
                setting.names(),
                node == PLANTED ? setting.plant() : ChaosPlant.NONE);
        members.put(node, ChaosMember.start(network.inside(node), settings, setting.logLevel(), history));
    }

    // ---- who is there

    /// All, by their names.
    Map<String, ChaosMember> members() {
        Map<String, ChaosMember> all = new TreeMap<>();
        members.values().forEach(member -> all.put(member.name(), member));
        return all;
    }

    List<String> names() {
        return List.copyOf(members().keySet());
    }

    ChaosMember member(int node) {
        ChaosMember member = members.get(node);
        if (member == null) {
            throw new IllegalStateException("there is no node" + node);
        }
        return member;
    }

    String name(int node) {
        return member(node).name();
    }

    /// All but the one that suffers.
    List<ChaosMember> others(ChaosCycle cycle) {
        return cycle.all().stream()
                .filter(node -> node != cycle.victim())
                .map(this::member)
                .toList();
    }

    void pass(long nanos) throws InterruptedException {
        history.await(() -> false, System.nanoTime() + nanos);
    }

    // ---- the faults

    /// Lets a cycle's fault happen, to its end.
    Span disturb(ChaosCycle cycle, Attendant attendant) throws IOException, InterruptedException {
        attendant.before(cycle);
        return switch (cycle.fault()) {
            case CUT_2_1, CUT_2_2, CUT_3_1, CUT_1_1_1, CUT_4_1, CUT_3_2, CUT_2_2_1, ONE_WAY ->
                hold(cycle, attendant, hold(cycle), () -> network.cut(cycle.lost()), () -> network.heal(cycle.lost()));
            case CUT_TWICE -> cutTwice(cycle, attendant);
            case FLAP -> flap(cycle, attendant);
            case SLOW ->
                hold(
                        cycle,
                        attendant,
                        hold(cycle),
                        () -> network.slow(cycle.victim()).ifPresent(leftOut::add),
                        () -> network.quick(cycle.victim()));
            case STOP -> {
                ChaosMember victim = member(cycle.victim());
                yield hold(cycle, attendant, setting.stop().toNanos(), victim::pause, victim::goOn);
            }
            case KILL -> kill(cycle, attendant);
        };
    }

    private static long hold(ChaosCycle cycle) {
        return Duration.ofMillis(cycle.holdMillis()).toNanos();
    }

    private Span hold(ChaosCycle cycle, Attendant attendant, long nanos, Runnable begin, Runnable end)
            throws InterruptedException {
        long begun = System.nanoTime();
        begin.run();
        attendant.begun(cycle);
        pass(nanos);
        attendant.ending(cycle);
        long healed = System.nanoTime();
        end.run();
        return new Span(begun, healed);
    }

    /// Parts the first part from the rest, then heals that and parts the last one at the same moment.
    private Span cutTwice(ChaosCycle cycle, Attendant attendant) throws InterruptedException {
        long begun = System.nanoTime();
        List<ChaosCycle.Way> first = cycle.around(cycle.parts().getFirst());
        List<ChaosCycle.Way> second = cycle.around(cycle.parts().getLast());
        network.cut(first);
        attendant.begun(cycle);
        pass(hold(cycle));
        network.heal(first);
        network.cut(second);
        pass(hold(cycle));
        attendant.ending(cycle);
        long healed = System.nanoTime();
        network.heal(second);
        return new Span(begun, healed);
    }

    private Span flap(ChaosCycle cycle, Attendant attendant) throws InterruptedException {
        long begun = System.nanoTime();
        attendant.begun(cycle);
        for (int turn = 1; turn < TURNS; turn++) {
            network.cut(cycle.lost());
            pass(TURN);
            network.heal(cycle.lost());
            pass(TURN);
        }
        network.cut(cycle.lost());
        pass(TURN);
        attendant.ending(cycle);
        long healed = System.nanoTime();
        network.heal(cycle.lost());
        return new Span(begun, healed);
    }

    private Span kill(ChaosCycle cycle, Attendant attendant) throws IOException, InterruptedException {
        ChaosMember victim = member(cycle.victim());
        long begun = System.nanoTime();
        victim.kill();
        victim.close();
        double gone = (System.nanoTime() - begun) / MILLI;
        attendant.begun(cycle);
        List<ChaosMember> others = others(cycle);
        history.await(
                () -> others.stream().noneMatch(other -> history.sees(other.name(), victim.name())), begun + NOTICE);
        attendant.ending(cycle);
        long healed = System.nanoTime();
        start(cycle.victim());
        return new Span(begun, healed, Optional.of(gone));
    }

    // ---- after a fault

    /// Waits until all have sessions with all again, whether it stays so or not.
    boolean awaitSessions(long healed) throws InterruptedException {
        return history.await(() -> history.missing(names()).isEmpty(), healed + MERGE);
    }

    /// Waits until all have sessions with all and nothing changes any more, and looks. What a node notices while this
    /// looks makes it look again.
    <F> Looked<F> lookWhenQuiet(ChaosCycle cycle, long healed, Look<F> look) throws InterruptedException {
        long quiet = cycle.fault().isClean() ? QUIET : QUIET_LATE;
        long until = healed + MERGE;
        while (history.awaitMerged(names(), until, quiet)) {
            int size = history.size();
            F found = look.look();
            if (history.size() == size) {
                return new Looked<>(Optional.of(found), List.of());
            }
            until = Math.min(System.nanoTime() + MERGE, healed + LOOK);
        }
        List<String> missing = history.missing(names());
        String what = missing.isEmpty() ? "sessions come and go" : "missing: " + String.join(", ", missing);
        return new Looked<>(
                Optional.empty(),
                List.of("not one cluster again within " + (until - healed) / seconds(1) + " s; " + what));
    }

    /// The moment of the last event, or that in which the fault ended.
    static long last(List<ChaosHistory.Event> events, long healed) {
        return events.stream().mapToLong(ChaosHistory.Event::nanos).max().orElse(healed);
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
