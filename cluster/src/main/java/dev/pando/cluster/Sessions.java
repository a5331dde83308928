package dev.pando.cluster;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.spi.Engine;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Transport;
import dev.pando.core.wire.Codec;
import dev.pando.core.wire.WireException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// All sessions of one node: the transport that a cluster gives it.
///
/// Sessions begin and end one at a time, each under the turn, so that of two starts of one node the earlier
/// is down before the later is up. Locks are taken in this order: turn, link, tables; a second link's only
/// under the turn.
final class Sessions implements Transport {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);
    private static final int VERSION = 1;
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration SEEK = Duration.ofMillis(200);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Node node;
    private final SortedMap<String, String> labels;
    private final int signalBytesMax;
    private final Host host;
    private final Codec codec = Codec.builder().roots(SessionFrame.class).build();
    private final AtomicLong numbers;
    private final AtomicReference<@Nullable Inbound> inbound = new AtomicReference<>();
    private final AtomicReference<@Nullable Engine> engine = new AtomicReference<>();
    private final Set<Pid> subscribers = new LinkedHashSet<>();
    private final List<Thread> awaiting = new CopyOnWriteArrayList<>();
    private final Refusals refusals;

    private final Object turn = new Object();

    private final Object lock = new Object();
    private final Map<Engine.Member, PeerLink> links = new LinkedHashMap<>();
    private final Map<String, PeerLink> up = new TreeMap<>();
    private final Map<String, Long> incarnations = new TreeMap<>();
    private List<Engine.Member> view = List.of();

    /// What one engine tells; nothing once it was left.
    private record Ears(Sessions sessions, Engine engine) implements Engine.Listener {
        @Override
        public void view(Engine.View installed) {
            sessions.view(engine, installed.members());
        }

        @Override
        public void frame(Engine.Member from, byte[] frame) {
            sessions.frame(engine, from, frame);
        }

        @Override
        public void refused(Refusal kind, String origin, String why) {
            sessions.refusals.add(kind, origin, why);
        }
    }

    Sessions(Node node, SortedMap<String, String> labels, int signalBytesMax) {
        this.node = node;
        this.labels = labels;
        this.signalBytesMax = signalBytesMax;
        this.host = node.host();
        this.refusals = new Refusals(node.name(), host.clock());
        numbers = new AtomicLong(node.hybridClock().next());
    }

    // ---- what the cluster asks

    /// Joins the group; leaves it first, should an earlier member of it have been killed.
    void join(Engine mine) {
        leaveCurrent();
        engine.set(mine);
        try {
            mine.join(new Ears(this, mine));
        } catch (RuntimeException e) {
            leave(mine);
            throw e;
        }
        if (!isCurrent(mine)) {
            // Whoever joined here was killed meanwhile, and has a successor.
            mine.close();
        }
    }

    /// Tells the others, ends all sessions and leaves the group that one engine has joined. What was sent before
    /// goes out first, if it can within a second.
    void leave(Engine mine) {
        if (isCurrent(mine)) {
            long deadline = host.clock().nanos() + FAREWELL.toNanos();
            awaitSent(deadline);
            synchronized (turn) {
                if (isCurrent(mine)) {
                    links().forEach(link -> link.part(Reason.LEFT));
                }
            }
            awaitSent(deadline);
            synchronized (turn) {
                view(mine, List.of());
                engine.compareAndSet(mine, null);
            }
        }
        mine.close();
    }

    private void leaveCurrent() {
        Engine current = engine.get();
        if (current != null) {
            leave(current);
        }
    }

    private boolean isCurrent(Engine one) {
        return one.equals(engine.get());
    }

    private void awaitSent(long deadlineNanos) {
        for (PeerLink link : links()) {
            link.outbox().awaitSent(host.clock(), deadlineNanos);
        }
    }

    private List<PeerLink> links() {
        synchronized (lock) {
            return List.copyOf(links.values());
        }
    }

    List<NodeName> nodes() {
        synchronized (lock) {
            return up.keySet().stream().map(NodeName::of).toList();
        }
    }

    /// The node of the oldest member, when there is a session with it or it is this one.
    Optional<NodeName> oldest() {
        Engine running = engine.get();
        synchronized (lock) {
            if (running == null || view.isEmpty()) {
                return Optional.empty();
            }
            Engine.Member oldest = view.getFirst();
            if (oldest.equals(running.self())) {
                return Optional.of(node.name());
            }
            return up.entrySet().stream()
                    .filter(entry -> entry.getValue().member().equals(oldest))
                    .map(entry -> NodeName.of(entry.getKey()))
                    .findFirst();
        }
    }

    void subscribe(Pid pid) {
        if (!node.isHere(pid)) {
            throw new IllegalArgumentException(pid + " is not of " + node.name() + "; subscribe at its own node");
        }
        synchronized (lock) {
            purgeSubscribers();
            subscribers.add(pid);
        }
    }

    void unsubscribe(Pid pid) {
        synchronized (lock) {
            subscribers.remove(pid);
        }
    }

    boolean awaitNodes(int others, Duration timeout) {
        return await(() -> nodes().size() >= others, timeout, timeout);
    }

    /// Asks the engine for whoever listens there, again and again, and wants a session with it.
    Optional<NodeName> connect(InetSocketAddress address, Duration timeout) {
        return await(
                        () -> {
                            seek(address);
                            return at(address).isPresent();
                        },
                        timeout,
                        SEEK)
                ? at(address)
                : Optional.empty();
    }

    private void seek(InetSocketAddress address) {
        Engine running = running();
        if (isMe(running, address)) {
            return;
        }
        List<PeerLink> there = links().stream()
                .filter(link -> running.address(link.member()).equals(Optional.of(address)))
                .toList();
        if (there.isEmpty()) {
            running.seek(address);
        }
        there.forEach(this::want);
    }

    void forget(InetSocketAddress address) {
        Engine current = engine.get();
        if (current != null) {
            current.forget(address);
        }
    }

    Optional<InetSocketAddress> address() {
        Engine running = running();
        return running.address(running.self());
    }

    private Optional<NodeName> at(InetSocketAddress address) {
        Engine running = running();
        if (isMe(running, address)) {
            return Optional.of(node.name());
        }
        return connected().entrySet().stream()
                .filter(entry -> running.address(entry.getValue().member()).equals(Optional.of(address)))
                .map(entry -> NodeName.of(entry.getKey()))
                .findFirst();
    }

    /// The links that have a session, by node: a copy, since a link or the engine is asked without the tables' lock.
    private Map<String, PeerLink> connected() {
        synchronized (lock) {
            return new TreeMap<>(up);
        }
    }

    private static boolean isMe(Engine running, InetSocketAddress address) {
        return running.address(running.self()).equals(Optional.of(address));
    }

    private Engine running() {
        Engine running = engine.get();
        if (running == null) {
            throw new IllegalStateException(
                    node.name() + " has not joined its cluster; start the cluster's child first");
        }
        return running;
    }

    /// Wants a session with a node that the engine knows.
    boolean connect(NodeName name, Duration timeout) {
        return name.equals(node.name())
                || await(
                        () -> {
                            links().stream().filter(link -> isOf(link, name)).forEach(this::want);
                            return nodes().contains(name);
                        },
                        timeout,
                        SEEK);
    }

    private void want(PeerLink link) {
        synchronized (turn) {
            link.want();
        }
    }

    /// Ends the session with a node, and begins none until one of the two connects.
    boolean disconnect(NodeName name) {
        synchronized (turn) {
            boolean connected = nodes().contains(name);
            links().stream().filter(link -> isOf(link, name)).forEach(link -> link.part(Reason.DISCONNECTED));
            return connected;
        }
    }

    private static boolean isOf(PeerLink link, NodeName name) {
        return link.identity().map(Peer::node).equals(Optional.of(name.toString()));
    }

    /// Looks whether something holds now, whenever a session has begun or ended, and every so often.
    ///
    /// @return `false` when the time is up, or the calling thread is interrupted
    private boolean await(BooleanSupplier holds, Duration timeout, Duration often) {
        long deadline = host.clock().nanos() + timeout.toNanos();
        Thread self = Thread.currentThread();
        awaiting.add(self);
        try {
            while (!holds.getAsBoolean()) {
                long now = host.clock().nanos();
                if (now - deadline >= 0 || self.isInterrupted()) {
                    return false;
                }
                host.scheduler().parkUntil(now + Math.min(deadline - now, often.toNanos()));
            }
            return true;
        } finally {
            awaiting.remove(self);
        }
    }

    List<PeerInfo> peers() {
        Map<String, PeerLink> connected;
        Map<String, Long> starts;
        synchronized (lock) {
            connected = new TreeMap<>(up);
            starts = new TreeMap<>(incarnations);
        }
        return connected.entrySet().stream()
                .map(entry ->
                        entry.getValue().info(NodeName.of(entry.getKey()), starts.getOrDefault(entry.getKey(), 0L)))
                .toList();
    }

    SortedMap<String, String> labels() {
        return labels;
    }

    Optional<SortedMap<String, String>> labels(NodeName of) {
        if (of.equals(node.name())) {
            return Optional.of(labels);
        }
        return Optional.ofNullable(connected().get(of.toString())).map(PeerLink::labels);
    }

    Map<Refusal, Long> refused() {
        Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);
        for (Refusal kind : Refusal.values()) {
            counts.put(kind, refused(kind));
        }
        return Collections.unmodifiableMap(counts);
    }

    long refused(Refusal kind) {
        return kind == Refusal.SIGNAL ? node.refusedFrames() : refusals.count(kind);
    }

    // ---- what the node asks

    @Override
    public void open(Inbound opened) {
        inbound.set(opened);
    }

    Clock clock() {
        return host.clock();
    }

    @Override
    public int signalBytesMax() {
        return signalBytesMax;
    }

    @Override
    public void close() {
        leaveCurrent();
    }

    // ---- what the engine tells

    private void view(Engine from, List<Engine.Member> members) {
        synchronized (turn) {
            if (isCurrent(from)) {
                install(from, members);
            }
        }
    }

    private void install(Engine from, List<Engine.Member> members) {
        List<PeerLink> gone = new ArrayList<>();
        List<PeerLink> come = new ArrayList<>();
        synchronized (lock) {
            view = members;
            for (PeerLink link : List.copyOf(links.values())) {
                if (!members.contains(link.member())) {
                    links.remove(link.member());
                    gone.add(link);
                }
            }
            for (Engine.Member member : members) {
                if (!member.equals(from.self()) && !links.containsKey(member)) {
                    PeerLink link = new PeerLink(member, this, host.scheduler());
                    links.put(member, link);
                    come.add(link);
                }
            }
        }
        Reason why = members.isEmpty() ? Reason.LEFT : Reason.UNREACHABLE;
        gone.forEach(link -> link.vanished(why));
        for (PeerLink link : come) {
            host.scheduler().start("pando-sender-" + node.name(), () -> sendAll(from, link));
            link.appeared();
        }
    }

    private void frame(Engine heard, Engine.Member from, byte[] bytes) {
        PeerLink link;
        synchronized (lock) {
            link = isCurrent(heard) ? links.get(from) : null;
        }
        if (link == null) {
            // A stranger, or a member whose view came first; it says hello again.
            refusals.add(Refusal.STRANGER, from, "it is no member");
            return;
        }
        try {
            SessionFrame frame = codec.decode(SessionFrame.class, bytes);
            if (!link.goesOn(frame)) {
                synchronized (turn) {
                    if (admits(link, frame)) {
                        link.frame(frame);
                    }
                }
            }
            if (link.isBroken()) {
                refuse(from, "it does not keep to what was told in its session, which ends");
                synchronized (turn) {
                    link.mend();
                }
            }
        } catch (WireException | IllegalArgumentException e) {
            refuse(from, e.getMessage());
        }
    }

    /// Refuses a member that speaks another version, has this node's name, or is an earlier start of a node
    /// we are in session with. Data may begin a session as an ack does.
    private boolean admits(PeerLink link, SessionFrame frame) {
        return switch (frame) {
            case SessionFrame.Hello hello
            when hello.version() != VERSION -> {
                refuse(link.member(), "it speaks session version " + hello.version() + ", this node " + VERSION);
                yield false;
            }
            case SessionFrame.Hello hello -> admits(link, hello.node(), hello.incarnation());
            case SessionFrame.Ack ack -> admits(link, ack.node(), ack.incarnation());
            case SessionFrame.Data _ ->
                link.identity()
                        .filter(peer -> !admits(link, peer.node(), peer.incarnation()))
                        .isEmpty();
            case SessionFrame.Reset _, SessionFrame.Bye _ -> true;
        };
    }

    private boolean admits(PeerLink link, String name, long incarnation) {
        NodeName.of(name);
        if (name.equals(node.name().toString())) {
            refuse(link.member(), "it is called " + name + ", as this node is; give each node a name of its own");
            return false;
        }
        synchronized (lock) {
            PeerLink other = up.get(name);
            if (other == null || other == link || incarnation >= incarnations.getOrDefault(name, Long.MIN_VALUE)) {
                return true;
            }
        }
        refuse(link.member(), "a later start of " + name + " is here already");
        return false;
    }

    private void refuse(Engine.Member from, @Nullable String why) {
        refusals.add(Refusal.SESSION, from, String.valueOf(why));
    }

    // ---- what the links do

    private void sendAll(Engine running, PeerLink link) {
        for (Optional<SessionFrame> frame = link.outbox().take();
                frame.isPresent();
                frame = link.outbox().take()) {
            try {
                running.send(link.member(), codec.encode(frame.get()));
            } catch (Throwable e) {
                // An error, too, must not end the only thread that sends to this member.
                logLost(running, link, frame.get(), e);
                synchronized (turn) {
                    link.lost(frame.get());
                }
            }
        }
    }

    /// That signals are lost is told by the end of their session, unless there is more to it.
    private void logLost(Engine running, PeerLink link, SessionFrame frame, Throwable why) {
        boolean expected =
                !isCurrent(running) || (frame instanceof SessionFrame.Data && why instanceof RuntimeException);
        log.atLevel(expected ? Level.DEBUG : Level.WARN)
                .setCause(why)
                .log(
                        "{} could not send a {} to {}",
                        node.name(),
                        frame.getClass().getSimpleName(),
                        link.member());
    }

    long freshNumber() {
        return numbers.incrementAndGet();
    }

    SessionFrame hello(long mine, boolean wanted) {
        return new SessionFrame.Hello(VERSION, mine, node.name().toString(), node.incarnation(), wanted, labels);
    }

    SessionFrame ack(long theirs, long mine) {
        return new SessionFrame.Ack(theirs, mine, node.name().toString(), node.incarnation(), labels);
    }

    /// Says hello again, as long as there is no answer.
    void tickLater(PeerLink link) {
        Scheduler scheduler = host.scheduler();
        scheduler.at(host.clock().nanos() + TICK.toNanos(), link::tick);
    }

    /// Ends the session with an earlier start of the same node, should it be there still.
    Receiver begun(PeerLink link, Peer peer, Session session) {
        PeerLink earlier;
        synchronized (lock) {
            earlier = up.get(peer.node());
        }
        if (earlier != null) {
            earlier.drop();
        }
        // Before it is listed: whoever finds it there may send at once.
        Receiver receiver = door().up(peer, session);
        synchronized (lock) {
            up.put(peer.node(), link);
            incarnations.put(peer.node(), peer.incarnation());
        }
        tellSubscribers(new NodeUp(NodeName.of(peer.node()), peer.incarnation()));
        return receiver;
    }

    void ended(PeerLink link, Peer peer, Receiver receiver, Reason why) {
        synchronized (lock) {
            if (up.remove(peer.node(), link)) {
                incarnations.remove(peer.node());
            }
        }
        receiver.down();
        tellSubscribers(new NodeDown(NodeName.of(peer.node()), peer.incarnation(), why));
    }

    private void tellSubscribers(Notice notice) {
        log.info("{}: {}", node.name(), notice);
        List<Pid> told;
        synchronized (lock) {
            purgeSubscribers();
            told = List.copyOf(subscribers);
        }
        told.forEach(pid -> node.send(pid, notice));
        awaiting.forEach(host.scheduler()::unpark);
    }

    /// Not only when a node comes or goes: in a quiet cluster that may be never.
    private void purgeSubscribers() {
        subscribers.removeIf(pid -> !node.isAlive(pid));
    }

    /// How many are told, for tests.
    int subscribers() {
        synchronized (lock) {
            return subscribers.size();
        }
    }

    private Inbound door() {
        Inbound opened = inbound.get();
        if (opened == null) {
            throw new IllegalStateException("the transport was not attached to its node");
        }
        return opened;
    }
}
