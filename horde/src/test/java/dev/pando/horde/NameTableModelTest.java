package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/// Tables of two to four nodes over links that lose, double and delay what is told, and break and heal; in the end
/// all agree, and with what a model says. Everything is drawn from one seed.
class NameTableModelTest {

    private static final int KEYS = 4;
    private static final int STEPS = 250;

    @Property(tries = 200)
    void tablesOfUniqueNamesAgreeInTheEnd(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int nodes, @ForAll @IntRange(max = 5) int policy) {
        new World(seed, nodes, policies().get(policy), true).run();
    }

    @Property(tries = 80)
    void tablesOfDuplicateNamesAgreeInTheEnd(@ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int nodes) {
        new World(seed, nodes, ConflictPolicy.keepOldest(), false).run();
    }

    private static List<ConflictPolicy> policies() {
        return List.of(
                ConflictPolicy.keepOldest(),
                ConflictPolicy.keepNewest(),
                ConflictPolicy.merging((one, other) -> (long) one | (long) other),
                // One of the application: who comes last by name stays, and of those the older one.
                (older, newer) -> newer.pid().node().compareTo(older.pid().node()) > 0 ? newer : older,
                (_, _) -> {
                    throw new IllegalStateException("cannot decide");
                },
                (one, _) -> new RegistryEntry(one.key(), one.pid(), "stranger", one.token()));
    }

    /// What a server is told by another one.
    private sealed interface Message {
        record Ask(Pid from, long version) implements Message {}

        record Told(News news) implements Message {}

        record Got(Pid from, long version) implements Message {}

        record Check(Pid from, long version, long digest) implements Message {}
    }

    private static final class World {
        final Random random;
        final ConflictPolicy policy;
        final boolean unique;
        final List<Share> shares = new ArrayList<>();
        final List<Share> former = new ArrayList<>();
        /// What is on its way, by sender and receiver.
        final Map<List<Integer>, Deque<Message>> links = new LinkedHashMap<>();
        /// Who counts another one as there.
        final Set<List<Integer>> met = new HashSet<>();
        final Set<List<Integer>> asked = new HashSet<>();
        /// Links that have lost or doubled something, which nobody may have noticed.
        final Set<List<Integer>> faulty = new HashSet<>();
        /// What one node has been told before its news.
        final List<Runnable> early = new ArrayList<>();
        /// What callers have been told, by who has asked and been answered.
        final Map<List<Integer>, List<NameChange>> learned = new HashMap<>();
        /// Ends that their servers have not heard of.
        final List<Runnable> ends = new ArrayList<>();
        /// Claims of processes that live, by stamp.
        final Map<Long, Grant> living = new LinkedHashMap<>();
        private long stamps;

        World(long seed, int nodes, ConflictPolicy policy, boolean unique) {
            this.random = new Random(seed);
            this.policy = policy;
            this.unique = unique;
            for (int i = 0; i < nodes; i++) {
                shares.add(share(Share.pid("n" + i, 1, 1)));
            }
            for (int i = 0; i < nodes; i++) {
                for (int j = 0; j < nodes; j++) {
                    if (i != j) {
                        links.put(List.of(i, j), new ArrayDeque<>());
                    }
                }
            }
        }

        private Share share(Pid server) {
            return unique ? Share.unique(server, policy) : Share.duplicate(server);
        }

        void run() {
            heal();
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            ends.forEach(Runnable::run);
            early.forEach(Runnable::run);
            heal();
            quiesce();
            for (List<Integer> link : links.keySet()) {
                Share teller = shares.get(link.getFirst());
                Share hearer = shares.get(link.getLast());
                if (!faulty.contains(link)) {
                    assertThat(hearer.isSound(teller))
                            .as("%s has the log of %s without any check", hearer.server, teller.server)
                            .isTrue();
                }
            }
            checkAll();
            quiesce();
            agree();
        }

        // ---- what happens

