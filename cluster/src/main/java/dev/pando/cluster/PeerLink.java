package dev.pando.cluster;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.spi.Engine;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Transport.Peer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One member of the engine's group as seen from here: the handshake's state, and a thread that sends to
/// it.
///
/// All events of a link are handled one at a time, with their effects, under its own lock; the outbox's is
/// taken inside. Whoever handles an event that may begin or end a session has the turn of [Sessions]
/// already.
final class PeerLink {

    private final Engine.Member member;
    private final Sessions sessions;
    private final Outbox outbox;
    private Handshake state = new Handshake.Absent();
    private Optional<Peer> identity = Optional.empty();
    private SortedMap<String, String> labels = Collections.emptySortedMap();
    private long signalsReceived;
    private long bytesReceived;
    private boolean ticking;

    PeerLink(Engine.Member member, Sessions sessions, Scheduler scheduler) {
        this.member = member;
        this.sessions = sessions;
        this.outbox = new Outbox(scheduler);
    }

    Engine.Member member() {
        return member;
    }

    Outbox outbox() {
        return outbox;
    }

    void appeared() {
        event(new Handshake.Event.Appeared(), List.of());
    }

    /// The member is gone for good: should it come back, it gets a new link.
    void vanished(Reason why) {
        event(new Handshake.Event.Vanished(why), List.of());
        outbox.close();
    }

    /// Ends the session, if there is one, and begins none until one of the two is told to.
    void part(Reason why) {
        event(new Handshake.Event.Part(why), List.of());
    }

    void want() {
        event(new Handshake.Event.Want(), List.of());
    }

    synchronized boolean isUp() {
        return state instanceof Handshake.Up;
    }

    synchronized SortedMap<String, String> labels() {
        return labels;
    }

    /// What has gone through the present session.
    synchronized PeerInfo info(NodeName node, long incarnation) {
        return outbox.info(node, incarnation, labels, signalsReceived, bytesReceived);
    }

    synchronized void tick() {
        ticking = false;
        event(new Handshake.Event.Tick(), List.of());
    }

    /// Who the member said it is.
    synchronized Optional<Peer> identity() {
        return identity;
    }

    /// Ends the session, if there is one, since a later start of the node is here.
    void drop() {
        event(new Handshake.Event.Renew(Reason.RESTARTED), List.of());
    }

    /// A frame could not be sent. What was in it is lost, so its session has to end.
    void lost(SessionFrame frame) {
        if (frame instanceof SessionFrame.Data data) {
            event(new Handshake.Event.Reset(data.mine(), data.yours()), List.of());
        }
    }

    /// Handles data that carries a session on, for which no turn is needed; `false` when the frame is
    /// another one.
    synchronized boolean goesOn(SessionFrame frame) {
        if (state instanceof Handshake.Up up && frame instanceof SessionFrame.Data data && up.awaits(data)) {
            frame(frame);
            return true;
        }
        return false;
    }

    synchronized void frame(SessionFrame frame) {
        switch (frame) {
            case SessionFrame.Hello hello -> {
                identity = Optional.of(new Peer(hello.node(), hello.incarnation()));
                labels = sorted(hello.labels());
                event(new Handshake.Event.Hello(hello.mine(), hello.wanted()), List.of());
            }
            case SessionFrame.Ack ack -> {
                Peer peer = new Peer(ack.node(), ack.incarnation());
                identity = Optional.of(peer);
                labels = sorted(ack.labels());
                event(new Handshake.Event.Ack(ack.yours(), ack.mine(), peer), List.of());
            }
            case SessionFrame.Data data ->
                identity.ifPresent(peer -> event(
                        new Handshake.Event.Data(data.mine(), data.yours(), data.sequence(), peer), data.signals()));
            case SessionFrame.Reset reset -> event(new Handshake.Event.Reset(reset.yours(), reset.mine()), List.of());
            case SessionFrame.Bye bye -> event(new Handshake.Event.Bye(bye.yours(), bye.mine(), bye.why()), List.of());
        }
    }

    private static SortedMap<String, String> sorted(Map<String, String> labels) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    private synchronized void event(Handshake.Event event, List<byte[]> signals) {
        Handshake.Move move = state.on(event, sessions.freshNumber());
        state = move.next();
        move.effects().forEach(effect -> perform(effect, signals));
    }

    private void perform(Handshake.Effect effect, List<byte[]> signals) {
        switch (effect) {
            case Handshake.Effect.SendHello(long mine, boolean wanted) -> {
                outbox.add(sessions.hello(mine, wanted));
                if (!ticking) {
                    ticking = true;
                    sessions.tickLater(this);
                }
            }
            case Handshake.Effect.SendAck(long theirs, long mine) -> outbox.add(sessions.ack(theirs, mine));
            case Handshake.Effect.SendReset(long theirs, long mine) -> outbox.add(new SessionFrame.Reset(theirs, mine));
            case Handshake.Effect.SendBye(long theirs, long mine, Reason why) ->
                outbox.add(new SessionFrame.Bye(theirs, mine, why));
            case Handshake.Effect.Begin(long mine, long theirs, Peer peer) -> {
                signalsReceived = 0;
                bytesReceived = 0;
                outbox.begin(mine, theirs);
                sessions.begun(this, peer);
            }
            case Handshake.Effect.End(Peer peer, Reason why) -> {
                outbox.end();
                sessions.ended(this, peer, why);
            }
            case Handshake.Effect.Deliver _ ->
                identity.ifPresent(peer -> signals.forEach(signal -> {
                    signalsReceived++;
                    bytesReceived += signal.length;
                    sessions.deliver(peer, signal);
                }));
        }
    }
}
