package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Handshake.Absent;
import dev.pando.cluster.Handshake.Effect;
import dev.pando.cluster.Handshake.Event;
import dev.pando.cluster.Handshake.Move;
import dev.pando.cluster.Handshake.Offering;
import dev.pando.cluster.Handshake.Parted;
import dev.pando.cluster.Handshake.Up;
import dev.pando.cluster.HandshakeModel.Pair;
import dev.pando.cluster.HandshakeModel.Side;
import dev.pando.cluster.NodeDown.Reason;
import dev.pando.core.spi.Transport.Peer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private static final int SEEDS = 6000;
    private static final int STEPS = 150;
    private static final Peer PEER = new Peer("b@host", 1);
    private static final long FRESH = 9;
    private static final Handshake OFFERING = new Offering(5, Optional.empty());
    private static final Handshake ANSWERED = new Offering(5, Optional.of(70L));
    private static final Handshake UP = new Up(5, 70, 3, PEER);

    private static Move on(Handshake state, Event event) {
        return state.on(event, FRESH);
    }

    // ---- a member that is not in the view

    @Test
    void aMemberThatAppearsIsOfferedAFreshNumber() {
        assertThat(on(new Absent(), new Event.Appeared()))
                .isEqualTo(Move.to(new Offering(FRESH, Optional.empty()), new Effect.SendHello(FRESH)));
    }

    @Test
    void aMemberOutsideTheViewIsNotAnswered() {
        List.of(
                        new Event.Vanished(Reason.UNREACHABLE),
                        new Event.Tick(),
                        new Event.Hello(70),
                        new Event.Ack(5, 70, PEER),
                        new Event.Data(70, 5, 1, PEER),
                        new Event.Reset(5, 70),
                        new Event.Bye(5, 70, Reason.LEFT),
                        new Event.Part(Reason.DISCONNECTED),
                        new Event.Renew(Reason.RESTARTED),
                        new Event.Want())
                .forEach(event -> assertThat(on(new Absent(), event)).isEqualTo(Move.to(new Absent())));
    }

    // ---- a member that has been parted from

    @Test
    void aSideThatPartsEndsItsSessionAndSaysSo() {
        assertThat(on(UP, new Event.Part(Reason.DISCONNECTED)))
                .isEqualTo(Move.to(
                        new Parted(),
                        new Effect.End(PEER, Reason.DISCONNECTED),
                        new Effect.SendBye(70, 5, Reason.DISCONNECTED)));
        assertThat(on(UP, new Event.Bye(5, 70, Reason.LEFT)))
                .isEqualTo(Move.to(new Parted(), new Effect.End(PEER, Reason.LEFT)));
        assertThat(on(ANSWERED, new Event.Part(Reason.DISCONNECTED)))
                .isEqualTo(Move.to(new Parted(), new Effect.SendBye(70, 5, Reason.DISCONNECTED)));
        assertThat(on(OFFERING, new Event.Part(Reason.DISCONNECTED))).isEqualTo(Move.to(new Parted()));
    }

    @Test
    void aFarewellToAnotherSessionEndsNothing() {
        assertThat(on(UP, new Event.Bye(4, 70, Reason.LEFT))).isEqualTo(Move.to(UP));
        assertThat(on(UP, new Event.Bye(5, 69, Reason.LEFT))).isEqualTo(Move.to(UP));
        assertThat(on(OFFERING, new Event.Bye(4, 0, Reason.LEFT))).isEqualTo(Move.to(OFFERING));
    }

    @Test
    void whoHasPartedAnswersNoHelloButThatOfAUser() {
        assertThat(on(new Parted(), new Event.Hello(70)))
                .isEqualTo(Move.to(new Parted(), new Effect.SendBye(70, 0, Reason.DISCONNECTED)));
        assertThat(on(OFFERING, new Event.Bye(5, 0, Reason.DISCONNECTED))).isEqualTo(Move.to(new Parted()));
        assertThat(on(new Parted(), new Event.Hello(70, true)))
                .isEqualTo(Move.to(
                        new Offering(FRESH, Optional.of(70L)),
                        new Effect.SendHello(FRESH),
                        new Effect.SendAck(70, FRESH)));
    }

    @Test
    void aUserThatWantsTheMemberIsNotToldOff() {
        Handshake wanted = new Offering(FRESH, Optional.empty(), true);
        assertThat(on(new Parted(), new Event.Want())).isEqualTo(Move.to(wanted, new Effect.SendHello(FRESH, true)));
        assertThat(on(wanted, new Event.Bye(FRESH, 0, Reason.DISCONNECTED))).isEqualTo(Move.to(wanted));
        assertThat(on(wanted, new Event.Tick())).isEqualTo(Move.to(wanted, new Effect.SendHello(FRESH, true)));
    }

    @Test
    void aPairStaysPartedUntilOneWantsTheOther() {
        for (boolean wantedByWhoParted : List.of(true, false)) {
            HandshakeModel model = HandshakeModel.connected();
            model.b.sendData();
            model.a.part();
            model.settle();
            for (int i = 0; i < 5; i++) {
                model.a.tick();
                model.b.tick();
                model.settle();
            }
            assertThat(model.a.state).isEqualTo(new Parted());
            assertThat(model.b.state).isEqualTo(new Parted());
            assertThat(List.of(model.a.ended, model.b.ended)).containsExactly(1, 1);

            (wantedByWhoParted ? model.a : model.b).want();
            model.settle();

            assertThat(model.together()).isTrue();
        }
    }

    @Test
    void anOfferThatMeetsAFarewellIsNotRepeated() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.a.part();
        model.b.appear();
        model.settle();
        model.b.tick();
        model.settle();

        assertThat(model.b.state).isEqualTo(new Parted());
    }

    // ---- offering

    @Test
    void anOfferIsRepeatedUntilItIsAnswered() {
        assertThat(on(OFFERING, new Event.Tick())).isEqualTo(Move.to(OFFERING, new Effect.SendHello(5)));
        assertThat(on(ANSWERED, new Event.Tick())).isEqualTo(Move.to(ANSWERED, new Effect.SendHello(5)));
        assertThat(on(UP, new Event.Tick())).isEqualTo(Move.to(UP));
    }

    @Test
    void aHelloIsAcknowledged() {
        assertThat(on(OFFERING, new Event.Hello(70))).isEqualTo(Move.to(ANSWERED, new Effect.SendAck(70, 5)));
    }

    @Test
    void aNewerHelloTakesThePlaceOfAnOlderOne() {
        assertThat(on(ANSWERED, new Event.Hello(71)))
                .isEqualTo(Move.to(new Offering(5, Optional.of(71L)), new Effect.SendAck(71, 5)));
        assertThat(on(ANSWERED, new Event.Hello(69))).isEqualTo(Move.to(ANSWERED));
    }

    @Test
    void anAcknowledgedOfferIsASession() {
        assertThat(on(ANSWERED, new Event.Ack(5, 70, PEER)))
                .isEqualTo(Move.to(new Up(5, 70, 0, PEER), new Effect.Begin(5, 70, PEER)));
    }

    @Test
    void anAckFromAMemberWhoseHelloWasNotHeardIsAnswered() {
        Move begun = Move.to(new Up(5, 71, 0, PEER), new Effect.Begin(5, 71, PEER), new Effect.SendAck(71, 5));

        assertThat(on(OFFERING, new Event.Ack(5, 71, PEER))).isEqualTo(begun);
        assertThat(on(ANSWERED, new Event.Ack(5, 71, PEER))).isEqualTo(begun);
    }

    @Test
    void anAckOfAnotherOfferOrFromAnOlderSessionBeginsNothing() {
        assertThat(on(ANSWERED, new Event.Ack(4, 70, PEER))).isEqualTo(Move.to(ANSWERED));
        assertThat(on(ANSWERED, new Event.Ack(5, 69, PEER))).isEqualTo(Move.to(ANSWERED));
    }

    @Test
    void theFirstFrameIsAnAcknowledgementToo() {
        assertThat(on(ANSWERED, new Event.Data(70, 5, 1, PEER)))
                .isEqualTo(Move.to(new Up(5, 70, 1, PEER), new Effect.Begin(5, 70, PEER), new Effect.Deliver()));
    }

    @Test
    void aLaterFrameBeginsNothing() {
        assertThat(on(ANSWERED, new Event.Data(70, 5, 2, PEER)))
                .isEqualTo(Move.to(ANSWERED, new Effect.SendReset(70, 5)));
    }

    @Test
    void aFrameOfAnEarlierSessionIsAnsweredWithItsEnd() {
        assertThat(on(ANSWERED, new Event.Data(70, 4, 1, PEER)))
                .isEqualTo(Move.to(ANSWERED, new Effect.SendReset(70, 4)));
        assertThat(on(OFFERING, new Event.Data(70, 5, 1, PEER)))
                .isEqualTo(Move.to(OFFERING, new Effect.SendReset(70, 5)));
    }

    @Test
    void anOfferEndsWithTheMember() {
        assertThat(on(ANSWERED, new Event.Vanished(Reason.UNREACHABLE))).isEqualTo(Move.to(new Absent()));
        assertThat(on(ANSWERED, new Event.Appeared())).isEqualTo(Move.to(ANSWERED));
        assertThat(on(ANSWERED, new Event.Reset(5, 70))).isEqualTo(Move.to(ANSWERED));
    }

    // ---- up

    @Test
    void framesAreDeliveredInSequence() {
        assertThat(on(UP, new Event.Data(70, 5, 4, PEER)))
                .isEqualTo(Move.to(new Up(5, 70, 4, PEER), new Effect.Deliver()));
    }

    @Test
    void aMissingFrameEndsTheSessionOnBothSides() {
        assertThat(on(UP, new Event.Data(70, 5, 5, PEER)))
                .isEqualTo(Move.to(
                        new Offering(FRESH, Optional.empty()),
                        new Effect.End(PEER, Reason.RENEWED),
                        new Effect.SendReset(70, 5),
                        new Effect.SendHello(FRESH)));
    }

    @Test
    void aFrameThatComesTwiceEndsTheSession() {
        assertThat(on(UP, new Event.Data(70, 5, 3, PEER)).effects()).contains(new Effect.End(PEER, Reason.RENEWED));
    }

    @Test
    void aFrameOfAnotherSessionIsNotDelivered() {
        assertThat(on(UP, new Event.Data(70, 4, 4, PEER))).isEqualTo(Move.to(UP, new Effect.SendReset(70, 4)));
        assertThat(on(UP, new Event.Data(69, 5, 4, PEER))).isEqualTo(Move.to(UP, new Effect.SendReset(69, 5)));
    }

    @Test
    void aHelloThatWasAnsweredIsAnsweredAgain() {
        assertThat(on(UP, new Event.Hello(70))).isEqualTo(Move.to(UP, new Effect.SendAck(70, 5)));
    }

    @Test
    void aNewerHelloEndsTheSession() {
        assertThat(on(UP, new Event.Hello(71)))
                .isEqualTo(Move.to(
                        new Offering(FRESH, Optional.of(71L)),
                        new Effect.End(PEER, Reason.RENEWED),
                        new Effect.SendHello(FRESH),
                        new Effect.SendAck(71, FRESH)));
    }

    @Test
    void anOlderHelloIsIgnored() {
        assertThat(on(UP, new Event.Hello(69))).isEqualTo(Move.to(UP));
    }

    @Test
    void aResetEndsTheSessionItNames() {
        assertThat(on(UP, new Event.Reset(5, 70)))
                .isEqualTo(Move.to(
                        new Offering(FRESH, Optional.empty()),
                        new Effect.End(PEER, Reason.RENEWED),
                        new Effect.SendHello(FRESH)));
        assertThat(on(UP, new Event.Reset(4, 70))).isEqualTo(Move.to(UP));
        assertThat(on(UP, new Event.Reset(5, 69))).isEqualTo(Move.to(UP));
    }

    @Test
    void aSessionEndsWithTheMember() {
        assertThat(on(UP, new Event.Vanished(Reason.UNREACHABLE)))
                .isEqualTo(Move.to(new Absent(), new Effect.End(PEER, Reason.UNREACHABLE)));
        assertThat(on(UP, new Event.Appeared())).isEqualTo(Move.to(UP));
        assertThat(on(UP, new Event.Ack(5, 70, PEER))).isEqualTo(Move.to(UP));
    }

    // ---- two sides

    @Test
    void twoMembersThatSeeEachOtherShareOneSession() {
        HandshakeModel model = HandshakeModel.connected();

        assertThat(model.together()).isTrue();
        assertThat(model.a.begun).isEqualTo(1);
        assertThat(model.b.begun).isEqualTo(1);
    }

    @Test
    void aMemberWhoseViewComesLaterIsWaitedFor() {
        HandshakeModel model = new HandshakeModel(0);
        model.a.appear();
        model.settle();
        model.a.tick();
        model.settle();
        assertThat(model.together()).isFalse();

        model.b.appear();
        model.settle();

        assertThat(model.together()).isTrue();
        assertThat(model.a.begun + model.b.begun).isEqualTo(2);
    }

    @Test
    void anExclusionThatTheOtherNeverSeesEndsItsSessionToo() {
        HandshakeModel model = HandshakeModel.connected();

        model.a.vanish();
        model.a.appear();
        model.settle();

        assertThat(model.a.ended).isEqualTo(1);
        assertThat(model.b.ended).isEqualTo(1);
        model.calmDownAndTalk();
    }

    @Test
    void framesSentToAMemberThatHasExcludedTheSenderAreNotTakenForTheNextSession() {
        HandshakeModel model = HandshakeModel.connected();
        model.a.vanish();
        model.b.sendData();
        model.b.sendData();
        model.a.appear();

        model.calmDownAndTalk();

        assertThat(model.b.ended).isEqualTo(1);
    }

    @Test
    void exclusionsAtDifferentTimesEndOneSessionOnEachSide() {
        HandshakeModel model = HandshakeModel.connected();
        model.a.vanish();
        model.b.sendData();
        model.settle();
        model.a.appear();
        model.b.vanish();
        model.settle();
        model.b.appear();

        model.calmDownAndTalk();

        assertThat(model.a.ended).isEqualTo(1);
        assertThat(model.b.ended).isEqualTo(1);
    }

    @Test
    void aSessionThatOnlyOneSideHasSeenBeginEndsWhenTheOtherStartsAnew() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.b.appear();
        model.a.receive();
        model.b.receive();
        model.b.receive();
        assertThat(model.b.session).isPresent();
        assertThat(model.a.session).isEmpty();

        model.a.vanish();
        model.a.loseAll();
        model.calmDownAndTalk();

        assertThat(model.b.ended).isEqualTo(1);
        assertThat(model.a.ended).isZero();
    }

    @Test
    void aLostHelloIsRepeated() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.b.appear();
        model.a.loseAll();
        model.b.loseAll();

        model.calmDownAndTalk();
    }

    @Test
    void aLostAckIsRepeated() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.b.appear();
        model.a.receive();
        model.b.receive();
        model.b.receive();
        assertThat(model.b.session).isPresent();

        model.a.loseAll();
        model.a.tick();
        model.settle();

        assertThat(model.together()).isTrue();
        assertThat(model.b.ended).isZero();
    }

    @Test
    void dataAfterALostAckIsDelivered() {
        HandshakeModel model = new HandshakeModel(1000);
        model.a.appear();
        model.b.appear();
        model.a.receive();
        model.b.receive();
        model.b.receive();
        model.a.loseAll();

        model.b.sendData();
        model.a.receive();

        assertThat(model.together()).isTrue();
        assertThat(model.a.delivered).isEqualTo(1);
    }

    @Test
    void aFrameLostWhileBothStayInViewEndsTheSessionOnBothSides() {
        HandshakeModel model = HandshakeModel.connected();
        Pair first = model.a.session.orElseThrow();

        model.a.sendData();
        model.a.sendData();
        model.b.loseOne();
        model.calmDownAndTalk();

        assertThat(model.a.ended).isEqualTo(1);
        assertThat(model.b.ended).isEqualTo(1);
        assertThat(model.a.session).isPresent().isNotEqualTo(Optional.of(first));
    }

    @Test
    void aResetThatIsLostTooDoesNotKeepTheOtherSideUp() {
        HandshakeModel model = HandshakeModel.connected();
        model.a.sendData();
        model.a.sendData();
        model.b.loseOne();
        model.b.receive();
        assertThat(model.b.ended).isEqualTo(1);

        model.a.loseAll();
        model.calmDownAndTalk();

        assertThat(model.a.ended).isEqualTo(1);
    }

    /// The engine's contract: frames are lost only when a view changes on one of the sides.
    @Test
    void sessionsSurviveAnyOrderOfViewsAndLossesAtViewChanges() {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, false);
        }
    }

    /// More than the engine's contract allows: any frame may be lost at any time.
    @Test
    void sessionsSurviveAnyLoss() {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, true);
        }
    }

    private static void run(long seed, boolean lossy) {
        SplittableRandom random = new SplittableRandom(seed);
        HandshakeModel model = new HandshakeModel(random.nextInt(3) * 40L);
        try {
            for (int step = 0; step < STEPS; step++) {
                step(model, random, lossy);
            }
            model.calmDownAndTalk();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + (lossy ? ", lossy: " : ": ") + e.getMessage(), e);
        }
    }

    private static void step(HandshakeModel model, SplittableRandom random, boolean lossy) {
        Side side = random.nextBoolean() ? model.a : model.b;
        switch (random.nextInt(lossy ? 19 : 18)) {
            case 0, 1, 2, 3, 4, 5 -> side.receive();
            case 6, 7, 8, 9 -> side.sendData();
            case 10, 11 -> side.tick();
            case 12, 13 -> side.appear();
            case 14 -> side.vanish();
            case 15 -> {
                side.vanish();
                lose(model, random.nextInt(4));
            }
            case 16 -> side.part();
            case 17 -> side.want();
            default -> side.loseOne();
        }
    }

    private static void lose(HandshakeModel model, int which) {
        if ((which & 1) != 0) {
            model.a.loseAll();
        }
        if ((which & 2) != 0) {
            model.b.loseAll();
        }
    }
}
