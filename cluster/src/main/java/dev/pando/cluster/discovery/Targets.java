package dev.pando.cluster.discovery;

import dev.pando.core.NodeName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Whom a topology looks for, and what it does about it: a pure state machine.
///
/// A place that an answer names is connected to, and connected to again when its session is lost, for ever, with
/// growing pauses. It is given up when several answers in a row have lacked it *and* there is no session with it.
/// A failed lookup is no event here: who cannot be asked says nothing about anybody.
///
/// @param known never changed in place
record Targets(SortedMap<Endpoint, Target> known) {

    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final int DOUBLINGS_MAX = 6;

    /// One place.
    ///
    /// @param address what its host stood for when it was tried last
    /// @param met the node that was there then
    /// @param trying since when an attempt runs
    record Target(
            Optional<InetSocketAddress> address,
            Optional<NodeName> met,
            boolean connected,
            Optional<Long> trying,
            int misses,
            int failures,
            long dueNanos) {

        static Target due(long nowNanos) {
            return new Target(Optional.empty(), Optional.empty(), false, Optional.empty(), 0, 0, nowNanos);
        }

        Target misses(int misses) {
            return new Target(address, met, connected, trying, misses, failures, dueNanos);
        }

        Target tried(long nowNanos) {
            return new Target(address, met, connected, Optional.of(nowNanos), misses, failures, dueNanos);
        }

        Target reached(InetSocketAddress at, NodeName node) {
            return new Target(Optional.of(at), Optional.of(node), true, Optional.empty(), misses, 0, dueNanos);
        }

        Target failed(Optional<InetSocketAddress> at, long dueNanos) {
            return new Target(at.or(() -> address), met, connected, Optional.empty(), misses, failures + 1, dueNanos);
        }

        Target lost(long dueNanos) {
            return new Target(address, met, false, trying, misses, 0, dueNanos);
        }
    }

    sealed interface Event {

        /// A lookup has answered.
        ///
        /// @param missesMax after how many answers without it a place is given up
        record Answer(List<Endpoint> endpoints, int missesMax) implements Event {}

        /// Time has passed, or nodes have come or gone.
        ///
        /// @param connected all nodes there is a session with, this one included
        record Looked(Set<NodeName> connected) implements Event {}

        /// An attempt has ended.
        ///
        /// @param address what the host stands for, when that is known
        /// @param node who was reached
        record Tried(Endpoint endpoint, Optional<InetSocketAddress> address, Optional<NodeName> node)
                implements Event {}
    }

    sealed interface Effect {

        record Connect(Endpoint endpoint) implements Effect {}

        /// Reached, for the listener.
        record Connected(Endpoint endpoint, NodeName node, Duration took) implements Effect {}

        record Unreachable(Endpoint endpoint, int failures) implements Effect {}

        record Disconnected(Endpoint endpoint, NodeName node) implements Effect {}

        record GiveUp(Endpoint endpoint) implements Effect {}

        /// The engine need not look there any more.
        record Forget(InetSocketAddress address) implements Effect {}
    }

    record Move(Targets next, List<Effect> effects) {}

    Targets {
        known = Collections.unmodifiableSortedMap(known);
    }

    static Targets none() {
        return new Targets(new TreeMap<>());
    }

    Move on(Event event, long nowNanos, RandomGenerator chance) {
        SortedMap<Endpoint, Target> next = new TreeMap<>(known);
        List<Effect> effects = new ArrayList<>();
        switch (event) {
            case Event.Answer(List<Endpoint> endpoints, int missesMax) -> {
                answered(next, endpoints, nowNanos);
                giveUp(next, missesMax, effects);
            }
            case Event.Looked(Set<NodeName> connected) -> looked(next, connected, nowNanos, chance, effects);
            case Event.Tried tried -> tried(next, tried, nowNanos, chance, effects);
        }
        connect(next, nowNanos, effects);
        return new Move(new Targets(next), List.copyOf(effects));
    }

    private static void answered(SortedMap<Endpoint, Target> next, List<Endpoint> endpoints, long nowNanos) {
        next.replaceAll((endpoint, target) -> target.misses(endpoints.contains(endpoint) ? 0 : target.misses() + 1));
        endpoints.forEach(endpoint -> next.putIfAbsent(endpoint, Target.due(nowNanos)));
    }

    private static void giveUp(SortedMap<Endpoint, Target> next, int missesMax, List<Effect> effects) {
        for (var entry : List.copyOf(next.entrySet())) {
            Target target = entry.getValue();
            if (target.misses() >= missesMax
                    && !target.connected()
                    && target.trying().isEmpty()) {
                next.remove(entry.getKey());
                effects.add(new Effect.GiveUp(entry.getKey()));
                target.address().ifPresent(address -> effects.add(new Effect.Forget(address)));
            }
        }
    }

    private static void looked(
            SortedMap<Endpoint, Target> next,
            Set<NodeName> connected,
            long nowNanos,
            RandomGenerator chance,
            List<Effect> effects) {
        next.replaceAll((endpoint, target) -> {
            if (!target.connected() || target.met().filter(connected::contains).isPresent()) {
                return target;
            }
            target.met().ifPresent(node -> effects.add(new Effect.Disconnected(endpoint, node)));
            // Not at once: the engine finds most of them again by itself, and all nodes notice at the same time.
            return target.lost(nowNanos + jittered(PAUSE_MIN, chance));
        });
    }

    private static void tried(
            SortedMap<Endpoint, Target> next,
            Event.Tried tried,
            long nowNanos,
            RandomGenerator chance,
            List<Effect> effects) {
        Endpoint endpoint = tried.endpoint();
        Target before = next.get(endpoint);
        if (before == null || before.trying().isEmpty()) {
            return;
        }
        Optional<InetSocketAddress> now = tried.address();
        before.address()
                .filter(address -> now.filter(other -> !other.equals(address)).isPresent())
                .ifPresent(address -> effects.add(new Effect.Forget(address)));
        if (now.isPresent() && tried.node().isPresent()) {
            NodeName node = tried.node().get();
            next.put(endpoint, before.reached(now.get(), node));
            Duration took = Duration.ofNanos(nowNanos - before.trying().get());
            effects.add(new Effect.Connected(endpoint, node, took));
        } else {
            Target failed = before.failed(now, nowNanos + jittered(pause(before.failures()), chance));
            next.put(endpoint, failed);
            effects.add(new Effect.Unreachable(endpoint, failed.failures()));
        }
    }

    private static void connect(SortedMap<Endpoint, Target> next, long nowNanos, List<Effect> effects) {
        next.replaceAll((endpoint, target) -> {
            if (target.connected() || target.trying().isPresent() || target.dueNanos() - nowNanos > 0) {
                return target;
            }
            effects.add(new Effect.Connect(endpoint));
            return target.tried(nowNanos);
        });
    }

    private static Duration pause(int failures) {
        Duration grown = PAUSE_MIN.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
        return grown.compareTo(PAUSE_MAX) < 0 ? grown : PAUSE_MAX;
    }

    /// Half of it to one and a half times it.
    static long jittered(Duration pause, RandomGenerator chance) {
        long nanos = pause.toNanos();
        return nanos / 2 + chance.nextLong(nanos);
    }
}
