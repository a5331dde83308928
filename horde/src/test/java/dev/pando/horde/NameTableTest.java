package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.pando.core.Pid;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Moments of a table that hardly ever come about by themselves.
class NameTableTest {

    private final Share a = Share.unique("a", ConflictPolicy.keepOldest());
    private final Share b = Share.unique("b", ConflictPolicy.keepOldest());
    private final Share c = Share.unique("c", ConflictPolicy.keepOldest());

    /// An index in which the process of a claim ends just before the server puts another one in its place.
    private record Interrupted(NameIndex index) implements NameIndex {

        @Override
        public boolean merges() {
            return index.merges();
        }

        @Override
        public boolean beats(Grant claim, Grant other) {
            return index.beats(claim, other);
        }

        @Override
        public Optional<Contest> add(Grant grant) {
            return index.add(grant);
        }

        @Override
        public void remove(Grant grant) {
            index.remove(grant);
        }

        @Override
        public void replace(Grant former, Grant now) {
            index.ended(former.key, former.pid, former.stamp);
            index.replace(former, now);
        }

        @Override
        public Optional<Grant> ended(Object key, Pid pid, long stamp) {
            return index.ended(key, pid, stamp);
        }

        @Override
        public Optional<Grant> ending(Object key) {
            return index.ending(key);
        }

        @Override
        public @Nullable Grant found(Grant claim) {
            return index.found(claim);
        }

        @Override
        public void restart() {
            index.restart();
        }

        @Override
        public @Nullable Grant find(NameLog log, Object key, long stamp) {
            return index.find(log, key, stamp);
        }

        @Override
        public List<Grant> find(NameLog log, Object key) {
            return index.find(log, key);
        }

        @Override
        public Stream<Grant> all() {
            return index.all();
        }

        @Override
        public int size() {
            return index.size();
        }
    }

    @Test
    void aProcessThatEndsWhileItsValueChangesLeavesNothing() {
        for (Share share : List.of(a, Share.duplicate(Share.pid("a", 1, 1)))) {
            NameTable table = new NameTable(share.server, new Interrupted(share.index), share);
            Grant grant = table.grant("x", share.process(7), 1, 1);

            table.update(grant, 2);
            table.end(grant);

            assertThat(table.own().size()).isZero();
            assertThat(table.own().digest()).isZero();
            assertThat(share.index.size()).isZero();
            assertThat(share.notices).containsExactly("+1", "-1");
        }
    }

    @Test
    void aProcessThatEndsWhileItsClaimIsAdoptedLeavesNothing() {
        for (Share share : List.of(a, Share.duplicate(Share.pid("a", 1, 1)))) {
            share.grant("y", 0);
            Grant former = share.grant("x", 1);
            share.table.end(share.table.own("y").getFirst());
            share.notices.clear();
            NameTable next = new NameTable(Share.pid("a", 1, 2), new Interrupted(share.index), share);
            share.index.restart();

            next.adopt(former);
            next.end(former);

            next.own().forEach(zombie -> fail("the log has " + zombie.key));
            assertThat(next.own().size()).isZero();
            assertThat(next.own().digest()).isZero();
            assertThat(share.index.size()).isZero();
            assertThat(share.notices).containsExactly("-1");
        }
    }

    @Test
    void aNameThatEndedBeforeItsServerDidIsNothingToTheNextOne() {
        for (Share share : List.of(a, Share.duplicate(Share.pid("a", 1, 1)))) {
            Grant former = share.grant("x", 1);
            Grant ended = share.index.ended("x", former.pid, 1).orElseThrow();
            share.index.restart();
            Share next = share.restarted(Share.pid("a", 1, 2));
            long version = next.table.own().version();

            next.table.end(ended);

            assertThat(next.table.own().size()).isZero();
            assertThat(next.table.own().digest()).isZero();
            assertThat(next.table.own().version()).isEqualTo(version);
        }
    }

