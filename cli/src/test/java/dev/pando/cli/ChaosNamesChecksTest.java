package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosNamesSnapshot.Found;
import dev.pando.cli.ChaosNamesSnapshot.Held;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Each kind of wrong state is found, and named with its node.
final class ChaosNamesChecksTest {

    private static final Pid ONE = new Pid(NodeName.of("a"), 1, 11);
    private static final Pid OTHER = new Pid(NodeName.of("b"), 2, 22);

    private final Map<String, ChaosNamesSnapshot> nodes = new TreeMap<>();

    private static Held held(String key, Pid pid, long stamp, Pid... winners) {
        return held(key, pid, stamp, Held.State.LASTS, winners.length == 0, winners);
    }

    private static Held held(String key, Pid pid, long stamp, Held.State state, boolean alive, Pid... winners) {
        Token token = new Token(stamp, pid.node(), pid.incarnation());
        return new Held(key, pid, Optional.of(token), 5, state, alive, List.of(winners));
    }

    private void node(String name, List<Held> held, Found... found) {
        node(name, held, List.of(found), found.length, List.of(found));
    }

    private void node(String name, List<Held> held, List<Found> found, int count, List<Found> heard) {
        nodes.put(name, new ChaosNamesSnapshot(1, held, found, count, heard, 9, List.of()));
    }

    private static Found found(String key, Pid pid) {
        return new Found(key, pid, 5);
    }

    private List<String> now() {
        return ChaosNamesChecks.now(nodes);
    }

    private List<String> logged() {
        List<String> logged = new ArrayList<>();
        nodes.forEach((name, snapshot) -> logged.addAll(ChaosNamesChecks.logged(name, snapshot)));
        return logged;
    }

    @Test
    void whatIsAsItShouldBeIsNoFault() {
        Held lost = held("k", OTHER, 70, ONE);
        Held givenUp = held("gone", OTHER, 60, Held.State.GIVEN_UP, true);
        node("a", List.of(held("k", ONE, 50)), found("k", ONE));
        node("b", List.of(lost, givenUp), found("k", ONE));

        assertThat(now()).isEmpty();
        assertThat(logged()).isEmpty();
        assertThat(ChaosNamesChecks.conflicts(nodes)).isEmpty();
    }

    @Test
    void aLivingHolderThatIsNotFoundIsAFault() {
        node("a", List.of(held("k", ONE, 50)), found("k", ONE));
        node("b", List.of());

        assertThat(now()).containsExactly("b takes nobody for the owner of k; it is " + ONE);
    }

    @Test
    void twoHoldersOfOneKeyAreAFault() {
        node("a", List.of(held("k", ONE, 50)), found("k", ONE));
        node("b", List.of(held("k", OTHER, 60)), found("k", OTHER));

        assertThat(now()).containsExactly("k has 2 owners: [" + ONE + ", " + OTHER + "]");
    }

    @Test
    void aNameOfAProcessThatDoesNotHoldItIsAFault() {
        node("a", List.of(held("k", ONE, 50, Held.State.GIVEN_UP, true)));
        node("b", List.of(), found("k", ONE));

        assertThat(now()).containsExactly("b takes " + ONE + " for the owner of k; it does not live");
    }

    @Test
    void anotherValueThanTheHoldersIsAFault() {
        node("a", List.of(held("k", ONE, 50)), found("k", ONE));
        node("b", List.of(), new Found("k", ONE, 4));

        assertThat(now()).containsExactly("b takes 4 for the value of k; it is 5");
    }

    @Test
    void aCountThatIsNotThatOfTheNamesIsAFault() {
        node("a", List.of(held("k", ONE, 50)), List.of(found("k", ONE)), 2, List.of(found("k", ONE)));

        assertThat(now()).containsExactly("a counts 2 names, and finds 1");
    }

    @Test
    void aCopyThatIsNotLikeTheRegistryIsAFault() {
        node(
                "a",
                List.of(held("k", ONE, 50)),
                List.of(found("k", ONE)),
                1,
                List.of(found("k", OTHER), found("l", ONE)));

        assertThat(now())
                .containsExactly(
                        "a listener on a has " + OTHER + " for k; it finds " + ONE,
                        "a listener on a has " + ONE + " for l; it finds nobody");
    }

    @Test
    void whoIsToldTwiceIsAFault() {
        node("b", List.of(held("k", OTHER, 70, ONE, ONE)));

        assertThat(logged()).containsExactly("b: " + OTHER + " was told 2 times that it has lost k");
    }

    @Test
    void whoEndsWithoutAWordIsAFault() {
        node("b", List.of(held("k", OTHER, 70, Held.State.LASTS, false)));

        assertThat(logged())
                .containsExactly(
                        "b: " + OTHER + ", which held k, has ended; it was not told of a loss, and nobody ended it");
    }

    @Test
    void whatANodeHasWrittenDownIsAFault() {
        nodes.put("a", new ChaosNamesSnapshot(1, List.of(), List.of(), 0, List.of(), 0, List.of("so")));

        assertThat(logged()).containsExactly("a: so");
    }

    @Test
    void whoLosesToAYoungerClaimIsAFault() {
        node("a", List.of(held("k", ONE, 50, OTHER)));
        node("b", List.of(held("k", OTHER, 60)));

        assertThat(ChaosNamesChecks.conflicts(nodes))
                .containsExactly("a@localhost: " + ONE + " lost k to a younger claim, that of " + OTHER);
    }

    @Test
    void whenEachLosesToTheOtherOneOfThemLostToAYoungerClaim() {
        node("a", List.of(held("k", ONE, 50, OTHER)));
        node("b", List.of(held("k", OTHER, 60, ONE)));

        assertThat(ChaosNamesChecks.conflicts(nodes)).hasSize(1);
    }
}
