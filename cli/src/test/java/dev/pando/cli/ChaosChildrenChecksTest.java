package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosChildrenSnapshot.Acked;
import dev.pando.cli.ChaosChildrenSnapshot.Found;
import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.cli.ChaosChildrenSnapshot.Order;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import dev.pando.horde.Child;
import dev.pando.horde.ChildState;
import dev.pando.horde.SupervisorStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Each kind of wrong state is found, and named.
final class ChaosChildrenChecksTest {

    private static final String ID = "w-1";
    private static final Pid ONE = new Pid(NodeName.of("a"), 1, 11);
    private static final Pid OTHER = new Pid(NodeName.of("b"), 2, 22);
    private static final SupervisorStatus SOUND = new SupervisorStatus(2, 1, 0, 0, 0, true);

    private final Map<String, ChaosChildrenSnapshot> nodes = new TreeMap<>();
    private final List<Child> listed = new ArrayList<>(List.of(child(ONE, ChildState.RUNNING)));

    private Set<String> living = Set.of(ID);
    private Map<String, Life> kept = Map.of();
    private Map<String, Order> ended = Map.of();
    private Set<String> contested = Set.of();
    private SupervisorStatus status = SOUND;
    private long acked;
    private boolean certain = true;

    private static Child child(Pid pid, ChildState state) {
        return new Child(ID, pid.node(), state, Optional.of(pid), 0);
    }

    private static Life life(Pid pid, long millis, long count) {
        return life(pid, millis, Optional.of(count), true, List.of(), false);
    }

    private static Life lost(Pid pid, long millis, Pid... winners) {
        return life(pid, millis, Optional.empty(), false, List.of(winners), false);
    }

    private static Life life(
            Pid pid, long millis, Optional<Long> count, boolean alive, List<Pid> winners, boolean stopped) {
        Token token = new Token(millis << 16, pid.node(), pid.incarnation());
        return new Life(ID, pid, token, alive, !alive, count, winners, stopped);
    }

    private void node(String name, List<Life> lives, Pid... found) {
        nodes.put(
                name,
                new ChaosChildrenSnapshot(
                        1,
                        lives,
                        List.of(found).stream().map(pid -> new Found(ID, pid)).toList(),
                        listed,
                        Optional.of(status),
                        List.of(new Acked(ONE, acked)),
                        List.of(),
                        0,
                        0,
                        List.of()));
    }

    private void sound() {
        node("a", List.of(life(ONE, 50, 7)), ONE);
        node("b", List.of(), ONE);
    }

    private List<String> now() {
        return ChaosChildrenChecks.now(nodes, new ChaosOwed(kept, living, contested, ended, certain, Set.of()));
    }

    private List<String> logged(String... terminated) {
        return ChaosChildrenChecks.logged(nodes, Set.of(terminated));
    }

    private void terminated() {
        living = Set.of();
        ended = Map.of(ID, new Order(ChaosAsk.What.TERMINATE, ID, 40, Optional.empty()));
    }

    @Test
    void whatIsAsItShouldBeIsNoFault() {
        kept = Map.of(ID, life(ONE, 50, 7));
        contested = Set.of(ID);
        acked = 3;
        node("a", List.of(life(ONE, 50, 7)), ONE);
        node("b", List.of(lost(OTHER, 60, ONE)), ONE);

        assertThat(now()).isEmpty();
        assertThat(logged()).isEmpty();
    }

    @Test
    void aChildThatIsLostIsAFault() {
        listed.clear();
        node("a", List.of());

        assertThat(now()).contains("w-1 is lost: nobody lives that has it");
    }

    @Test
    void twoProcessesOfOneChildAreAFault() {
        node("a", List.of(life(ONE, 50, 7)), ONE);
        node("b", List.of(life(OTHER, 60, 0)), ONE);

        assertThat(now()).containsExactly("w-1 has 2 owners: [" + ONE + ", " + OTHER + "]");
    }

    @Test
    void aNodeThatFindsAnotherIsAFault() {
        node("a", List.of(life(ONE, 50, 7)), ONE);
        node("b", List.of(), OTHER);

        assertThat(now()).containsExactly("b takes " + OTHER + " for the owner of w-1; it is " + ONE);
    }

