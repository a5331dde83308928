package dev.pando.observer;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.PeerInfo;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/// The meters of one monitor. They outlive a crash of its process: the next one goes on with them.
///
/// Changed by the monitor's process under the lock, since one that was killed may run on for a
/// moment beside its successor. Values are read without it by whoever collects them, in any thread.
final class MonitorMeters {

    /// One collection asks for many numbers of each peer; these are read at once.
    private static final Duration FRESH = Duration.ofMillis(100);

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private record Reading(long atNanos, Map<NodeName, PeerInfo> peers) {}

    /// How long there were fewer nodes than expected.
    ///
    /// @param pastNanos without the time since `sinceNanos`, when there are fewer now
    private record Shortage(long pastNanos, Optional<Long> sinceNanos) {
        long nanos(long nowNanos) {
            return pastNanos + sinceNanos.map(since -> nowNanos - since).orElse(0L);
        }

        Shortage next(boolean below, long nowNanos) {
            return below
                    ? new Shortage(pastNanos, sinceNanos.or(() -> Optional.of(nowNanos)))
                    : new Shortage(nanos(nowNanos), Optional.empty());
        }
    }

    private final Cluster cluster;
    private final MeterRegistry registry;
    private final int expected;
    private final Clock clock;
    private final Tags tags;
    private final Map<Alert.How, Counter> joins = new EnumMap<>(Alert.How.class);
    private final Map<NodeDown.Reason, Counter> leaves = new EnumMap<>(NodeDown.Reason.class);
    private final List<Meter> own = new ArrayList<>();
    private final Map<NodeName, List<Meter>> ofPeers = new TreeMap<>();
    private final AtomicReference<Optional<Reading>> reading = new AtomicReference<>(Optional.empty());
    private volatile Shortage shortage = new Shortage(0, Optional.empty());

    MonitorMeters(Cluster cluster, MeterRegistry registry, int expected) {
        this.cluster = cluster;
        this.registry = registry;
        this.expected = expected;
        this.clock = cluster.node().host().clock();
        this.tags = Tags.of("node", cluster.node().name().toString());
    }

    // ---- what the monitor tells

    /// Goes on with what an earlier process of the monitor has left.
    synchronized void begin() {
        if (own.isEmpty()) {
            registerOwn();
        }
    }

    /// Removes all meters.
    synchronized void end() {
        own.forEach(registry::remove);
        own.clear();
        joins.clear();
        leaves.clear();
        List.copyOf(ofPeers.keySet()).forEach(this::gone);
        shortage = new Shortage(0, Optional.empty());
    }

    synchronized void count(Alert alert) {
        switch (alert) {
            case Alert.NodeJoined joined ->
                Optional.ofNullable(joins.get(joined.how())).ifPresent(Counter::increment);
            case Alert.NodeLost lost ->
                Optional.ofNullable(leaves.get(lost.reason())).ifPresent(Counter::increment);
            case Alert.Healed _, Alert.BelowExpected _, Alert.Restored _ -> {}
        }
    }

    /// What there is now.
    synchronized void see(List<NodeName> others, boolean below) {
        reading.set(Optional.empty());
        shortage = shortage.next(below, clock.nanos());
        List<NodeName> gone =
                ofPeers.keySet().stream().filter(peer -> !others.contains(peer)).toList();
        gone.forEach(this::gone);
        others.forEach(peer -> ofPeers.computeIfAbsent(peer, this::ofPeer));
    }

    private void gone(NodeName peer) {
        Optional.ofNullable(ofPeers.remove(peer)).ifPresent(meters -> meters.forEach(registry::remove));
    }

    // ---- the meters