        private void step() {
            int at = random.nextInt(shares.size());
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> claim(at);
                case 3 -> giveUp(at);
                case 4 -> end(at);
                case 5 -> update(at);
                case 6 -> claimFrom(at, random.nextInt(shares.size()));
                case 7 -> run(ends);
                case 8 -> run(early);
                case 9 -> {
                    if (random.nextInt(3) == 0) {
                        cut(random.nextInt(shares.size()), at);
                    }
                }
                case 10 -> heal();
                case 11 -> forget(at);
                case 12 -> {
                    if (random.nextInt(6) == 0) {
                        restart(at);
                    }
                }
                case 13 -> spoil();
                case 14 -> {
                    List<Integer> link = anyLink();
                    if (met.contains(link)) {
                        ask(link.getFirst(), link.getLast(), NameTable.NOTHING);
                    }
                }
                default -> deliver();
            }
            if (!unique) {
                learned.forEach(this::isKnown);
            }
        }

        /// What a caller has been told stays true on its node: it finds what it has claimed, and not what it has
        /// given up.
        private void isKnown(List<Integer> link, List<NameChange> changes) {
            Set<Long> found = shares.get(link.getFirst())
                    .index
                    .all()
                    .map(grant -> grant.stamp)
                    .collect(Collectors.toSet());
            for (NameChange change : changes) {
                switch (change) {
                    case NameChange.Over gone -> assertThat(found).doesNotContain(gone.stamp());
                    case NameChange.Held held
                    when living.containsKey(held.stamp()) -> assertThat(found).contains(held.stamp());
                    case NameChange.Held _ -> {}
                }
            }
        }

        private static void run(List<Runnable> waiting) {
            if (!waiting.isEmpty()) {
                waiting.removeFirst().run();
            }
        }

        private @Nullable Grant claim(int at) {
            Share share = shares.get(at);
            String key = "k" + random.nextInt(KEYS);
            if (unique && isHeld(share, key)) {
                return null;
            }
            if (share.table.tidy(key) && isHeld(share, key)) {
                return null;
            }
            stamps++;
            Grant grant = share.table.grant(key, share.process(1000 + stamps), 1L << stamps % 60, stamps);
            living.put(stamps, grant);
            tellAll(at);
            return grant;
        }

        private static boolean isHeld(Share share, Object key) {
            return share.index.all().anyMatch(grant -> grant.key.equals(key));
        }

        /// A caller on another node is told of its claim before or after that node hears of it.
        private void claimFrom(int caller, int at) {
            Share share = shares.get(at);
            Grant grant = caller == at ? null : claim(at);
            if (grant != null) {
                learn(caller, share, NameChange.of(grant));
            }
        }

        private void learn(int caller, Share by, NameChange change) {
            Share hearer = shares.get(caller);
            List<Integer> link = List.of(caller, shares.indexOf(by));
            early.add(() -> {
                if (shares.contains(hearer)
                        && shares.contains(by)
                        && met.contains(link)
                        && hearer.table.hearEarly(by.server, change)) {
                    learned.computeIfAbsent(link, _ -> new ArrayList<>()).add(change);
                }
            });
        }

        private @Nullable Grant any(Share share) {
            List<Grant> own = share.index
                    .all()
                    .filter(grant -> grant.log == share.table.own())
                    .toList();
            return own.isEmpty() ? null : own.get(random.nextInt(own.size()));
        }

        private void giveUp(int at) {
            Share share = shares.get(at);
            Grant grant = any(share);
            if (grant != null) {
                living.remove(grant.stamp);
                int caller = random.nextInt(shares.size());
                share.table.end(grant).ifPresent(mark -> {
                    if (caller != at) {
                        learn(caller, share, NameChange.of(mark));
                    }
                });
                tellAll(at);
            }
        }

        /// A process ends, and its server hears of it later.
        private void end(int at) {
            Share share = shares.get(at);
            Grant grant = any(share);
            if (grant != null) {
                living.remove(grant.stamp);
                share.index
                        .ended(grant.key, grant.pid, grant.stamp)
                        .ifPresent(ended -> ends.add(() -> {
                            // Whoever is the server now is told, unless the node is another one.
                            if (shares.get(at).server.incarnation() == ended.pid.incarnation()) {
                                shares.get(at).table.end(ended);
                                tellAll(at);
                            }
                        }));
            }
        }

