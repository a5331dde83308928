package dev.pando.core;

import dev.pando.core.spi.Transport;
import dev.pando.core.spi.Transport.Sent;
import dev.pando.core.wire.Codec;
import dev.pando.core.wire.NamesReceived;
import dev.pando.core.wire.NamesSent;
import dev.pando.core.wire.WireException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's door to other nodes: encodes what goes out, and turns what comes in into the same calls that a
/// local process would make.
final class Distribution implements Transport.Inbound {

    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final long LOG_EVERY_NANOS = 1_000_000_000L;
    private static final int TEXT_MAX = 1000;

    private final Node node;
    private final AtomicReference<Codec> codec;
    private final AtomicReference<@Nullable Transport> transport = new AtomicReference<>();
    private final Map<NodeName, Session> sessions = new ConcurrentHashMap<>();
    /// Open calls of other nodes to servers of this one.
    private final Map<Ref, Request> served = new ConcurrentHashMap<>();

    private final RemoteStarts starts;

    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong nextLog = new AtomicLong(Long.MIN_VALUE);

    /// A session with another node, and the names that the two have told each other in it.
    private final class Session implements Transport.Receiver {

        private final Transport.Peer peer;
        private final NodeName name;
        private final Transport.Session way;
        private final NamesSent sent = new NamesSent();
        private final NamesReceived received = new NamesReceived();

        Session(Transport.Peer peer, Transport.Session way) {
            this.peer = peer;
            this.name = NodeName.of(peer.node());
            this.way = way;
        }

        boolean send(RemoteSignal signal, boolean patient, int bytesMax) {
            return send(signal, bytesMax, frame -> way.send(frame, patient), taken -> taken);
        }

        Sent sendBefore(long deadline, RemoteSignal signal, int bytesMax) {
            return send(signal, bytesMax, frame -> way.sendBefore(deadline, frame), Sent.TAKEN::equals);
        }

        private <T> T send(RemoteSignal signal, int bytesMax, Function<byte[], T> taker, Predicate<T> taken) {
            return sent.send(
                    codec.get(),
                    signal,
                    frame -> {
                        requireSize(frame, name, bytesMax);
                        return taker.apply(frame);
                    },
                    taken);
        }

        @Override
        public boolean signal(byte[] bytes, int from, int end) {
            try {
                handle(codec.get().decode(RemoteSignal.class, bytes, from, end, received), peer);
            } catch (WireException e) {
                if (!isForNobody(bytes, from, end)) {
                    refuse(peer, e.getMessage());
                }
            }
            return !received.isBroken();
        }

        /// Whether a frame that cannot be read is for somebody who is not here. Then it goes the way of all that is
        /// for nobody: a node need not speak what only others say to each other.
        private boolean isForNobody(byte[] bytes, int from, int end) {
            Codec mine = codec.get();
            Optional<RemoteSignal.To> sent =
                    mine.decodePart(RemoteSignal.Send.class, RemoteSignal.To.class, bytes, from, end, received);
            Optional<RemoteSignal.Asked> asked = mine.decodePart(
                            RemoteSignal.Request.class, RemoteSignal.Asked.class, bytes, from, end, received)
                    .filter(call -> node.here(call.to()) == null);
            asked.ifPresent(call -> nobody(call.ref(), call.to()));
            return asked.isPresent()
                    || sent.filter(message -> node.here(message.to()) == null).isPresent();
        }

        @Override
        public void down() {
            sessions.remove(name, this);
            lost(name);
        }
    }

    Distribution(Node node, Codec codec) {
        this.node = node;
        this.codec = new AtomicReference<>(codec);
        this.starts = new RemoteStarts(node, this);
    }

    void speak(Protocols more) {
        codec.updateAndGet(more::addTo);
    }

    void attach(Transport made) {
        if (!transport.compareAndSet(null, made)) {
            throw new IllegalStateException("node " + node.name() + " has a transport; a node joins one cluster");
        }
        made.open(this);
    }

    /// The node has closed; who was to part from the others may have been killed before it could.
    void close() {
        Transport left = transport.get();
        if (left != null) {
            left.close();
        }
    }

    RemoteStarts starts() {
        return starts;
    }

    long refused() {
        return refused.get();
    }

    int served() {
        return served.size();
    }

    /// Ends this node's part in a call of another one; `false` when that has been done.
    boolean release(Ref ref) {
        Request request = served.remove(ref);
        if (request != null) {
            request.release();
        }
        return request != null;
    }

    /// Sends a signal; `false` when there is no session with the node. Patient signals wait while the queue is
    /// full.
    boolean send(NodeName to, RemoteSignal signal, boolean patient) {
        return send(to, signal, (session, bytesMax) -> session.send(signal, patient, bytesMax), false);
    }

    /// Sends a signal, waiting until the deadline while the queue is full.
    Sent sendBefore(long deadline, NodeName to, RemoteSignal signal) {
        return send(to, signal, (session, bytesMax) -> session.sendBefore(deadline, signal, bytesMax), Sent.NO_PEER);
    }

