package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// A log and what peers are fed of it, against maps.
class NameLogTest {

    private static final int PEERS = 3;
    /// More than the marks that are kept.
    private static final int MANY = 1_100;

    /// A peer that keeps what it is told in a map, and may be out of reach.
    private static final class Peer {
        final Pid pid;
        final Map<Long, NameChange.Held> names = new HashMap<>();
        final Set<Long> stale = new HashSet<>();
        long version;
        int heard;
        boolean wholes;
        Feed feed;

        Peer(Pid pid, NameLog log) {
            this.pid = pid;
            feed = new Feed(pid, log, 0);
        }

        void hear(NameLog log, int most) {
            List<LogItem> items = feed.next(most);
            boolean last = items.size() < most;
            long to = last ? log.version() : items.getLast().version;
            assertThat(items).extracting(item -> item.version).isSorted();
            if (feed.isWhole()) {
                wholes = true;
                stale.clear();
                stale.addAll(names.keySet());
            } else {
                assertThat(feed.told()).isEqualTo(version);
            }
            for (LogItem item : items) {
                stale.remove(item.stamp);
                switch (NameChange.of(item)) {
                    case NameChange.Held held -> names.put(held.stamp(), held);
                    case NameChange.Over gone -> names.remove(gone.stamp());
                }
            }
            feed.sent(items, to, last);
            version = to;
            heard += items.size();
            if (last) {
                names.keySet().removeAll(stale);
                stale.clear();
            }
        }
    }

    /// The log of one server and what is in it.
    private static final class Model {
        final Pid server = new Pid(NodeName.of("a"), 1, 1);
        final NameLog log = new NameLog(server);
        final List<Grant> names = new ArrayList<>();
        final List<Peer> peers = new ArrayList<>();
        private long stamps;

        Model(int count) {
            for (int i = 0; i < count; i++) {
                Peer peer = new Peer(new Pid(NodeName.of("b" + i), 1, 1), log);
                peers.add(peer);
                log.add(peer.feed);
            }
        }

        void step(Random random) {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> grant();
                case 3, 4 -> {
                    if (!names.isEmpty()) {
                        log.end(names.remove(random.nextInt(names.size())));
                    }
                }
                case 5 -> {
                    if (!names.isEmpty()) {
                        update(random.nextInt(names.size()));
                    }
                }
                case 6, 7 -> {
                    Peer peer = peers.get(random.nextInt(PEERS));
                    if (peer.feed.isDue()) {
                        peer.hear(log, 1 + random.nextInt(8));
                        confirm(peer, random);
                    }
                }
                case 8 -> comeBack(peers.get(random.nextInt(PEERS)));
                default -> {
                    if (random.nextInt(8) == 0) {
                        for (int i = 0; i < MANY; i++) {
                            grant();
                            log.end(names.removeLast());
                        }
                    }
                }
            }
        }

        private static void confirm(Peer peer, Random random) {
            if (random.nextBoolean()) {
                peer.feed.confirm(peer.version);
            }
        }

        void grant() {
            stamps++;
            Grant grant = new Grant(log, "k" + stamps % 7, server, stamps, stamps, log.nextVersion());
            log.append(grant);
            names.add(grant);
        }

        void update(int index) {
            Grant former = names.get(index);
            log.remove(former);
            Grant now = former.with("later" + log.version(), log.nextVersion());
            log.append(now);
            names.set(index, now);
        }

        /// A peer that was told of all anew and not to the end does not know what it has.
        void comeBack(Peer peer) {
            log.remove(peer.feed);
            long known = peer.stale.isEmpty() ? peer.version : NameTable.NOTHING;
            peer.feed = new Feed(peer.pid, log, known);
            log.add(peer.feed);
        }

        void catchUp(Peer peer, int most) {
            while (!peer.feed.isIdle()) {
                peer.feed.confirm(peer.version);
                if (peer.feed.isDue()) {
                    peer.hear(log, most);
                }
            }
        }

        NameLog copy(Peer peer) {
            NameLog copy = new NameLog(server);
            peer.names
                    .values()
                    .forEach(held -> copy.append(new Grant(
                            copy,
                            held.key().value(),
                            new Pid(server.node(), 1, held.serial()),
                            held.value().value(),
                            held.stamp(),
                            held.version())));
            return copy;
        }
    }

    @Property(tries = 150)
    void whoHasBeenToldAllHasWhatIsInTheLog(@ForAll long seed) {
        Random random = new Random(seed);
        Model model = new Model(PEERS);
        for (int step = 0; step < 300; step++) {
            model.step(random);
        }
        for (Peer peer : model.peers) {
            model.catchUp(peer, 1 + random.nextInt(50));
            assertThat(peer.names.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            model.names.stream().map(name -> name.stamp).toList());
            for (Grant name : model.names) {
                assertThat(peer.names.get(name.stamp)).isEqualTo(NameChange.of(name));
            }
            assertThat(peer.version).isEqualTo(model.log.version());
            assertThat(model.copy(peer).digest()).isEqualTo(model.log.digest());
        }
        assertThat(model.log.size()).isEqualTo(model.names.size());
        assertThat(model.log.marks()).isLessThanOrEqualTo(1_000);
    }

    @Property(tries = 30)
    void whoLacksLittleIsToldLittle(@ForAll @IntRange(max = 200) int lacking, @ForAll @IntRange(max = 900) int ended) {
        Model model = new Model(1);
        Peer peer = model.peers.getFirst();
        for (int i = 0; i < 3_000; i++) {
            model.grant();
        }
        model.catchUp(peer, 2_000);
        int before = peer.heard;
        model.log.remove(peer.feed);
        for (int i = 0; i < lacking; i++) {
            // However often one changes, it is told once.
            model.update(i);
            model.update(i);
        }
        for (int i = 0; i < ended; i++) {
            model.log.end(model.names.removeLast());
        }

        peer.feed = new Feed(peer.pid, model.log, peer.version);
        model.log.add(peer.feed);
        model.catchUp(peer, 100);

        assertThat(peer.heard - before).isEqualTo(lacking + ended);
        assertThat(peer.wholes).isFalse();
        assertThat(model.copy(peer).digest()).isEqualTo(model.log.digest());
    }
}
