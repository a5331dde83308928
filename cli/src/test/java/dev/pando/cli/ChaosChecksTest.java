package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosSnapshot.Arm;
import dev.pando.cli.ChaosSnapshot.Downs;
import dev.pando.cli.ChaosSnapshot.Ended;
import dev.pando.cli.ChaosSnapshot.Heard;
import dev.pando.cli.ChaosSnapshot.Run;
import dev.pando.cli.ChaosSnapshot.Told;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each check, what it lets pass and what it finds.
final class ChaosChecksTest {

    private static final Set<String> REASONS = Set.of("UNREACHABLE", "RENEWED");

    // ---- messages

    private static Told told(long epoch, long sent, long certain, boolean over) {
        return new Told("b", 2, epoch, sent, certain, over);
    }

    private static Heard heard(boolean over, Run... runs) {
        return new Heard("a", 1, over, List.of(runs));
    }

    private static Run run(long epoch, long first, long last) {
        return new Run(epoch, first, last);
    }

    private static List<String> signals(List<Told> told, Heard... heard) {
        return ChaosChecks.signals("a", sender(told), "b", receiver(heard));
    }

    private static ChaosSnapshot sender(List<Told> told) {
        return new ChaosSnapshot(1, List.of(), told, List.of(), List.of(), List.of(), List.of(), 0, List.of());
    }

    private static ChaosSnapshot receiver(Heard... heard) {
        return new ChaosSnapshot(
                2, List.of(heard), List.of(), List.of(), List.of(), List.of(), List.of(), 0, List.of());
    }

    @Test
    void whatIsLostAtTheEndOfASessionIsNoFault() {
        assertThat(signals(
                        List.of(told(1, 90, 90, true), told(2, 40, 40, false)),
                        heard(true, run(1, 1, 50)),
                        heard(false, run(2, 1, 41))))
                .isEmpty();
    }

    @Test
    void aMessageThatWasSentWhileTheSessionEndedMayComeInTheNext() {
        assertThat(signals(
                        List.of(told(1, 51, 50, true), told(2, 40, 40, false)),
                        heard(true, run(1, 1, 48)),
                        heard(false, run(1, 51, 51), run(2, 1, 40))))
                .isEmpty();
    }

    @Test
    void aLostMessageIsFound() {
        assertThat(signals(List.of(told(1, 9, 9, false)), heard(false, run(1, 1, 4), run(1, 6, 9))))
                .last()
                .asString()
                .contains("message 6 of epoch 1 came after message 4 of epoch 1");
    }

    @Test
    void aDoubledMessageIsFound() {
        assertThat(signals(List.of(told(1, 5, 5, false)), heard(false, run(1, 1, 4), run(1, 4, 5))))
                .last()
                .asString()
                .contains("message 4 of epoch 1 came after message 4 of epoch 1");
    }

    @Test
    void aLostBeginningIsFound() {
        assertThat(signals(List.of(told(1, 9, 3, false)), heard(false, run(1, 4, 9))))
                .singleElement()
                .asString()
                .contains("what was before it is lost");
    }

    @Test
    void aMessageOfAnEarlierSessionIsFound() {
        assertThat(signals(
                        List.of(told(1, 60, 60, true), told(2, 40, 40, false)),
                        heard(true, run(1, 1, 50)),
                        heard(false, run(1, 51, 60), run(2, 1, 40))))
                .singleElement()
                .asString()
                .contains("message 51 of epoch 1 came in a later session");
    }

    @Test
    void anEpochThatGoesOnInAnotherSessionIsFound() {
        assertThat(signals(List.of(told(1, 60, 60, false)), heard(true, run(1, 1, 50)), heard(false, run(1, 51, 60))))
                .isNotEmpty();
    }

    @Test
    void messagesFlowWhenTheLastHasCome() {
        Told last = told(2, 40, 40, false);

        assertThat(ChaosChecks.isHeard("a", last, receiver(heard(false, run(2, 1, 40)))))
                .isTrue();
        assertThat(ChaosChecks.isHeard("a", last, receiver(heard(false, run(2, 1, 39)))))
                .isFalse();
        assertThat(ChaosChecks.isHeard("a", last, receiver(heard(true, run(2, 1, 40)))))
                .isFalse();
        assertThat(ChaosChecks.isHeard("a", last, receiver(heard(false, run(1, 1, 99)))))
                .isFalse();
        assertThat(ChaosChecks.isHeard("a", last, receiver(heard(false)))).isFalse();
    }

    // ---- links and monitors

    private static Arm spent() {
        return new Arm("b", 2, true, true, true, 1, 1, "");
    }

    private static Arm live() {
        return new Arm("b", 2, true, true, false, 0, 0, "");
    }