    private <T> T send(NodeName to, RemoteSignal signal, BiFunction<Session, Integer, T> how, T nobody) {
        Transport out = transport.get();
        if (out == null) {
            return nobody;
        }
        int bytesMax = out.signalBytesMax();
        Session session = sessions.get(to);
        if (session == null) {
            // What cannot travel is the caller's error, whether somebody is there or not.
            requireSize(codec.get().encode(signal), to, bytesMax);
            return nobody;
        }
        return how.apply(session, bytesMax);
    }

    private static void requireSize(byte[] frame, NodeName to, int bytesMax) {
        if (frame.length > bytesMax) {
            throw new WireException("a message of " + frame.length + " bytes to " + to + " exceeds the maximum of "
                    + bytesMax + "; send it in parts");
        }
    }

    /// Tells of an end. A reason that cannot travel is told as text: nobody may be left waiting for it.
    void tell(NodeName to, ExitReason reason, Function<ExitReason, RemoteSignal> signal) {
        try {
            send(to, signal.apply(reason), false);
        } catch (WireException e) {
            send(to, signal.apply(asText(reason, e)), false);
        }
    }

    private static ExitReason asText(ExitReason reason, WireException why) {
        return reason instanceof ExitReason.Crash(String type, String message, String stack)
                ? new ExitReason.Crash(type, cut(message), cut(stack))
                : new ExitReason.Crash(reason.getClass().getName(), cut(reason.toString()), cut(why.toString()));
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }

    @Override
    public Transport.Receiver up(Transport.Peer peer, Transport.Session way) {
        Session session = new Session(peer, way);
        sessions.put(session.name, session);
        return session;
    }

    private void lost(NodeName name) {
        for (Ref ref : List.copyOf(served.keySet())) {
            if (ref.node().equals(name)) {
                giveUp(ref);
            }
        }
        starts.lost(name);
        node.lost(name);
    }

    private void handle(RemoteSignal signal, Transport.Peer peer) {
        switch (signal) {
            case RemoteSignal.Send(Address to, var message) -> {
                LocalProcess process = node.here(to);
                if (process == null) {
                    return;
                }
                if (process.isFull()) {
                    refuse(peer, "the mailbox of " + process + " is full");
                } else {
                    process.deliver(message.value());
                }
            }
            case RemoteSignal.Request request -> request(request);
            case RemoteSignal.Reply(Ref ref, var value) -> node.calls().complete(ref, value.value());
            case RemoteSignal.Failed(Ref ref, ExitReason reason) ->
                node.calls().complete(ref, new Slot.Failure(reason));
            case RemoteSignal.Forget(Ref ref) -> giveUp(ref);
            case RemoteSignal.Start(Ref ref, Behaviour behaviour, Launch.Origin origin) ->
                starts.start(ref, behaviour, origin);
            case RemoteSignal.Started(Ref ref, Pid pid, Launch.Origin origin) -> starts.started(ref, pid, origin);
            case RemoteSignal.Link(Pid from, Pid to) -> {
                LocalProcess process = node.here(to);
                if (process == null || !process.addLink(from)) {
                    node.exitByLink(to, from, new ExitReason.NoProcess(to.toString()));
                }
            }
            case RemoteSignal.Unlink(Pid from, Pid to) -> {
                LocalProcess process = node.here(to);
                if (process != null) {
                    process.removeLink(from);
                }
            }
            case RemoteSignal.ExitSignal(Pid from, Pid to, ExitReason reason, boolean linked) -> {
                if (linked) {
                    node.exitByLink(from, to, reason);
                } else {
                    node.exit(from, to, reason);
                }
            }
            case RemoteSignal.Monitor(Ref ref, Pid watcher, Address target) ->
                node.watch(ref, watcher, node.here(target), target);
            case RemoteSignal.Demonitor(Ref ref, Address target) -> Node.unwatch(ref, node.here(target));
            case RemoteSignal.Ended(Ref ref, Pid watcher, ExitReason reason) -> node.tellWatcher(ref, watcher, reason);
        }
    }

    private void request(RemoteSignal.Request request) {
        LocalProcess server = node.here(request.to());
        if (server == null) {
            nobody(request.ref(), request.to());
            return;
        }
        long deadline = node.host().clock().nanos() + request.budgetNanos();
        Request call = Request.remote(
                request.ref(),
                request.message().value(),
                deadline,
                request.chain(),
                request.id().orElse(null));
        served.put(request.ref(), call);
        if (server.isFull()) {
            node.calls().fail(call, server.overloaded());
            return;
        }
        node.calls().accept(server, call);
    }

    private void nobody(Ref ref, Address to) {
        send(ref.node(), new RemoteSignal.Failed(ref, new ExitReason.NoProcess(to.toString())), false);
    }

    /// The caller on another node does not wait any more, or has its answer from elsewhere.
    private void giveUp(Ref ref) {
        Request request = served.remove(ref);
        if (request != null) {
            request.release();
        }
        starts.giveUp(ref);
    }

    private void refuse(Transport.Peer from, @Nullable String why) {
        long count = refused.incrementAndGet();
        long now = node.host().clock().nanos();
        long next = nextLog.get();
        if ((next == Long.MIN_VALUE || now - next >= 0) && nextLog.compareAndSet(next, now + LOG_EVERY_NANOS)) {
            log.warn("refused a frame from {} ({} so far): {}", from.node(), count, why);
        }
    }
}
