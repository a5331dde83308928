package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a node may do by whom it sees, without any process.
class QuorumTest {

    private static final long SECOND = 1_000_000_000;
    private static final NodeName A = name(0);
    private static final NodeName B = name(1);
    private static final NodeName C = name(2);
    private static final NodeName X = NodeName.of("x");
    private static final Owner GONE = new Owner(X, 1);

    private static NodeName name(int i) {
        return NodeName.of("v" + i);
    }

    private static Quorum of(int voters) {
        return Quorum.of(IntStream.range(0, voters).mapToObj(QuorumTest::name).toArray(NodeName[]::new));
    }

    /// The nodes of the bits that are set: voters, and two more that are none.
    private static Set<NodeName> side(int bits, int nodes) {
        Set<NodeName> side = new TreeSet<>();
        IntStream.range(0, nodes).filter(i -> (bits & (1 << i)) != 0).forEach(i -> side.add(name(i)));
        return side;
    }

    // ---- who has the majority

    /// All ways to part so many voters and two other nodes in two sides.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void ofTwoSidesOneAtMostMayPlace(int voters) {
        Quorum quorum = of(voters);
        int nodes = voters + 2;
        for (int bits = 0; bits < 1 << nodes; bits++) {
            Set<NodeName> side = side(bits, nodes);
            Set<NodeName> other = side(~bits, nodes);

            boolean evenly = side.stream().filter(quorum.voters()::contains).count() * 2 == voters;

            assertThat(quorum.isMetBy(side) && quorum.isMetBy(other)).isFalse();
            assertThat(quorum.isMetBy(side) || quorum.isMetBy(other)).isEqualTo(!evenly);
        }
    }

    @Test
    void withoutAnyVoterNobodyMayPlace() {
        assertThat(of(3).isMetBy(List.of())).isFalse();
        assertThat(of(3).isMetBy(List.of(X, NodeName.of("y"), NodeName.of("z"))))
                .isFalse();
    }

    @Test
    void halfOfAnEvenNumberIsNotEnough() {
        assertThat(of(4).majority()).isEqualTo(3);
        assertThat(of(4).isMetBy(List.of(name(0), name(1)))).isFalse();
        assertThat(of(2).isMetBy(List.of(name(0)))).isFalse();
    }

    @Test
    void votersThatAreNoneAreRefused() {
        assertThatThrownBy(Quorum::of).hasMessageContaining("no voters");
        assertThatThrownBy(() -> Quorum.of(A, B, A)).hasMessageContaining("name each once");
    }

    @Test
    void aMarginThatIsShorterThanWhatANodeNeedsToStopIsRefused() {
        assertThatThrownBy(() -> of(3).margin(Duration.ofSeconds(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a margin of PT9S with a grace of PT3S")
                .hasMessageContaining("must be at least PT10S");
        assertThatThrownBy(() -> of(3).grace(Duration.ofSeconds(4))).hasMessageContaining("must be at least PT11S");
        assertThat(of(3).margin(Duration.ofSeconds(30))
                        .grace(Duration.ofSeconds(20))
                        .margin())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aPlacementKeepsItsQuorumAmongLabels() {
        Placement placement = Placement.quorum(A, B, C).only("region", "east").preferring("disk", "fast");

        assertThat(placement.required()).isEqualTo(Optional.of(of(3)));
        assertThat(Placement.consistentHash().only("region", "east").required()).isEmpty();
        assertThat(Placement.random().withQuorum(of(3)).required()).isPresent();
    }

    @Test
    void aQuorumDoesNotChangeWhoIsChosen() {
        List<Candidate> candidates = Supervisors.candidates(List.of(A, B, C));
        for (int i = 0; i < 100; i++) {
            assertThat(Placement.quorum(A, B, C).place("child-" + i, candidates))
                    .isEqualTo(Placement.consistentHash().place("child-" + i, candidates));
            assertThat(Placement.random().withQuorum(of(3)).place("child-" + i, 7, candidates))
                    .isEqualTo(Placement.random().place("child-" + i, 7, candidates));
        }
    }

    // ---- who is there

    @Test
    void aMajorityMustStayToCount() {
        Attendance attendance = met();
        assertThat(attendance.look(0, true)).isEqualTo(Attendance.Change.NONE);
        attendance.left(B);
        assertThat(attendance.look(0, true)).isEqualTo(Attendance.Change.LOST);

        attendance.came(B);
        assertThat(attendance.look(10 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        attendance.left(B);
        assertThat(attendance.look(12 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        attendance.came(C);
        assertThat(attendance.look(20 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        assertThat(attendance.look(22 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        assertThat(attendance.look(23 * SECOND, true)).isEqualTo(Attendance.Change.REACHED);
    }

    @Test
    void aMajorityDoesNotCountWhileChildrenStillStop() {
        Attendance attendance = met();
        attendance.left(B);
        attendance.look(0, true);
        attendance.came(B);

        attendance.look(SECOND, false);

        assertThat(attendance.look(100 * SECOND, false)).isEqualTo(Attendance.Change.NONE);
        assertThat(attendance.look(101 * SECOND, true)).isEqualTo(Attendance.Change.REACHED);
    }

    @Test
    void whoIsNoVoterNeedsAMajorityOfThemToo() {
        Attendance attendance = new Attendance(of(3), X);
        attendance.came(A);
        assertThat(attendance.look(0, true)).isEqualTo(Attendance.Change.NONE);
        attendance.came(NodeName.of("y"));
        assertThat(attendance.look(9 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        attendance.came(C);
        assertThat(attendance.look(9 * SECOND, true)).isEqualTo(Attendance.Change.NONE);
        assertThat(attendance.look(12 * SECOND, true)).isEqualTo(Attendance.Change.REACHED);
    }

    @Test
    void whoHasSleptSeesNobodyUntilTheyComeAgain() {
        Attendance attendance = met();

        attendance.clear();

        assertThat(attendance.look(0, true)).isEqualTo(Attendance.Change.LOST);
        assertThat(attendance.isThere(B)).isFalse();
    }

    private static Attendance met() {
        return met(new Attendance(of(3), A), List.of(B));
    }

    private static Attendance met(Attendance attendance, List<NodeName> there) {
        there.forEach(attendance::came);
        attendance.look(0, true);
        attendance.look(3 * SECOND, true);
        return attendance;
    }

    // ---- who is missing

    @Test
    void anOwnerIsReleasedAfterTheMarginByAMajority() {
        Absences absences = new Absences(of(3), A);
        look(absences, 0);
        absences.hear(B, released(GONE));
        assertThat(absences.isReleased(GONE, 9 * SECOND)).isFalse();

        assertThat(absences.isReleased(GONE, 10 * SECOND)).isTrue();
        assertThat(look(absences, 10 * SECOND).released()).containsExactly(GONE);
    }

    @Test
    void anOwnerThatOneVoterAloneMissesIsNotReleased() {
        Absences absences = new Absences(of(3), A);
        look(absences, 0);
        absences.hear(B, Absences.Statement.NOTHING);
        absences.hear(X, released(GONE));

        assertThat(absences.isReleased(GONE, 100 * SECOND)).isFalse();
    }

    @Test
    void whoIsNoVoterHearsOfTheReleaseFromVoters() {
        Absences absences = new Absences(of(3), X);
        Owner gone = new Owner(C, 1);
        absences.look(0, Set.of(gone), _ -> false);
        absences.hear(A, released(gone));
        assertThat(absences.isReleased(gone, 100 * SECOND)).isFalse();
        absences.hear(B, released(gone));
        assertThat(absences.isReleased(gone, 100 * SECOND)).isTrue();

        absences.left(B);

        assertThat(absences.isReleased(gone, 100 * SECOND)).isFalse();
    }

    @Test
    void anOwnerThatWasThereInBetweenIsMissedAnew() {
        Absences absences = new Absences(of(1), A);
        look(absences, 0);
        absences.look(9 * SECOND, Set.of(GONE), GONE::equals);
        look(absences, 10 * SECOND);

        assertThat(absences.isReleased(GONE, 19 * SECOND)).isFalse();
        assertThat(absences.isReleased(GONE, 20 * SECOND)).isTrue();
    }

    /// Otherwise one that knows none of its children would never release it.
    @Test
    void anOwnerThatOthersMissIsLookedForToo() {
        Absences absences = new Absences(of(3), A);
        absences.hear(X, new Absences.Statement(List.of(GONE), List.of()));
        assertThat(absences.look(0, Set.of(), _ -> false).missing()).isEmpty();

        assertThat(absences.look(10 * SECOND, Set.of(), _ -> false).released()).containsExactly(GONE);

        absences.hear(X, Absences.Statement.NOTHING);
        assertThat(absences.look(11 * SECOND, Set.of(), _ -> false)).isEqualTo(Absences.Statement.NOTHING);
    }

    @Test
    void anotherStartOfTheSameNodeIsNotTheSameOwner() {
        Absences absences = new Absences(of(1), A);
        look(absences, 0);

        assertThat(absences.isReleased(new Owner(X, 2), 100 * SECOND)).isFalse();
    }

    /// All ways to part five voters and a node that is none in two sides: of a node on one side and one on
    /// the other, never may both run what the first has owned, from the moment when all have noticed.
    @Test
    void noSideTakesOverWhatTheOtherStillRuns() {
        int nodes = 6;
        for (int bits = 1; bits < (1 << nodes) - 1; bits++) {
            List<NodeName> side = List.copyOf(side(bits, nodes));
            List<NodeName> other = List.copyOf(side(~bits, nodes));
            for (NodeName owner : side) {
                for (NodeName heir : other) {
                    boolean runs = sees(owner, side);
                    boolean takes = sees(heir, other) && releases(heir, other, new Owner(owner, 1));
                    assertThat(runs && takes).isFalse();
                    if (of(5).isMetBy(other)) {
                        assertThat(takes).isTrue();
                    }
                }
            }
        }
    }

    private static boolean sees(NodeName self, List<NodeName> side) {
        return met(new Attendance(of(5), self), side).isMet();
    }

    private static boolean releases(NodeName heir, List<NodeName> side, Owner owner) {
        List<NodeName> rest = new ArrayList<>(side);
        rest.remove(heir);
        Absences absences = new Absences(of(5), heir);
        look(absences, 0, owner);
        for (NodeName each : rest) {
            Absences theirs = new Absences(of(5), each);
            look(theirs, 0, owner);
            absences.hear(each, look(theirs, 10 * SECOND, owner));
        }
        return absences.isReleased(owner, 10 * SECOND);
    }

    private static Absences.Statement look(Absences absences, long nanos) {
        return look(absences, nanos, GONE);
    }

    private static Absences.Statement look(Absences absences, long nanos, Owner missing) {
        return absences.look(nanos, Set.of(missing), _ -> false);
    }

    private static Absences.Statement released(Owner owner) {
        return new Absences.Statement(List.of(owner), List.of(owner));
    }
}