    private void registerOwn() {
        own.add(gauge(
                "pando.cluster.members",
                "nodes that are there, this one included",
                tags,
                meters -> meters.cluster.nodes().size() + 1));
        own.add(gauge("pando.cluster.expected", "nodes that should be there", tags, meters -> meters.expected));
        own.add(FunctionCounter.builder("pando.cluster.below.expected", this, MonitorMeters::belowSeconds)
                .baseUnit("seconds")
                .description("time with fewer nodes than expected")
                .tags(tags)
                .register(registry));
        own.add(gauge(
                "pando.node.processes",
                "processes that live on this node",
                tags,
                meters -> meters.cluster.node().processCount()));
        for (Alert.How how : Alert.How.values()) {
            joins.put(how, counter("pando.cluster.joins", "sessions that have begun", tags.and("how", lower(how))));
        }
        for (NodeDown.Reason reason : NodeDown.Reason.values()) {
            Tags of = tags.and("reason", lower(reason));
            leaves.put(reason, counter("pando.cluster.leaves", "sessions that have ended", of));
        }
        for (Refusal kind : Refusal.values()) {
            Tags of = tags.and("kind", lower(kind));
            own.add(total(
                    "pando.cluster.refused",
                    "what was refused of what came over the network",
                    of,
                    meters -> meters.cluster.refused(kind)));
        }
        own.addAll(joins.values());
        own.addAll(leaves.values());
    }

    private List<Meter> ofPeer(NodeName peer) {
        Tags of = tags.and("peer", peer.toString());
        return List.of(
                total("pando.peer.signals.sent", "signals handed to the engine", of, PeerInfo::signalsSent, peer),
                total("pando.peer.bytes.sent", "bytes of these signals", of, PeerInfo::bytesSent, peer),
                total(
                        "pando.peer.signals.received",
                        "signals handed to this node",
                        of,
                        PeerInfo::signalsReceived,
                        peer),
                total("pando.peer.bytes.received", "bytes of these signals", of, PeerInfo::bytesReceived, peer),
                gauge("pando.peer.signals.queued", "signals that wait to be sent", of, PeerInfo::signalsQueued, peer),
                gauge("pando.peer.bytes.queued", "bytes of these signals", of, PeerInfo::bytesQueued, peer),
                gauge("pando.peer.senders.waiting", "threads that wait to send", of, PeerInfo::sendersWaiting, peer));
    }

    private Meter total(String name, String description, Tags of, ToDoubleFunction<PeerInfo> value, NodeName peer) {
        return total(name, description, of, meters -> meters.read(peer, value));
    }

    private Meter gauge(String name, String description, Tags of, ToDoubleFunction<PeerInfo> value, NodeName peer) {
        return gauge(name, description, of, meters -> meters.read(peer, value));
    }

    private Meter total(String name, String description, Tags of, ToDoubleFunction<MonitorMeters> value) {
        return FunctionCounter.builder(name, this, value)
                .description(description)
                .tags(of)
                .register(registry);
    }

    private Meter gauge(String name, String description, Tags of, ToDoubleFunction<MonitorMeters> value) {
        return Gauge.builder(name, this, value)
                .description(description)
                .tags(of)
                .register(registry);
    }

    private Counter counter(String name, String description, Tags of) {
        return Counter.builder(name).description(description).tags(of).register(registry);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    // ---- reading

    private double belowSeconds() {
        return shortage.nanos(clock.nanos()) / SECOND;
    }

    /// Of the session that there is now; no number between two.
    private double read(NodeName peer, ToDoubleFunction<PeerInfo> value) {
        return Optional.ofNullable(reading().peers().get(peer))
                .map(value::applyAsDouble)
                .orElse(Double.NaN);
    }

    private Reading reading() {
        long now = clock.nanos();
        Reading last = reading.get()
                .filter(one -> now - one.atNanos() < FRESH.toNanos())
                .orElseGet(() -> readAt(now));
        reading.set(Optional.of(last));
        return last;
    }

    private Reading readAt(long nowNanos) {
        Map<NodeName, PeerInfo> peers = new TreeMap<>();
        cluster.peers().forEach(peer -> peers.put(peer.node(), peer));
        return new Reading(nowNanos, peers);
    }
}