        private void update(int at) {
            Share share = shares.get(at);
            Grant grant = any(share);
            if (grant != null) {
                share.table.update(grant, (long) grant.value | 1L << random.nextInt(60));
                tellAll(at);
            }
        }

        // ---- links

        private void cut(int i, int j) {
            if (i != j) {
                for (List<Integer> link : List.of(List.of(i, j), List.of(j, i))) {
                    queue(link).clear();
                    faulty.remove(link);
                    asked.remove(link);
                    learned.remove(link);
                    if (met.remove(link)) {
                        shares.get(link.getFirst()).table.leave(shares.get(link.getLast()).server);
                    }
                }
            }
        }

        private void heal() {
            for (List<Integer> link : links.keySet()) {
                int i = link.getFirst();
                int j = link.getLast();
                if (met.add(link)) {
                    queue(link)
                            .add(new Message.Ask(
                                    shares.get(i).server, shares.get(i).table.meet(shares.get(j).server)));
                }
            }
        }

        private void forget(int at) {
            int other = random.nextInt(shares.size());
            if (other != at && !met.contains(List.of(at, other))) {
                shares.get(at).table.forget(shares.get(other).server);
            }
        }

        /// A new server goes on, on a node that has lived or on a new one of the same name.
        private void restart(int at) {
            for (int other = 0; other < shares.size(); other++) {
                cut(at, other);
            }
            Share before = shares.get(at);
            former.add(before);
            Pid server = before.server;
            if (random.nextBoolean()) {
                shares.set(at, share(Share.pid("n" + at, server.incarnation() + 1, 1)));
                living.values().removeIf(grant -> grant.pid.node().equals(server.node()));
            } else {
                Share after = before.restarted(Share.pid("n" + at, server.incarnation(), server.serial() + 1));
                shares.set(at, after);
                after.index.restart();
                after.index.all().toList().forEach(grant -> {
                    if (grant.log == before.table.own()) {
                        Grant adopted = after.table.adopt(grant);
                        living.replace(grant.stamp, adopted);
                    } else {
                        after.index.remove(grant);
                    }
                });
            }
        }

        /// Loses or doubles something that is on its way.
        private void spoil() {
            List<Integer> link = anyLink();
            Deque<Message> queue = queue(link);
            if (queue.peek() instanceof Message.Told told) {
                faulty.add(link);
                if (random.nextBoolean()) {
                    queue.remove();
                } else {
                    queue.addFirst(told);
                }
            }
        }

        private List<Integer> anyLink() {
            return List.copyOf(links.keySet()).get(random.nextInt(links.size()));
        }

        private Deque<Message> queue(List<Integer> link) {
            return Objects.requireNonNull(links.get(link));
        }

        private void send(int from, int to, Message message) {
            queue(List.of(from, to)).add(message);
        }

        private void deliver() {
            List<Integer> link = anyLink();
            if (!queue(link).isEmpty()) {
                deliver(link);
            }
        }

        private void deliver(List<Integer> link) {
            int from = link.getFirst();
            int at = link.getLast();
            Share share = shares.get(at);
            Share sender = shares.get(from);
            switch (queue(link).remove()) {
                case Message.Ask(Pid _, long version) -> {
                    share.table.feed(sender.server, version);
                    tell(at, from);
                }
                case Message.Told(News news) -> hear(at, from, news);
                case Message.Got(Pid _, long version) -> {
                    share.table.feed(sender.server).ifPresent(feed -> feed.confirm(version));
                    tell(at, from);
                }
                case Message.Check(Pid server, long version, long digest) -> {
                    if (!share.table.isSound(server, version, digest)) {
                        ask(at, from, NameTable.NOTHING);
                    }
                }
            }
        }

        private void hear(int at, int from, News news) {
            Share share = shares.get(at);
            long known = share.table.known(news.server());
            NameTable.Heard heard = share.table.hear(news);
            assertThat(heard == NameTable.Heard.GAP).isEqualTo(!news.whole() && news.from() != known);
            if (heard == NameTable.Heard.GAP) {
                assertThat(faulty).contains(List.of(from, at));
                ask(at, from, known);
            } else {
                asked.remove(List.of(at, from));
                send(at, from, new Message.Got(share.server, news.to()));
            }
            // Claims of this node may have ended by that.
            tellAll(at);
        }

