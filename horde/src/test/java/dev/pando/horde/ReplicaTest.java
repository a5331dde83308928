package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ChildSpec;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What replicas agree on. Living entries and orphans of one key may arrive in any order and as often as they like:
/// the outcome is the best living claim in its last version, or the youngest orphan when none lives. A termination
/// ends every older claim, in whatever order the two arrive.
///
/// Not promised: the version of an orphan, which nothing depends on; agreement on what is an orphan, since that is
/// each node's own view, see [Replica#orphan]; and that a claim which has been beaten comes back when the one that
/// beat it is terminated, since what is beaten is forgotten.
class ReplicaTest {

    private static final Payload KEY = new Payload("x");
    private static final NodeName A = NodeName.of("a");
    private static final NodeName B = NodeName.of("b");
    private static final NodeName C = NodeName.of("c");
    private static final ProcessBody BODY = () -> {};

    private final Replica replica = new Replica();

    @Test
    void replicasAgreeWhateverTheOrderOfNews() {
        for (int seed = 0; seed < 300; seed++) {
            agreeInAnyOrder(seed);
        }
    }

    private static void agreeInAnyOrder(int seed) {
        Random random = new Random(seed);
        List<Entry> news = entries(random);
        Optional<String> expected = best(news).map(ReplicaTest::comparable);

        for (int i = 0; i < 8; i++) {
            List<Entry> delivered = someTwice(news, random);
            Replica other = new Replica();
            delivered.forEach(other::hear);

            assertThat(other.get(KEY).map(ReplicaTest::comparable))
                    .as("seed %s, after %s", seed, delivered)
                    .isEqualTo(expected);
        }
    }

    @Test
    void replicasThatTellEachOtherAllTheyKnowAgree() {
        for (int seed = 0; seed < 100; seed++) {
            agreeByTelling(seed);
        }
    }

    private static void agreeByTelling(int seed) {
        Random random = new Random(seed);
        List<Entry> news = entries(random);
        List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
        news.forEach(one -> replicas.get(random.nextInt(3)).hear(one));

        for (Replica from : replicas) {
            replicas.forEach(to -> List.copyOf(from.entries()).forEach(to::hear));
        }

        Optional<String> expected = best(news).map(ReplicaTest::comparable);
        assertThat(replicas)
                .as("seed %s", seed)
                .allMatch(one -> one.get(KEY).map(ReplicaTest::comparable).equals(expected));
    }

    @Test
    void eachNodesChildrenAndTheOrphansAreCountedWhateverHappens() {
        for (int seed = 0; seed < 300; seed++) {
            counts(seed);
        }
    }