    private static List<String> links(int downs, int exitsThere, Arm... arms) {
        ChaosSnapshot peer = new ChaosSnapshot(
                2,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Ended("a", 1, exitsThere)),
                List.of(),
                0,
                List.of());
        return ChaosChecks.links("a", watcher(downs, arms), "b", peer);
    }

    private static ChaosSnapshot watcher(int downs, Arm... arms) {
        return new ChaosSnapshot(
                1,
                List.of(),
                List.of(),
                List.of(arms),
                List.of(new Downs("b", downs)),
                List.of(),
                List.of(),
                0,
                List.of());
    }

    @Test
    void aLinkThatFiredOnceOnBothSidesIsSound() {
        assertThat(links(1, 1, spent(), live())).isEmpty();
    }

    @Test
    void aLinkThatTheOtherSideMayNotHaveKnownNeedNotEndThere() {
        assertThat(links(1, 0, new Arm("b", 2, false, true, true, 1, 1, ""), live()))
                .isEmpty();
    }

    @Test
    void aMonitorThatFiresTwiceIsFound() {
        assertThat(links(1, 1, new Arm("b", 2, true, true, true, 2, 1, ""), live()))
                .isNotEmpty();
    }

    @Test
    void aLinkThatDoesNotFireIsFound() {
        assertThat(links(1, 0, new Arm("b", 2, true, true, true, 1, 0, ""), live()))
                .isNotEmpty();
        assertThat(links(1, 0, new Arm("b", 2, true, true, true, 0, 0, ""))).isNotEmpty();
    }

    @Test
    void aLinkThatFiresWithoutNeedIsFound() {
        assertThat(links(0, 1, new Arm("b", 2, true, true, false, 1, 1, ""), live()))
                .singleElement()
                .asString()
                .contains("links fired 1 times more than the node went down");
    }

    @Test
    void aWrongReasonIsFound() {
        assertThat(links(1, 1, new Arm("b", 2, true, true, true, 1, 1, "Killed[]"), live()))
                .singleElement()
                .asString()
                .contains("fired with Killed[]");
    }

    @Test
    void anEndThatTheOtherSideDidNotSeeOrSawTwiceIsFound() {
        assertThat(links(1, 0, spent(), live()))
                .singleElement()
                .asString()
                .contains("1 links that ended here were known there and did not end");
        assertThat(links(1, 2, spent(), live()))
                .singleElement()
                .asString()
                .contains("1 links ended there and not here");
    }

    @Test
    void aLinkThatCannotBeMadeAgainIsFound() {
        assertThat(isLinked(spent(), live())).isTrue();
        assertThat(isLinked(spent())).isFalse();
        assertThat(isLinked(new Arm("b", 2, false, true, false, 0, 0, ""))).isFalse();
        assertThat(isLinked(new Arm("c", 3, true, true, false, 0, 0, ""))).isFalse();
    }

    private static boolean isLinked(Arm... arms) {
        return ChaosChecks.isLinked(watcher(0, arms), "b");
    }

    // ---- what was found before

    @Test
    void aFaultIsFoundInTheSameWordsWhateverElseComes() {
        Arm bad = new Arm("b", 2, true, true, true, 2, 1, "");
        List<String> before = links(1, 0, bad, live());
        assertThat(ChaosChecks.added(links(2, 1, bad, spent(), live()), before)).isEmpty();

        List<String> lost = signals(List.of(told(1, 9, 9, false)), heard(false, run(1, 2, 4), run(1, 6, 9)));
        assertThat(ChaosChecks.added(
                        signals(
                                List.of(told(1, 90, 90, true), told(2, 5, 5, false)),
                                heard(true, run(1, 2, 4), run(1, 6, 90)),
                                heard(false, run(2, 1, 5))),
                        lost))
                .isEmpty();
    }

    @Test
    void anotherFaultOfTheSameKindIsNew() {
        Arm bad = new Arm("b", 2, true, true, true, 2, 1, "");

        assertThat(ChaosChecks.added(links(2, 2, bad, bad, live()), links(1, 1, bad, live())))
                .singleElement()
                .asString()
                .contains("a monitor fired 2 times");
        assertThat(ChaosChecks.added(links(2, 0, spent(), spent(), live()), links(1, 0, spent(), live())))
                .containsExactly("a→b: 2 links that ended here were known there and did not end");
    }

    // ---- node events

    private static Event up(long incarnation) {
        return new Event("a", 1, "b", incarnation, true, "", 0);
    }

    private static Event down(long incarnation, String reason) {
        return new Event("a", 1, "b", incarnation, false, reason, 0);
    }

    @Test
    void comingAndGoingInTurnsIsSound() {
        assertThat(ChaosChecks.events(List.of(up(1), down(1, "UNREACHABLE"), up(2)), 0, REASONS))
                .isEmpty();
    }

    @Test
    void comingTwiceIsFound() {
        assertThat(ChaosChecks.events(List.of(up(1), up(1)), 1, REASONS))
                .singleElement()
                .asString()
                .contains("two events in turn");
    }

    @Test
    void goingWithoutHavingComeIsFound() {
        assertThat(ChaosChecks.events(List.of(down(1, "UNREACHABLE")), 0, REASONS))
                .hasSize(1);
    }

    @Test
    void theEndOfAnotherStartIsFound() {
        assertThat(ChaosChecks.events(List.of(up(1), down(2, "UNREACHABLE")), 0, REASONS))
                .singleElement()
                .asString()
                .contains("another start");
    }

    @Test
    void aReasonThatCannotBeIsFound() {
        assertThat(ChaosChecks.events(List.of(up(1), down(1, "LEFT")), 0, REASONS))
                .singleElement()
                .asString()
                .contains("LEFT");
    }

    @Test
    void whatWasFoundBeforeIsNotFoundAgain() {
        assertThat(ChaosChecks.events(List.of(up(1), up(1), down(1, "RENEWED")), 2, REASONS))
                .isEmpty();
    }
}
