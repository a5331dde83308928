package dev.pando.cluster;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.spi.Engine;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Transport;
import dev.pando.core.spi.Transport.Peer;
import dev.pando.core.spi.Transport.Receiver;
import dev.pando.core.spi.Transport.Sent;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One member of the engine's group as seen from here: the handshake's state, and a thread that sends to
/// it.
///
/// All events of a link are handled one at a time, with their effects, under its own lock; the outbox's is
/// taken inside. Whoever handles an event that may begin or end a session has the turn of [Sessions]
/// already.
final class PeerLink {

    private static final byte[] NONE = {};

    private final Engine.Member member;
    private final Sessions sessions;
    private final Outbox outbox;
    private Handshake state = new Handshake.Absent();
    private Optional<Peer> identity = Optional.empty();
    private SortedMap<String, String> labels = Collections.emptySortedMap();
    private @Nullable Receiver receiver;
    private boolean broken;
    private long signalsReceived;
    private long bytesReceived;
    private boolean ticking;

    private record Way(Outbox outbox, Outbox.Session session, Clock clock) implements Transport.Session {

        @Override
        public boolean send(byte[] signal, boolean patient) {
            return outbox.add(session, signal, patient);
        }

        @Override
        public Sent sendBefore(long roomUntilNanos, byte[] signal) {
            return outbox.addBefore(session, roomUntilNanos, clock, signal);
        }
    }

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
        event(new Handshake.Event.Appeared(), NONE);
    }

    /// The member is gone for good: should it come back, it gets a new link.
    void vanished(Reason why) {
        event(new Handshake.Event.Vanished(why), NONE);
        outbox.close();
    }

    /// Ends the session, if there is one, and begins none until one of the two is told to.
    void part(Reason why) {
        event(new Handshake.Event.Part(why), NONE);
    }

    void want() {
        event(new Handshake.Event.Want(), NONE);
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
        event(new Handshake.Event.Tick(), NONE);
    }

    /// Who the member said it is.
    synchronized Optional<Peer> identity() {
        return identity;
    }

    /// Ends the session, if there is one, since a later start of the node is here.
    void drop() {
        event(new Handshake.Event.Renew(Reason.RESTARTED), NONE);
    }

    /// Whether the two sides do not understand each other any more, and the session has to end.
    synchronized boolean isBroken() {
        return broken;
    }

    /// Ends a session that is broken.
    synchronized void mend() {
        if (broken) {
            broken = false;
            event(new Handshake.Event.Renew(Reason.RENEWED), NONE);
        }
    }

    /// A frame could not be sent. What was in it is lost, so its session has to end.
    void lost(SessionFrame frame) {
        if (frame instanceof SessionFrame.Data data) {
            event(new Handshake.Event.Reset(data.mine(), data.yours()), NONE);
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
                event(new Handshake.Event.Hello(hello.mine(), hello.wanted()), NONE);
            }
            case SessionFrame.Ack ack -> {
                Peer peer = new Peer(ack.node(), ack.incarnation());
                identity = Optional.of(peer);
                labels = sorted(ack.labels());
                event(new Handshake.Event.Ack(ack.yours(), ack.mine(), peer), NONE);
            }
            case SessionFrame.Data data ->
                identity.ifPresent(peer -> event(
                        new Handshake.Event.Data(data.mine(), data.yours(), data.sequence(), peer), data.signals()));
            case SessionFrame.Reset reset -> event(new Handshake.Event.Reset(reset.yours(), reset.mine()), NONE);
            case SessionFrame.Bye bye -> event(new Handshake.Event.Bye(bye.yours(), bye.mine(), bye.why()), NONE);
        }
    }

    private static SortedMap<String, String> sorted(Map<String, String> labels) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    private synchronized void event(Handshake.Event event, byte[] signals) {
        Handshake.Move move = state.on(event, sessions.freshNumber());
        state = move.next();
        move.effects().forEach(effect -> perform(effect, signals));
    }

    private void perform(Handshake.Effect effect, byte[] signals) {
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
                broken = false;
                Outbox.Session session = outbox.begin(mine, theirs);
                receiver = sessions.begun(this, peer, new Way(outbox, session, sessions.clock()));
            }
            case Handshake.Effect.End(Peer peer, Reason why) -> {
                outbox.end();
                Receiver told = present();
                receiver = null;
                sessions.ended(this, peer, told, why);
            }
            case Handshake.Effect.Deliver _ -> {
                Receiver told = present();
                broken = !SignalBlock.all(signals, (block, from, end) -> {
                    signalsReceived++;
                    bytesReceived += end - from;
                    return told.signal(block, from, end);
                });
            }
        }
    }

    private Receiver present() {
        return Objects.requireNonNull(receiver, "there is no session");
    }
}
