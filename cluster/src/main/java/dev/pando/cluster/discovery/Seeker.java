package dev.pando.cluster.discovery;

import dev.pando.cluster.Cluster;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.spi.Host;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What a topology's process has at hand. Carries out what [Targets] decide.
final class Seeker {

    private static final Logger log = LoggerFactory.getLogger(Topology.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final int DOUBLINGS_MAX = 5;
    /// For a lookup to notice by itself that its time is up.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Topology topology;
    private final TopologyListener listener;
    private final Host host;
    private final DiscoveryStrategy.Seat seat;

    private final Map<Pid, Endpoint> connecting = new TreeMap<>();
    /// By what was closed before the present source.
    private final SortedMap<String, Long> refused = new TreeMap<>();
    private Lookup source;
    private Targets targets = Targets.none();
    private List<Endpoint> answer = List.of();
    private Optional<Instant> answered = Optional.empty();
    private Optional<String> error = Optional.empty();
    /// How often lookups have failed in a row.
    private int failures;
    /// Of the lookup that runs, or of the last one.
    private long number;
    private boolean looking;
    private boolean again;
    /// When the lookup that runs has to end, or the next begins.
    private long dueNanos;

    Seeker(Cluster cluster, Topology topology, TopologyListener listener) {
        this.cluster = cluster;
        this.topology = topology;
        this.listener = listener;
        this.host = cluster.node().host();
        Pid self = Self.pid();
        InetSocketAddress own = cluster.address()
                .orElseThrow(() -> new IllegalStateException(
                        topology.name() + ": the engine of this cluster has no addresses to look for"));
        this.seat = new DiscoveryStrategy.Seat(
                cluster.node().name(),
                new Endpoint(own.getHostString(), own.getPort()),
                host,
                () -> cluster.node().send(self, new TopologyServer.Changed()));
        this.source = newSource();
    }

    private Lookup newSource() {
        return new Lookup(topology.strategy(), seat, topology.lookup());
    }

    void start() {
        look();
        Self.sendEvery(TICK, new TopologyServer.Tick());
    }

    void stop() {
        source.close();
    }

    // ---- looking

    void look() {
        number++;
        looking = true;
        again = false;
        dueNanos = host.clock().nanos() + topology.lookup().plus(GRACE).toNanos();
        source.ask(number);
    }

    /// At once, or after the one that runs: that may have been too early to see what has changed.
    void lookNow() {
        if (looking) {
            again = true;
        } else {
            look();
        }
    }

    void answered(long lookup, List<Endpoint> endpoints) {
        if (!isAwaited(lookup)) {
            return;
        }
        if (error.isPresent() || !endpoints.equals(answer) || answered.isEmpty()) {
            log.info("{}: {} answers {}", topology.name(), topology.strategy().name(), endpoints);
        }
        answer = endpoints;
        answered = Optional.of(host.clock().now());
        error = Optional.empty();
        failures = 0;
        pause(again ? Duration.ZERO : topology.strategy().interval());
        move(new Targets.Event.Answer(endpoints, topology.misses()));
    }

    void notAnswered(long lookup, String why) {
        if (!isAwaited(lookup)) {
            return;
        }
        if (!error.equals(Optional.of(why))) {
            log.warn(
                    "{}: {} does not answer: {}; nobody is given up for that",
                    topology.name(),
                    topology.strategy().name(),
                    why);
        }
        error = Optional.of(why);
        // It may have broken what it works with.
        source.refused().forEach(this::addRefused);
        source.close();
        source = newSource();
        pause(Duration.ofNanos(
                Targets.jittered(pauseAfterFailure(), host.entropy().random())));
        failures++;
    }

    private void addRefused(String kind, long count) {
        refused.merge(kind, count, Long::sum);
    }

    private boolean isAwaited(long lookup) {
        return looking && lookup == number;
    }

    private void pause(Duration time) {
        looking = false;
        dueNanos = host.clock().nanos() + time.toNanos();
    }

    private Duration pauseAfterFailure() {
        Duration interval = topology.strategy().interval();
        Duration longest = interval.compareTo(PAUSE_MAX) > 0 ? interval : PAUSE_MAX;
        Duration grown = PAUSE_MIN.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
        return grown.compareTo(longest) < 0 ? grown : longest;
    }

    void tick() {
        if (host.clock().nanos() - dueNanos >= 0) {
            if (looking) {
                notAnswered(number, "no answer within " + topology.lookup());
            } else {
                look();
            }
        }
        looked();
    }

    // ---- connecting

    void looked() {
        Set<NodeName> connected = new TreeSet<>(cluster.nodes());
        connected.add(cluster.node().name());
        move(new Targets.Event.Looked(connected));
    }

    void tried(Endpoint endpoint, Optional<InetSocketAddress> address, Optional<NodeName> node) {
        move(new Targets.Event.Tried(endpoint, address, node));
    }

    private void move(Targets.Event event) {
        Targets.Move move =
                targets.on(event, host.clock().nanos(), host.entropy().random());
        targets = move.next();
        move.effects().forEach(this::perform);
    }

    private void perform(Targets.Effect effect) {
        switch (effect) {
            case Targets.Effect.Connect(Endpoint endpoint) -> connect(endpoint);
            case Targets.Effect.Connected(Endpoint endpoint, NodeName node, Duration took) -> {
                if (!node.equals(cluster.node().name())) {
                    log.info("{}: {} is at {}", topology.name(), node, endpoint);
                    tell(() -> listener.connected(topology.name(), endpoint, node, took));
                }
            }
            case Targets.Effect.Unreachable(Endpoint endpoint, int times) -> {
                // Once for each time that nobody is there.
                log.atLevel(times == 1 ? Level.WARN : Level.DEBUG)
                        .log("{}: nobody of this cluster answers at {}; tried again", topology.name(), endpoint);
                tell(() -> listener.unreachable(topology.name(), endpoint, times));
            }
            case Targets.Effect.Disconnected(Endpoint endpoint, NodeName node) ->
                tell(() -> listener.disconnected(topology.name(), endpoint, node));
            case Targets.Effect.GiveUp(Endpoint endpoint) -> {
                log.info("{}: {} is not looked for any more", topology.name(), endpoint);
                tell(() -> listener.givenUp(topology.name(), endpoint));
            }
            case Targets.Effect.Forget(InetSocketAddress address) -> cluster.forget(address);
        }
    }

    private void tell(Runnable notice) {
        try {
            notice.run();
        } catch (RuntimeException e) {
            log.warn("{}: a listener has failed", topology.name(), e);
        }
    }

    private void connect(Endpoint endpoint) {
        Pid self = Self.pid();
        connecting.put(Self.spawnLink(() -> Self.send(self, outcome(endpoint))), endpoint);
    }

    /// A process that looked or connected has ended. Its outcome has come before, unless it has failed.
    void ended(Pid pid, ExitReason reason) {
        Endpoint endpoint = connecting.remove(pid);
        if (reason.abnormal() && endpoint != null) {
            log.warn("{}: an attempt to reach {} has failed: {}", topology.name(), endpoint, reason);
            tried(endpoint, Optional.empty(), Optional.empty());
        } else if (reason.abnormal() && source.isAsking(pid)) {
            notAnswered(number, reason.toString());
        }
    }

    private TopologyServer.Tried outcome(Endpoint endpoint) {
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            return new TopologyServer.Tried(endpoint, Optional.empty(), Optional.empty());
        }
        try {
            return new TopologyServer.Tried(
                    endpoint, Optional.of(address), cluster.connect(address, topology.connect()));
        } catch (ExitException e) {
            throw e;
        } catch (RuntimeException e) {
            // The cluster's process is being started again, for instance.
            return new TopologyServer.Tried(endpoint, Optional.of(address), Optional.empty());
        }
    }

    // ---- how it stands

    TopologyStatus status() {
        long now = host.clock().nanos();
        List<TopologyStatus.Target> all = targets.known().entrySet().stream()
                .map(entry -> status(entry.getKey(), entry.getValue(), now))
                .toList();
        SortedMap<String, Long> total = new TreeMap<>(refused);
        source.refused().forEach((kind, count) -> total.merge(kind, count, Long::sum));
        return new TopologyStatus(
                topology.name(),
                topology.strategy().name(),
                answer,
                answered,
                error,
                looking ? Duration.ZERO : left(dueNanos, now),
                all,
                total);
    }

    private static TopologyStatus.Target status(Endpoint endpoint, Targets.Target target, long nowNanos) {
        boolean waits = !target.connected() && target.trying().isEmpty();
        return new TopologyStatus.Target(
                endpoint,
                target.met(),
                target.connected(),
                target.misses(),
                target.failures(),
                waits ? left(target.dueNanos(), nowNanos) : Duration.ZERO);
    }

    private static Duration left(long dueNanos, long nowNanos) {
        return Duration.ofNanos(Math.max(0, dueNanos - nowNanos));
    }
}
