package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Handshake.Effect;
import dev.pando.cluster.Handshake.Event;
import dev.pando.core.spi.Transport.Peer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two sides of a session over an engine at its worst: views that come and go on each side by itself, frames in flight
/// lost with them, single frames lost while both stay. Run with many seeds; a failure names its seed.
class HandshakeModelTest {

    private static final int STEPS = 400;
    private static final int CALM_ROUNDS = 20;

    /// A frame under way.
    private sealed interface Frame {
        record Hello(long mine) implements Frame {}

        record Ack(long yours, long mine) implements Frame {}

        record Data(long mine, long yours, long sequence, int payload) implements Frame {}

        record Reset(long yours, long mine) implements Frame {}
    }

    private static final class Side {
        final Peer other;
        Handshake state = new Handshake.Absent();
        final Deque<Frame> incoming = new ArrayDeque<>();
        boolean begun;
        long sent;
        long lastSequence;
        final Set<Integer> delivered = new HashSet<>();

        Side(Peer other) {
            this.other = other;
        }
    }

    private static final class Run {
        final SplittableRandom random;
        final Side a = new Side(new Peer("b@host", 2));
        final Side b = new Side(new Peer("a@host", 1));
        long numbers = 100;
        int payloads;

        Run(long seed) {
            random = new SplittableRandom(seed);
        }

        Side other(Side side) {
            return side == a ? b : a;
        }

        void step() {
            Side side = random.nextBoolean() ? a : b;
            int dice = random.nextInt(100);
            if (dice < 50) {
                receive(side);
            } else if (dice < 75) {
                send(side);
            } else if (dice < 90) {
                handle(side, new Event.Tick(), 0);
            } else if (dice < 94) {
                handle(side, new Event.Appeared(), 0);
            } else if (dice < 98) {
                handle(side, new Event.Vanished(), 0);
                loseSome(side);
                loseSome(other(side));
            } else if (!side.incoming.isEmpty()) {
                side.incoming.removeFirst();
            }
        }

        private void loseSome(Side side) {
            if (random.nextBoolean()) {
                side.incoming.clear();
            }
        }

        void receive(Side side) {
            Frame frame = side.incoming.poll();
            if (frame == null || side.state instanceof Handshake.Absent) {
                return;
            }
            switch (frame) {
                case Frame.Hello(long mine) -> handle(side, new Event.Hello(mine), 0);
                case Frame.Ack(long yours, long mine) -> handle(side, new Event.Ack(yours, mine, side.other), 0);
                case Frame.Data(long mine, long yours, long sequence, int payload) ->
                    handle(side, new Event.Data(mine, yours, sequence, side.other), payload);
                case Frame.Reset(long yours, long mine) -> handle(side, new Event.Reset(yours, mine), 0);
            }
        }

        void send(Side side) {
            if (side.state instanceof Handshake.Up up) {
                side.sent++;
                other(side).incoming.add(new Frame.Data(up.mine(), up.theirs(), side.sent, ++payloads));
            }
        }

        void handle(Side side, Event event, int payload) {
            Handshake before = side.state;
            Handshake.Move move = side.state.on(event, ++numbers);
            side.state = move.next();
            for (Effect effect : move.effects()) {
                perform(side, effect, event, payload, before);
            }
        }

        private void perform(Side side, Effect effect, Event event, int payload, Handshake before) {
            Deque<Frame> wire = other(side).incoming;
            switch (effect) {
                case Effect.SendHello(long mine) -> wire.add(new Frame.Hello(mine));
                case Effect.SendAck(long theirs, long mine) -> wire.add(new Frame.Ack(theirs, mine));
                case Effect.SendReset(long theirs, long mine) -> wire.add(new Frame.Reset(theirs, mine));
                case Effect.Begin _ -> {
                    assertThat(side.begun).as("begun twice without an end").isFalse();
                    side.begun = true;
                    side.sent = 0;
                    side.lastSequence = 0;
                }
                case Effect.End _ -> {
                    assertThat(side.begun).as("ended without a beginning").isTrue();
                    assertThat(before).isInstanceOf(Handshake.Up.class);
                    side.begun = false;
                }
                case Effect.Deliver _ -> deliver(side, (Event.Data) event, payload);
            }
        }

        private void deliver(Side side, Event.Data data, int payload) {
            assertThat(side.begun)
                    .as("delivered before the beginning or after the end")
                    .isTrue();
            Handshake.Up up = (Handshake.Up) side.state;
            assertThat(data.mine()).as("of another session").isEqualTo(up.mine());
            assertThat(data.theirs()).as("of another session").isEqualTo(up.theirs());
            assertThat(data.sequence()).as("a gap or a repetition").isEqualTo(side.lastSequence + 1);
            assertThat(side.delivered.add(payload)).as("delivered twice").isTrue();
            side.lastSequence = data.sequence();
        }

        /// Both are in each other's view, nothing is lost any more.
        void calm() {
            handle(a, new Event.Appeared(), 0);
            handle(b, new Event.Appeared(), 0);
            for (int round = 0; round < CALM_ROUNDS; round++) {
                handle(a, new Event.Tick(), 0);
                handle(b, new Event.Tick(), 0);
                // What is sent on a session that the other side has left must bring that to light.
                send(a);
                send(b);
                while (!a.incoming.isEmpty() || !b.incoming.isEmpty()) {
                    receive(a);
                    receive(b);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000, 2_000_000, 3_000_000})
    void noSeedBreaksTheSession(long first) {
        for (long seed = first; seed < first + 2_500; seed++) {
            Run run = new Run(seed);
            try {
                for (int i = 0; i < STEPS; i++) {
                    run.step();
                }
                run.calm();
                assertThat(run.a.state).isInstanceOf(Handshake.Up.class);
                assertThat(run.b.state).isInstanceOf(Handshake.Up.class);
                Handshake.Up a = (Handshake.Up) run.a.state;
                Handshake.Up b = (Handshake.Up) run.b.state;
                assertThat(a.mine()).isEqualTo(b.theirs());
                assertThat(a.theirs()).isEqualTo(b.mine());
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