    @Test
    void aChildThatWasTerminatedAndLivesIsAFault() {
        terminated();
        sound();

        assertThat(now()).containsExactly("w-1 lives as " + ONE + "; it was terminated");
    }

    @Test
    void whereOthersMayHaveClaimedItOnlyAnOlderClaimIsAFault() {
        terminated();
        certain = false;
        sound();

        assertThat(now()).isEmpty();

        ended = Map.of(ID, new Order(ChaosAsk.What.TERMINATE, ID, 51, Optional.empty()));
        assertThat(now()).containsExactly("w-1 lives as " + ONE + "; it was terminated");
    }

    @Test
    void aChildThatNobodyHasStartedIsAFault() {
        living = Set.of();
        sound();

        assertThat(now()).containsExactly("w-1 lives as " + ONE + "; nobody has started it");
    }

    @Test
    void aNodeThatListsAnythingElseIsAFault() {
        listed.set(0, child(ONE, ChildState.CRASHED));
        status = new SupervisorStatus(1, 1, 0, 0, 0, true);
        node("a", List.of(life(ONE, 50, 7)), ONE);

        assertThat(now())
                .containsExactly("a was told of " + child(ONE, ChildState.CRASHED) + " for w-1; it lives as " + ONE);
    }

    @Test
    void aNodeThatListsAChildThatDoesNotLiveIsAFault() {
        living = Set.of();
        status = new SupervisorStatus(1, 1, 0, 0, 0, true);
        node("a", List.of());

        assertThat(now()).containsExactly("a was told of " + child(ONE, ChildState.RUNNING) + "; it does not live");
    }

    @Test
    void aChildThatTwoNodesListIsAFault() {
        listed.addFirst(child(OTHER, ChildState.RUNNING));
        sound();

        assertThat(now())
                .containsExactly(
                        "w-1 was listed to a by more than one node", "w-1 was listed to b by more than one node");
    }

    @Test
    void aChildThatCrashedAndANodeThatIsMissingAreAFault() {
        status = new SupervisorStatus(1, 1, 0, 1, 0, true);
        sound();

        assertThat(now())
                .containsExactly("a counts " + status + " among 2 nodes", "b counts " + status + " among 2 nodes");
    }

    @Test
    void aSurvivorThatChangedHandsIsAFault() {
        kept = Map.of(ID, life(OTHER, 40, 7));
        sound();

        assertThat(now()).containsExactly("w-1 changed hands from " + OTHER + " to " + ONE);
    }

    @Test
    void aSurvivorThatBeganAnewIsAFault() {
        kept = Map.of(ID, life(ONE, 50, 8));
        sound();

        assertThat(now()).containsExactly("w-1 at " + ONE + " had counted 8, and 7 now");
    }

    @Test
    void aCallThatWasAnsweredAndIsForgottenIsAFault() {
        acked = 4;
        sound();

        assertThat(now()).containsExactly("w-1 at " + ONE + " answered 8 calls; it counts 7");
    }

    @Test
    void ofThoseThatWereStartedOnBothSidesTheOldestMustStay() {
        contested = Set.of(ID);
        node("a", List.of(life(ONE, 50, 7)), ONE);
        node("b", List.of(lost(OTHER, 40, ONE)), ONE);

        assertThat(now()).containsExactly("w-1 stays with " + ONE + "; " + OTHER + " was started before it");
    }

    @Test
    void whoIsToldTwiceIsAFault() {
        node("b", List.of(lost(OTHER, 60, ONE, ONE)), ONE);

        assertThat(logged()).containsExactly(OTHER + " was told 2 times that it has lost w-1");
    }

    @Test
    void whoEndsWithoutAWordIsAFault() {
        node("b", List.of(lost(OTHER, 60)), ONE);

        assertThat(logged()).containsExactly(OTHER + ", which lived w-1, has ended; it was not told why");
    }

    @Test
    void whoIsStoppedThoughNobodyTerminatedItIsAFault() {
        node("b", List.of(life(OTHER, 60, Optional.empty(), false, List.of(), true)), ONE);

        assertThat(logged()).containsExactly(OTHER + ", which lived w-1, was stopped; nobody has terminated it");
        assertThat(logged(ID)).isEmpty();
    }
}
