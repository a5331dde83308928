package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Transport.Peer;
import java.util.List;
import java.util.Optional;

/// One member of the engine's group as seen from here: the handshake's state, and a thread that sends to it.
///
/// All events of a link are handled one at a time, with their effects. Its own lock is the only one held
/// meanwhile, and the
/// outbox's inside it.
final class PeerLink {

    private final Engine.Member member;
    private final Sessions sessions;
    private final Outbox outbox;
    private Handshake state = new Handshake.Absent();
    private Optional<Peer> identity = Optional.empty();

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
    void vanished() {
        event(new Handshake.Event.Vanished(), List.of());
        outbox.close();
    }

    synchronized boolean isOffering() {
        return state instanceof Handshake.Offering;
    }

    void tick() {
        event(new Handshake.Event.Tick(), List.of());
    }

    synchronized void frame(SessionFrame frame) {
        switch (frame) {
            case SessionFrame.Hello hello -> {
                identity = Optional.of(new Peer(hello.node(), hello.incarnation()));
                event(new Handshake.Event.Hello(hello.mine()), List.of());
            }
            case SessionFrame.Ack ack -> {
                Peer peer = new Peer(ack.node(), ack.incarnation());
                identity = Optional.of(peer);
                event(new Handshake.Event.Ack(ack.yours(), ack.mine(), peer), List.of());
            }
            case SessionFrame.Data data ->
                identity.ifPresent(peer -> event(
                        new Handshake.Event.Data(data.mine(), data.yours(), data.sequence(), peer), data.signals()));
            case SessionFrame.Reset reset -> event(new Handshake.Event.Reset(reset.yours(), reset.mine()), List.of());
        }
    }

    private synchronized void event(Handshake.Event event, List<byte[]> signals) {
        Handshake.Move move = state.on(event, sessions.freshNumber());
        state = move.next();
        move.effects().forEach(effect -> perform(effect, signals));
    }

    private void perform(Handshake.Effect effect, List<byte[]> signals) {
        switch (effect) {
            case Handshake.Effect.SendHello(long mine) -> {
                outbox.add(sessions.hello(mine));
                sessions.tickLater(this);
            }
            case Handshake.Effect.SendAck(long theirs, long mine) -> outbox.add(sessions.ack(theirs, mine));
            case Handshake.Effect.SendReset(long theirs, long mine) -> outbox.add(new SessionFrame.Reset(theirs, mine));
            case Handshake.Effect.Begin(long mine, long theirs, Peer peer) -> {
                outbox.begin(mine, theirs);
                sessions.begun(this, peer);
            }
            case Handshake.Effect.End(Peer peer) -> {
                outbox.end();
                sessions.ended(this, peer);
            }
            case Handshake.Effect.Deliver _ ->
                identity.ifPresent(peer -> signals.forEach(signal -> sessions.deliver(peer, signal)));
        }
    }
}
