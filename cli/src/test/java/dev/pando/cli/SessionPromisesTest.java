package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.testkit.Verdict;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is sound is not accused, and each broken promise is named.
final class SessionPromisesTest {

    private static final Pid ANN = new Pid(NodeName.of("a"), 1, 4);
    private static final Pid BOB = new Pid(NodeName.of("b"), 1, 4);

    private final SessionNotes ann = new SessionNotes(ANN, 0);
    private final SessionNotes bob = new SessionNotes(BOB, 0);
    private long nanos;

    @BeforeEach
    void bothAreUp() {
        up(ann, BOB);
        up(bob, ANN);
    }

    private static void up(SessionNotes who, Pid other) {
        who.up(new NodeUp(other.node(), other.incarnation()));
    }

    private static void down(SessionNotes who, Pid other) {
        who.down(new NodeDown(other.node(), other.incarnation(), NodeDown.Reason.UNREACHABLE));
    }

    private void bothBeginAnew() {
        down(ann, BOB);
        down(bob, ANN);
        bothAreUp();
    }

    /// Ann sends a word.
    private int say() {
        return ann.sends(BOB.node(), ++nanos);
    }

    private int sayForSure() {
        int number = say();
        ann.settle();
        return number;
    }

    private List<String> never() {
        return SessionPromises.never(List.of(ann, bob)).violations();
    }

    @Test
    void whatIsLostWithASessionIsNoneMissing() {
        bob.hears(ANN, sayForSure());
        sayForSure();
        bothBeginAnew();
        bob.hears(ANN, sayForSure());

        assertThat(never()).isEmpty();
        assertThat(SessionPromises.nothingUnderWay(List.of(ann, bob))).isEqualTo(Verdict.sound());
        assertThat(SessionPromises.reachEachOther(List.of(ann, bob), 0).violations())
                .containsExactly(ANN + " hears nothing of " + BOB + " any more");
    }

    /// The news of a new session may lie in the mailbox of who sends in it.
    @Test
    void whatIsSentBeforeTheNewsOfASessionAreReadMayBeOfEither() {
        bob.hears(ANN, sayForSure());
        int word = say();
        bothBeginAnew();
        ann.settle();
        bob.hears(ANN, word);

        assertThat(never()).isEmpty();
    }

    @Test
    void aWordOfAnEarlierSessionIsNamed() {
        bob.hears(ANN, sayForSure());
        int word = sayForSure();
        bothBeginAnew();
        bob.hears(ANN, word);

        assertThat(never())
                .containsExactly(BOB + " hears word 2 of " + ANN + ", of an earlier session, in a later one");
    }

    @Test
    void wordsOfTwoSessionsInOneAreNamed() {
        int word = sayForSure();
        bothBeginAnew();
        bob.hears(ANN, word);
        bob.hears(ANN, sayForSure());

        assertThat(never())
                .containsExactly(BOB + " hears word 1 of " + ANN + ", of an earlier session, in a later one");
    }

    @Test
    void aWordThatComesTwiceOrOutOfOrderIsNamed() {
        sayForSure();
        sayForSure();
        bob.hears(ANN, 1);
        bob.hears(ANN, 2);
        bob.hears(ANN, 2);
        bob.hears(ANN, 1);

        assertThat(never())
                .containsExactly(
                        BOB + " hears word 2 of " + ANN + " after word 2",
                        BOB + " hears word 1 of " + ANN + " after word 2");
    }

    @Test
    void aWordThatIsMissingWithinASessionIsNamed() {
        sayForSure();
        sayForSure();
        bob.hears(ANN, sayForSure());

        assertThat(never())
                .containsExactly(
                        BOB + " misses word 1 of " + ANN + ", and hears word 3 of the same session",
                        BOB + " misses word 2 of " + ANN + ", and hears word 3 of the same session");
    }

    @Test
    void aWordThatNeverComesThoughItsSessionLivesIsNamed() {
        bob.hears(ANN, sayForSure());
        sayForSure();

        assertThat(never()).isEmpty();
        assertThat(SessionPromises.nothingUnderWay(List.of(ann, bob)).violations())
                .containsExactly(BOB + " misses word 2 of " + ANN + ", whose session lives");
    }

    @Test
    void aWordOfANodeThatIsDownIsNamed() {
        int word = sayForSure();
        down(bob, ANN);
        bob.hears(ANN, word);

        assertThat(never()).contains(BOB + " hears word 1 of " + ANN + ", which it was told is down");
    }

    @Test
    void aWordOfAnotherStartIsNamed() {
        int word = sayForSure();
        down(bob, ANN);
        bob.up(new NodeUp(ANN.node(), 2));
        bob.hears(ANN, word);

        assertThat(never()).contains(BOB + " hears word 1 of " + ANN + ", while another start of that node is up");
    }

    @Test
    void whatIsToldTwiceIsNamed() {
        up(ann, BOB);
        down(ann, BOB);
        down(ann, BOB);

        assertThat(never())
                .containsExactly(
                        ANN + " is told twice that b@localhost is up", ANN + " is told twice that b@localhost is down");
    }

    @Test
    void aMonitorThatTellsOfTheEndOfItsSessionOnceIsSound() {
        ann.binds(BOB.node(), "ref", "a monitor");
        ann.settle();
        ann.fires(BOB.node(), "ref");
        bothBeginAnew();

        assertThat(never()).isEmpty();
    }

    @Test
    void aMonitorThatTellsAtAnotherTimeOrNeverIsNamed() {
        ann.binds(BOB.node(), "late", "a monitor");
        ann.binds(BOB.node(), "twice", "a link");
        ann.settle();
        ann.fires(BOB.node(), "twice");
        ann.fires(BOB.node(), "twice");
        assertThat(never())
                .containsExactly(
                        ANN + " is told 2 times of the end of a link to b@localhost",
                        ANN + " is told of the end of a link to b@localhost, whose session lives");

        down(ann, BOB);
        ann.fires(BOB.node(), "late");
        assertThat(never())
                .containsExactly(
                        ANN + " is not told of the end of a monitor to b@localhost with its session",
                        ANN + " is told 2 times of the end of a link to b@localhost");
    }

    @Test
    void aLinkThatNeverToldIsNamedAlsoWhenThereIsAnotherOne() {
        ann.binds(BOB.node(), BOB, "a link");
        ann.settle();
        bothBeginAnew();
        ann.binds(BOB.node(), BOB, "a link");
        ann.settle();
        ann.fires(BOB.node(), BOB);
        bothBeginAnew();

        assertThat(never()).containsExactly(ANN + " is not told of the end of a link to b@localhost with its session");
    }
}