        private void ask(int at, int whom, long version) {
            if (asked.add(List.of(at, whom))) {
                send(at, whom, new Message.Ask(shares.get(at).server, version));
            }
        }

        private void tellAll(int from) {
            for (int to = 0; to < shares.size(); to++) {
                tell(from, to);
            }
        }

        private void tell(int from, int to) {
            if (from != to && met.contains(List.of(from, to))) {
                Share share = shares.get(from);
                share.table.feed(shares.get(to).server).ifPresent(feed -> {
                    while (feed.isDue()) {
                        send(from, to, new Message.Told(share.next(feed, 1 + random.nextInt(5))));
                    }
                });
            }
        }

        // ---- the end

        private void quiesce() {
            while (links.values().stream().anyMatch(queue -> !queue.isEmpty())) {
                deliver();
            }
        }

        /// As servers do from time to time; and where something was lost that was never confirmed, they do so when
        /// the session breaks.
        private void checkAll() {
            for (List<Integer> link : links.keySet()) {
                Share teller = shares.get(link.getFirst());
                NameLog own = teller.table.own();
                asked.clear();
                queue(link).add(new Message.Check(teller.server, own.version(), own.digest()));
            }
        }

        private void agree() {
            List<Grant> lost = Stream.concat(shares.stream(), former.stream())
                    .flatMap(share -> share.lost.stream())
                    .map(Share.Meeting::mine)
                    .toList();
            assertThat(lost)
                    .extracting(grant -> grant.stamp)
                    .as("each loser is told once")
                    .doesNotHaveDuplicates();
            lost.forEach(grant -> living.remove(grant.stamp));
            Map<Long, Object> expected = new LinkedHashMap<>();
            for (Share share : shares) {
                share.index
                        .all()
                        .filter(grant -> grant.log == share.table.own())
                        .forEach(grant -> {
                            expected.put(grant.stamp, grant.value);
                        });
            }
            assertThat(expected.keySet())
                    .as("what lives, and has not lost, is there")
                    .containsExactlyInAnyOrderElementsOf(living.keySet());
            for (Share share : shares) {
                Map<Long, Object> found = new LinkedHashMap<>();
                share.index.all().forEach(grant -> found.put(grant.stamp, grant.value));
                assertThat(found).as("what %s finds", share.server).isEqualTo(expected);
                assertThat(share.shown)
                        .as("what listeners of %s know", share.server)
                        .hasSize(expected.size());
                assertThat(share.table.kept()).isZero();
            }
            if (policy instanceof MergingPolicy) {
                assertMerged();
            }
            if (unique) {
                assertThat(living.values())
                        .extracting(grant -> grant.key)
                        .as("a key has one holder")
                        .doesNotHaveDuplicates();
            }
        }

        /// Who holds a key has the values of all that have lost it to that claim, or to one that has lost
        /// it in turn. A server that is over has taken with it what it had not told, and a process that was
        /// ending has lost to younger claims.
        private void assertMerged() {
            List<Share.Meeting> all = Stream.concat(shares.stream(), former.stream())
                    .flatMap(share -> share.lost.stream())
                    .filter(meeting -> meeting.other().stamp < meeting.mine().stamp)
                    .toList();
            Map<Long, Long> winners = new HashMap<>();
            all.forEach(meeting -> winners.put(meeting.mine().stamp, meeting.other().stamp));
            for (Share.Meeting meeting : all) {
                if (shares.stream().noneMatch(share -> share.lost.contains(meeting))) {
                    continue;
                }
                long winner = meeting.other().stamp;
                while (winners.containsKey(winner)) {
                    winner = winners.get(winner);
                }
                long holder = winner;
                long value = (long) meeting.mine().value;
                shares.stream()
                        .flatMap(share -> share.index.all())
                        .filter(grant -> grant.stamp == holder)
                        .forEach(grant -> assertThat((long) grant.value & value)
                                .as("the value of %s in that of %s", meeting.mine().stamp, holder)
                                .isEqualTo(value));
            }
        }
    }
}