    private static void counts(int seed) {
        Random random = new Random(seed);
        Replica replica = new Replica();
        List<Object> news = new ArrayList<>(entries(random));
        news.add(ended(random.nextInt(1, 7) * 10 + 5));
        for (Object one : someTwice(news, random)) {
            hear(replica, one);
            if (random.nextInt(4) == 0) {
                replica.orphan(random.nextBoolean() ? A : B, random.nextInt(1, 3));
            }
            for (NodeName node : List.of(A, B)) {
                assertThat(replica.countOwnedBy(node)).as("seed %s", seed).isEqualTo((int) replica.entries().stream()
                        .filter(entry ->
                                !entry.isLost() && entry.claim().owner().equals(node))
                        .count());
            }
            assertThat(replica.orphans())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            replica.entries().stream().filter(Entry::isLost).toList());
        }
    }

    @Test
    void nothingThatWasTerminatedStaysOrComesBack() {
        for (int seed = 0; seed < 300; seed++) {
            staysTerminated(seed);
        }
    }

    private static void staysTerminated(int seed) {
        Random random = new Random(seed);
        Replica replica = new Replica();
        List<Object> news = new ArrayList<>(entries(random));
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            news.add(ended(random.nextInt(1, 7) * 10 + 5));
        }

        List<Object> delivered = someTwice(news, random);
        delivered.forEach(one -> hear(replica, one));

        assertThat(replica.get(KEY).filter(entry -> isOver(entry, news)))
                .as("seed %s, after %s", seed, delivered)
                .isEmpty();
        List<Entry> standing = news.stream()
                .filter(Entry.class::isInstance)
                .map(Entry.class::cast)
                .filter(entry -> !isOver(entry, news))
                .toList();
        standing.forEach(replica::hear);
        assertThat(replica.get(KEY).map(ReplicaTest::comparable))
                .as("seed %s: what stands counts when it is told again, after %s", seed, delivered)
                .isEqualTo(best(standing).map(ReplicaTest::comparable));
    }

    @Test
    void hearingTheSameTwiceChangesNothing() {
        Entry entry = living(0, 100, A, 1);

        assertThat(replica.hear(entry)).isPresent();
        assertThat(replica.hear(entry)).isEmpty();
        assertThat(replica.hear(ended(200))).isPresent();
        assertThat(replica.hear(ended(200))).isEmpty();
        assertThat(replica.hear(entry)).isEmpty();
    }

    @Test
    void aTerminationWinsOverEveryOlderClaimAndLosesAgainstAYoungerOne() {
        replica.hear(ended(200));

        assertThat(replica.hear(living(0, 199, A, 1))).isEmpty();
        assertThat(replica.hear(living(7, 199, A, 1).withoutOwner())).isEmpty();
        assertThat(replica.hear(living(3, 201, B, 1))).isPresent();
    }

    @Test
    void aTerminatedClaimStaysTerminatedAfterTheKeyWasClaimedAnew() {
        replica.put(living(0, 100, A, 1));
        replica.remove(ended(200));
        replica.put(living(0, 300, B, 1));

        assertThat(replica.hear(living(0, 100, A, 2))).isEmpty();
        assertThat(replica.get(KEY)).contains(living(0, 300, B, 1));
    }

    @Test
    void aTerminationHeardAfterAYoungerClaimStillEndsTheOlderOnes() {
        replica.hear(living(0, 300, B, 1));
        replica.hear(ended(200));

        assertThat(replica.hear(living(0, 100, A, 1))).isEmpty();
        assertThat(replica.get(KEY)).contains(living(0, 300, B, 1));
    }

    @Test
    void aNodeWithdrawsItsOwnClaimsOnly() {
        replica.hear(living(0, 100, A, 1));

        assertThat(replica.hear(withdrawn(200, B, 1))).isEmpty();
        assertThat(replica.hear(withdrawn(200, A, 2))).isEmpty();
        assertThat(replica.hear(withdrawn(90, A, 1))).isEmpty();
        assertThat(replica.get(KEY)).contains(living(0, 100, A, 1));

        assertThat(replica.hear(withdrawn(200, A, 1)))
                .contains(new Replica.Change(Optional.of(living(0, 100, A, 1)), Optional.empty()));
        assertThat(replica.hear(living(0, 100, A, 1))).isEmpty();
        assertThat(replica.hear(living(0, 250, B, 1))).isPresent();
    }

    @Test
    void aClaimThatStoodBackComesIntoItsOwnWhenTheBetterOneIsWithdrawn() {
        Entry better = living(0, 100, A, 1);
        Entry behind = living(1, 300, B, 1);
        replica.hear(better);
        replica.hear(behind);

        assertThat(replica.hear(withdrawn(400, A, 1)))
                .contains(new Replica.Change(Optional.of(better), Optional.of(behind)));

        assertThat(replica.get(KEY)).contains(behind);
    }

    @Test
    void aClaimThatStoodBackComesIntoItsOwnWhenTheNodeOfTheBetterOneIsLost() {
        Entry better = living(0, 100, A, 1);
        Entry behind = living(1, 300, B, 1);
        replica.hear(behind);
        replica.hear(better);
        assertThat(replica.get(KEY)).contains(better);

        assertThat(replica.orphan(A, 1)).containsExactly(behind);

        assertThat(replica.get(KEY)).contains(behind);
        assertThat(replica.orphan(B, 1)).containsExactly(behind.withoutOwner());
    }

    @Test
    void aTerminationEndsTheClaimsThatStoodBackToo() {
        replica.hear(living(0, 100, A, 1));
        replica.hear(living(1, 150, B, 1));

        replica.hear(ended(200));

        assertThat(replica.get(KEY)).isEmpty();
        assertThat(replica.orphan(A, 1)).isEmpty();
    }

    @Test
    @Timeout(10)
    void aTombstoneLooksAtTheClaimsOfItsKeyOnly() {
        int keys = 20_000;
        for (int i = 0; i < keys; i++) {
            replica.hear(living(new Payload("x" + i), 0, 100, A, 1));
            replica.hear(living(new Payload("x" + i), 1, 300, B, 1));
        }

        for (int i = 0; i < keys - 1; i++) {
            replica.hear(new Tombstone.Withdrawn(new Payload("x" + i), new Token(400, B, 1)));
        }

        assertThat(replica.orphan(A, 1)).hasSize(keys);
        assertThat(replica.ownedBy(B, 1)).hasSize(1);
    }

    @Test
    void oneTombstoneOfAKindIsKept() {
        replica.hear(ended(100));
        replica.hear(ended(300));
        replica.hear(ended(200));
        replica.hear(withdrawn(300, B, 1));
        replica.hear(withdrawn(400, B, 1));

        assertThat(replica.tombstones()).containsExactlyInAnyOrder(ended(300), withdrawn(400, B, 1));
    }

    @Test
    void aForgottenTerminationNoLongerCounts() {
        replica.remove(ended(200));
        replica.forgetTombstones(200);
        assertThat(replica.tombstones()).hasSize(1);

        replica.forgetTombstones(201);

        assertThat(replica.tombstones()).isEmpty();
        assertThat(replica.hear(living(0, 100, A, 1))).isPresent();
    }

    @Test
    void aLostNodesChildrenBecomeOrphansOnce() {
        replica.hear(living(0, 100, A, 1));

        assertThat(replica.orphan(A, 2)).isEmpty();
        assertThat(replica.orphan(A, 1)).hasSize(1);
        assertThat(replica.orphan(A, 1)).isEmpty();
        assertThat(replica.orphans()).hasSize(1);
    }

    @Test
    void eachTakeOverIsCounted() {
        Token token = new Token(500, B, 1);
        assertThat(replica.nextClaim(KEY, token).takeOvers()).isZero();
        replica.hear(living(2, 100, A, 1));
        assertThat(replica.nextClaim(KEY, token).takeOvers())
                .as("the owner is there: a fresh claim, not a take-over")
                .isZero();

        replica.orphan(A, 1);

        assertThat(replica.nextClaim(KEY, token)).isEqualTo(new Claim(token, 3));
    }

    /// One to seven claims, in several versions, some of them orphaned; stamps repeat between the nodes.
    /// The history of seed 5: C's copy lost against A's claim, which A then handed over to B.
    @Test
    void aCopyThatHasLostAgainstAClaimLosesAgainstWhomItIsHandedOverTo() {
        Replica replica = new Replica();
        Entry first = living(0, 10, A, 1);
        Entry copy = living(0, 20, C, 1);
        replica.hear(first);
        replica.hear(copy);
        Claim next = first.claim().handedOver(new Token(30, B, 1));

        assertThat(replica.hasRivalThatBeats(KEY, next)).isFalse();

        replica.hear(withdrawn(40, A, 1));
        replica.hear(new Entry(KEY, next, 30, first.spec(), ChildState.RUNNING, Optional.of(new Pid(B, 1, 1))));
        assertThat(replica.get(KEY).orElseThrow().claim()).isEqualTo(next);
    }

    /// The history of seed 123: A handed over to C, did not hear of that, and hands over to B.
    @Test
    void aCopyOfAHandOverThatIsHalfDoneWouldWinAgainstALaterOne() {
        Replica replica = new Replica();
        Entry first = living(0, 10, A, 1);
        Claim halfDone = first.claim().handedOver(new Token(20, C, 1));
        replica.hear(first);
        replica.hear(new Entry(KEY, halfDone, 20, first.spec(), ChildState.RUNNING, Optional.of(new Pid(C, 1, 1))));

        assertThat(replica.get(KEY).orElseThrow().claim()).isEqualTo(first.claim());
        assertThat(replica.hasRivalThatBeats(KEY, first.claim().handedOver(new Token(30, B, 1))))
                .isTrue();
    }

    private static List<Entry> entries(Random random) {
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            int moment = random.nextInt(1, 7);
            NodeName node = random.nextBoolean() ? A : B;
            int takeOvers = (moment + node.name().charAt(0)) % 3;
            Entry entry = living(takeOvers, moment * 10L, node, random.nextInt(1, 4));
            entries.add(random.nextInt(3) == 0 ? entry.withoutOwner() : entry);
        }
        return entries;
    }

    private static <T> List<T> someTwice(List<T> news, Random random) {
        List<T> delivered = new ArrayList<>(news);
        news.stream().filter(_ -> random.nextInt(3) == 0).forEach(delivered::add);
        Collections.shuffle(delivered, random);
        return delivered;
    }

    private static boolean isOver(Entry entry, List<Object> news) {
        return news.stream().anyMatch(one -> one instanceof Tombstone tombstone && tombstone.covers(entry.claim()));
    }

    private static Optional<Entry> best(List<Entry> entries) {
        Comparator<Entry> staying = (one, other) -> one.claim().equals(other.claim())
                ? Long.compare(one.version(), other.version())
                : one.claim().beats(other.claim()) ? 1 : -1;
        Comparator<Entry> following = (one, other) ->
                one.claim().equals(other.claim()) ? 0 : one.claim().follows(other.claim()) ? 1 : -1;
        return entries.stream()
                .filter(entry -> !entry.isLost())
                .max(staying)
                .or(() -> entries.stream().max(following));
    }

    /// An orphan without its version.
    private static String comparable(Entry entry) {
        return entry.isLost() ? "orphan of " + entry.claim() : entry.toString();
    }

    private static void hear(Replica replica, Object news) {
        if (news instanceof Entry entry) {
            replica.hear(entry);
        } else {
            replica.hear((Tombstone) news);
        }
    }

    private static Tombstone ended(long stamp) {
        return new Tombstone.Ended(KEY, new Token(stamp, A, 1));
    }

    private static Tombstone withdrawn(long stamp, NodeName node, long incarnation) {
        return new Tombstone.Withdrawn(KEY, new Token(stamp, node, incarnation));
    }

    private static Entry living(int takeOvers, long stamp, NodeName node, long version) {
        return living(KEY, takeOvers, stamp, node, version);
    }

    private static Entry living(Payload key, int takeOvers, long stamp, NodeName node, long version) {
        return new Entry(
                key,
                ClaimTest.claim(takeOvers, stamp, node, 1),
                version,
                ChildSpec.of("x", BODY),
                ChildState.RUNNING,
                Optional.of(new Pid(node, 1, version)));
    }
}
