package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Handshake.Effect;
import dev.pando.cluster.Handshake.Event;
import dev.pando.cluster.NodeDown.Reason;
import dev.pando.core.spi.Transport.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Two members and the links between them, in one thread. Every promise that must hold at all times is checked on every
/// step; [#calmDown] checks those that hold once nothing is lost any more.
final class HandshakeModel {

    /// A session as one side names it.
    record Pair(long own, long others) {
        Pair mirrored() {
            return new Pair(/* own= */ others, /* others= */ own);
        }
    }

    /// What travels: the event it will be for the receiver, and, for data, who sent it in which session.
    record Frame(Event event, Optional<Load> load) {}

    record Load(Pair session, long sequence) {}

    final Side a;
    final Side b;

    /// @param offset how far the numbers of `b` are from those of `a`
    HandshakeModel(long offset) {
        a = new Side("a", 1);
        b = new Side("b", 1 + offset);
        a.other = Optional.of(b);
        b.other = Optional.of(a);
    }

    static HandshakeModel connected() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.b.appear();
        model.calmDown();
        return model;
    }

    /// Delivers all that is under way, and what follows from it.
    void settle() {
        for (int frames = 0; !a.inbox.isEmpty() || !b.inbox.isEmpty(); frames++) {
            assertThat(frames).as("frames until quiet").isLessThan(1000);
            a.receive();
            b.receive();
        }
    }

    /// From here on both are in each other's view, each wants the other, and nothing is lost: a few ticks later they
    /// share a session, and keep it.
    void calmDown() {
        a.appear();
        b.appear();
        settle();
        a.want();
        b.want();
        settle();
        for (int ticks = 0; ticks < 4 && !together(); ticks++) {
            a.tick();
            b.tick();
            settle();
        }
        assertThat(together())
                .as("a common session, not %s and %s", a.state, b.state)
                .isTrue();
    }

    /// As [#calmDown], then sends in both directions: what a session lost shows at its next frame at the latest.
    void calmDownAndTalk() {
        calmDown();
        a.sendData();
        b.sendData();
        calmDown();

        Pair session = a.session.orElseThrow();
        int ended = a.ended + b.ended;
        for (int i = 0; i < 3; i++) {
            a.sendData();
            a.tick();
            b.sendData();
            b.tick();
            settle();
        }
        assertThat(a.ended + b.ended).as("ends while nothing happens").isEqualTo(ended);
        assertThat(a.session).contains(session);
        assertThat(a.delivered).as("frames from b").isEqualTo(b.sent);
        assertThat(b.delivered).as("frames from a").isEqualTo(a.sent);
    }

    boolean together() {
        return a.session.isPresent() && a.session.map(Pair::mirrored).equals(b.session);
    }

    static final class Side {
        final String name;
        final Deque<Frame> inbox = new ArrayDeque<>();
        Handshake state = new Handshake.Absent();
        Optional<Side> other = Optional.empty();
        Optional<Pair> session = Optional.empty();
        long sent;
        long delivered;
        int begun;
        int ended;
        private long fresh;
        private final Set<Long> used = new HashSet<>();
        private final List<Effect> effects = new ArrayList<>();

        private Side(String name, long firstNumber) {
            this.name = name;
            this.fresh = firstNumber;
        }

        void appear() {
            on(new Frame(new Event.Appeared(), Optional.empty()));
        }

        void vanish() {
            on(new Frame(new Event.Vanished(Reason.UNREACHABLE), Optional.empty()));
            assertThat(session).as("session of %s with nobody", name).isEmpty();
        }

        void part() {
            on(new Frame(new Event.Part(Reason.DISCONNECTED), Optional.empty()));
            assertThat(session).as("session of %s, which has parted", name).isEmpty();
        }

        void want() {
            on(new Frame(new Event.Want(), Optional.empty()));
        }

        void tick() {
            on(new Frame(new Event.Tick(), Optional.empty()));
        }

        void receive() {
            Frame frame = inbox.poll();
            if (frame != null) {
                on(frame);
            }
        }

        /// Loses the oldest frame on its way to this side.
        void loseOne() {
            inbox.poll();
        }

        void loseAll() {
            inbox.clear();
        }

        void sendData() {
            session.ifPresent(pair -> {
                sent++;
                send(new Event.Data(pair.own(), pair.others(), sent, peer()), Optional.of(new Load(pair, sent)));
            });
        }

        /// The effects of the last event.
        List<Effect> effects() {
            return List.copyOf(effects);
        }

        private void on(Frame frame) {
            Handshake.Move move = state.on(frame.event(), fresh++);
            state = move.next();
            effects.clear();
            effects.addAll(move.effects());
            effects.forEach(effect -> perform(effect, frame));
            assertThat(state instanceof Handshake.Up).as("%s is up", name).isEqualTo(session.isPresent());
        }

        private void perform(Effect effect, Frame frame) {
            switch (effect) {
                case Effect.SendHello(long mine, boolean wanted) ->
                    send(new Event.Hello(mine, wanted), Optional.empty());
                case Effect.SendBye(long heard, long own, Reason why) ->
                    send(new Event.Bye(heard, own, why), Optional.empty());
                case Effect.SendAck(long heard, long own) -> send(new Event.Ack(heard, own, peer()), Optional.empty());
                case Effect.SendReset(long heard, long own) -> send(new Event.Reset(heard, own), Optional.empty());
                case Effect.Begin(long mine, long theirs, Peer peer) -> begin(mine, theirs, peer);
                case Effect.End(Peer _, Reason _) -> end();
                case Effect.Deliver _ -> deliver(frame.load().orElseThrow());
            }
        }

        private void begin(long mine, long theirs, Peer peer) {
            assertThat(session).as("session of %s when another begins", name).isEmpty();
            assertThat(used.add(mine))
                    .as("%s begins with a number of its own for the first time", name)
                    .isTrue();
            assertThat(peer).isEqualTo(other.orElseThrow().peer());
            session = Optional.of(new Pair(mine, theirs));
            sent = 0;
            delivered = 0;
            begun++;
        }

        private void end() {
            assertThat(session).as("session of %s when it ends", name).isPresent();
            session = Optional.empty();
            ended++;
        }

        private void deliver(Load load) {
            assertThat(session)
                    .as("session of %s, and of the frame", name)
                    .contains(load.session().mirrored());
            assertThat(load.sequence()).as("the next frame for %s", name).isEqualTo(delivered + 1);
            delivered++;
        }

        private void send(Event event, Optional<Load> load) {
            other.orElseThrow().inbox.add(new Frame(event, load));
        }

        private Peer peer() {
            return new Peer(name + "@host", 1);
        }
    }
}