    @Test
    void listenersAreToldOfWhoEndedWhileNoServerRan() {
        for (Share share : List.of(a, Share.duplicate(Share.pid("a", 1, 1)))) {
            Grant former = share.grant("x", 1);
            share.index.ended("x", former.pid, 1);

            share.index.restart();

            assertThat(share.notices).containsExactly("+1", "-1");
        }
    }

    @Test
    void theEndOfAHolderIsToldBeforeTheNextOne() {
        Grant first = a.grant("x", 1);
        Grant ended = a.index.ended("x", first.pid, 1).orElseThrow();

        a.grant("x", 2);
        a.table.end(ended);

        assertThat(a.notices).containsExactly("+1", "-1", "+2");
        assertThat(a.table.own().size()).isEqualTo(1);
    }

    @Test
    void theEndOfAHolderIsToldBeforeOneOfAnotherNodeComes() {
        Grant first = a.grant("x", 1);
        b.grant("x", 2);
        Grant ended = a.index.ended("x", first.pid, 1).orElseThrow();

        a.meet(b);
        b.tellAll(a, 10);
        a.table.end(ended);

        assertThat(a.notices).containsExactly("+1", "-1", "+2");
        assertThat(a.lost).isEmpty();
    }

    @Test
    void aNameThatIsKnownEarlyIsNotLostByOlderNewsOfAll() {
        a.meet(b);
        a.grant("y", 1);
        a.table.feed(b.server, NameTable.NOTHING);
        News all = a.next(a.table.feed(b.server).orElseThrow(), 10);

        Grant x = a.grant("x", 2);
        b.table.hearEarly(a.server, NameChange.of(x));
        b.table.hear(all);

        assertThat(b.index.all().map(grant -> grant.key)).containsExactlyInAnyOrder("x", "y");
        assertThat(b.notices).doesNotContain("-2");
        a.tellAll(b, 10);
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void aValueThatIsKnownEarlyIsNotLostByOlderNewsOfAll() {
        a.meet(b);
        Grant x = a.grant("x", 1);
        a.tellAll(b, 10);
        a.table.feed(b.server, NameTable.NOTHING);
        News all = a.next(a.table.feed(b.server).orElseThrow(), 10);

        b.table.hearEarly(a.server, NameChange.of(a.table.update(x, "later")));
        b.table.hear(all);

        assertThat(b.index.all().map(grant -> grant.value)).containsExactly("later");
        a.tellAll(b, 10);
        assertThat(b.index.all().map(grant -> grant.value)).containsExactly("later");
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void anEndThatIsKnownEarlyIsNotUndoneByOlderNews() {
        a.meet(b);
        Grant x = a.grant("x", 1);
        News before = a.next(a.table.feed(b.server).orElseThrow(), 10);
        Mark end = a.table.end(x).orElseThrow();

        b.table.hearEarly(a.server, NameChange.of(end));
        b.table.hear(before);

        assertThat(b.index.size()).isZero();
        assertThat(b.notices).isEmpty();
        a.tellAll(b, 10);
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void aClaimThatMeetsTwoOthersIsMergedWithBoth() {
        ConflictPolicy union = ConflictPolicy.merging(NameTableTest::union);
        Share one = Share.unique("a", union);
        Share two = Share.unique("b", union);
        Share three = Share.unique("c", union);
        one.table.grant("x", one.process(7), "a", 1);
        Grant second = two.table.grant("x", two.process(7), "b", 2);
        three.table.grant("x", three.process(7), "c", 3);
        one.meet(two);
        two.tellAll(one, 10);
        two.table.update(second, "d");
        two.tellAll(one, 10);
        one.meet(three);
        three.tellAll(one, 10);

        assertThat(one.table.own().size()).isEqualTo(1);
        assertThat(one.index.all().map(grant -> grant.value)).containsExactly("abcd");
        one.tellAll(two, 10);
        assertThat(two.isSound(one)).isTrue();
    }

    @Test
    void aClaimThatIsOverBeforeItsWinnerHearsOfItIsMergedAllTheSame() {
        ConflictPolicy union = ConflictPolicy.merging(NameTableTest::union);
        Share winner = Share.unique("a", union);
        Share loser = Share.unique("b", union);
        Share third = Share.unique("c", union);
        winner.table.grant("x", winner.process(7), "a", 1);
        loser.table.grant("x", loser.process(7), "b", 2);
        List.of(winner, third).forEach(loser::meet);
        winner.tellAll(loser, 10);
        assertThat(loser.lost).hasSize(1);

        loser.tellAll(winner, 10);
        loser.tellAll(third, 10);

        assertThat(winner.index.all().map(grant -> grant.value)).containsExactly("ab");
        assertThat(third.index.size()).isZero();
        winner.tellAll(loser, 10);
        assertThat(loser.isSound(winner)).isTrue();
        assertThat(winner.isSound(loser)).isTrue();
    }

    @Test
    void whoClaimsAKeyAnewIsNotGivenTheValueOfAnOlderClaim() {
        ConflictPolicy union = ConflictPolicy.merging(NameTableTest::union);
        Share winner = Share.unique("a", union);
        Share loser = Share.unique("b", union);
        Grant first = winner.table.grant("x", winner.process(7), "a", 1);
        loser.table.grant("x", loser.process(7), "b", 2);
        winner.meet(loser);
        winner.tellAll(loser, 10);
        winner.table.end(first);
        winner.table.grant("x", winner.process(8), "c", 3);

        loser.tellAll(winner, 10);

        assertThat(winner.index.all().map(grant -> grant.value)).containsExactly("c");
    }

    private static Object union(Object one, Object other) {
        TreeSet<String> letters = new TreeSet<>(List.of(("" + one + other).split("")));
        return String.join("", letters);
    }

    @Test
    void aMergeThatAddsTheSameTwiceDoesNoHarmToTheTable() {
        ConflictPolicy sum = ConflictPolicy.merging((one, other) -> (int) one + (int) other);
        List<Share> shares =
                List.of(Share.unique("a", sum), Share.unique("b", sum), Share.unique("c", sum), Share.unique("d", sum));
        for (int i = 0; i < 4; i++) {
            shares.get(i).table.grant("x", shares.get(i).process(7), 1, 1 + i);
        }
        Share winner = shares.getFirst();
        for (Share loser : shares.subList(1, 4)) {
            winner.meet(loser);
            loser.tellAll(winner, 10);
        }

        assertThat(winner.table.own().size()).isEqualTo(1);
        for (Share loser : shares.subList(1, 4)) {
            winner.tellAll(loser, 10);
            assertThat(loser.isSound(winner)).isTrue();
            assertThat(loser.lost).hasSize(1);
        }
    }

    @Test
    void aPieceThatIsMissingIsNoticedAndAskedForAgain() {
        a.meet(b);
        Feed feed = a.table.feed(b.server).orElseThrow();
        a.grant("x", 1);
        a.next(feed, 10);
        a.grant("y", 2);

        assertThat(b.table.hear(a.next(feed, 10))).isEqualTo(NameTable.Heard.GAP);
        assertThat(b.index.size()).isZero();

        a.table.feed(b.server, b.table.known(a.server));
        a.tellAll(b, 10);
        assertThat(b.index.size()).isEqualTo(2);
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void whoComesBackIsToldOnlyWhatIsNew() {
        a.meet(b);
        for (int i = 0; i < 100; i++) {
            a.grant("n" + i, i);
        }
        a.tellAll(b, 7);
        a.table.leave(b.server);
        b.table.leave(a.server);
        assertThat(b.index.size()).isZero();
        assertThat(b.table.kept()).isEqualTo(100);
        Grant late = a.grant("late", 200);
        a.grant("later", 201);
        a.table.end(late);

        a.meet(b);
        News news = a.next(a.table.feed(b.server).orElseThrow(), 10_000);

        assertThat(news.whole()).isFalse();
        assertThat(news.changes()).hasSize(2);
        assertThat(b.table.hear(news)).isEqualTo(NameTable.Heard.ALL);
        assertThat(b.index.size()).isEqualTo(101);
        assertThat(b.table.kept()).isZero();
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void whoWasAwayForTooLongIsToldAll() {
        a.meet(b);
        Grant old = a.grant("old", 1);
        a.grant("staying", 2);
        a.tellAll(b, 7);
        b.table.leave(a.server);
        a.table.leave(b.server);
        a.table.end(old);
        for (int i = 3; i < 2_000; i++) {
            a.table.end(a.grant("passing", i));
        }

        a.meet(b);
        a.tellAll(b, 7);

        assertThat(a.table.own().marks()).isEqualTo(1_000);
        assertThat(b.index.all().map(grant -> grant.key)).containsExactly("staying");
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void whoIsInterruptedWhileBeingToldAllBeginsAnew() {
        a.meet(b);
        for (int i = 0; i < 10; i++) {
            a.grant("n" + i, i);
        }
        a.tellAll(b, 20);
        a.table.own("n0").forEach(a.table::end);
        a.table.feed(b.server, NameTable.NOTHING);
        b.table.hear(a.next(a.table.feed(b.server).orElseThrow(), 3));
        b.table.leave(a.server);
        a.table.leave(b.server);

        a.meet(b);
        assertThat(b.index.size()).isZero();
        a.tellAll(b, 4);

        assertThat(b.index.size()).isEqualTo(9);
        assertThat(b.isSound(a)).isTrue();
    }

    @Test
    void namesOfAServerThatIsForgottenAreDropped() {
        a.meet(b);
        a.grant("x", 1);
        a.tellAll(b, 10);

        b.table.forget(a.server);
        assertThat(b.index.size()).as("that of a server that is there").isEqualTo(1);
        b.table.leave(a.server);
        b.table.forget(a.server);

        assertThat(b.table.kept()).isZero();
        assertThat(b.table.meet(a.server)).isZero();
    }

    @Test
    void theNextServerOfANodeTakesThePlaceOfItsNames() {
        a.meet(b);
        a.grant("x", 1);
        a.tellAll(b, 10);
        Share next = Share.unique(Share.pid("a", 2, 1), ConflictPolicy.keepOldest());
        next.grant("y", 2);

        b.meet(next);
        assertThat(b.index.size()).isZero();
        next.tellAll(b, 10);

        assertThat(b.index.all().map(grant -> grant.key)).containsExactly("y");
        assertThat(b.table.hear(new News(a.server, 1, 2, false, true, List.of())))
                .isEqualTo(NameTable.Heard.GAP);
    }

    @Test
    void ofThreeClaimsTheOldestStaysWhateverTheOrderInWhichTheyMeet() {
        a.grant("x", 1);
        b.grant("x", 2);
        c.grant("x", 3);
        b.meet(c);
        b.tellAll(c, 10);
        assertThat(c.lost).hasSize(1);
        a.meet(c);
        a.meet(b);
        c.tellAll(a, 10);
        b.tellAll(a, 10);
        a.tellAll(c, 10);
        a.tellAll(b, 10);
        b.tellAll(a, 10);
        b.tellAll(c, 10);
        c.tellAll(b, 10);

        for (Share share : List.of(a, b, c)) {
            assertThat(share.index.all().map(grant -> grant.pid)).containsExactly(a.process(1001));
        }
        assertThat(a.lost).isEmpty();
        assertThat(b.lost).hasSize(1);
        assertThat(c.lost).hasSize(1);
    }

    @Test
    void whoStandsBackIsFoundWhenTheBetterClaimEnds() {
        Grant first = a.grant("x", 1);
        b.grant("x", 2);
        c.meet(a);
        c.meet(b);
        a.tellAll(c, 10);
        b.tellAll(c, 10);
        assertThat(c.notices).containsExactly("+1");

        a.table.end(first);
        a.tellAll(c, 10);

        assertThat(c.notices).containsExactly("+1", "-1", "+2");
        b.table.leave(c.server);
        c.table.leave(b.server);
        assertThat(c.index.size()).isZero();
    }
}
