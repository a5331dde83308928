package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One node's copy of the records of all children, and what happens to it. Knows nothing of
/// processes and time; confined to its server.
///
/// Each node is the authority for what it owns and tells the others. A copy of a key is replaced
/// only by the rule of [Entry#replaces], and ends by a [Tombstone] that covers its claim.
/// Tombstones stay when a key is claimed anew: an older claim may still turn up.
final class Replica {

    private final Map<Payload, Entry> entries = new LinkedHashMap<>();
    /// How many of the entries each node owns.
    private final Map<NodeName, Integer> owned = new HashMap<>();
    /// The keys of those that nobody runs.
    private final Set<Payload> idle = new LinkedHashSet<>();
    /// Of each key, one for each grave.
    private final Map<Payload, List<Tombstone>> tombstones = new LinkedHashMap<>();
    /// Claims of living owners that stand back behind a better one. News of a take-over may come
    /// before news of the loss it follows, and then the better claim turns out to be that of a lost
    /// node.
    private final Map<Payload, List<Entry>> rivals = new LinkedHashMap<>();

    /// What has become of a key by a piece of news.
    record Change(Optional<Entry> before, Optional<Entry> after) {}

    Optional<Entry> get(Payload key) {
        return Optional.ofNullable(entries.get(key));
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    List<Tombstone> tombstones() {
        return tombstones.values().stream().flatMap(List::stream).toList();
    }

    /// Sets what this node decides as the owner.
    void put(Entry entry) {
        @Nullable Entry before = entries.put(entry.key(), entry);
        if (before == null || before.isLost() != entry.isLost() || !before.hasOwnerOf(entry)) {
            uncount(before);
            count(entry);
        }
    }

    private void drop(Payload key) {
        uncount(entries.remove(key));
    }

    private void count(Entry entry) {
        if (entry.yields()) {
            idle.add(entry.key());
        }
        if (!entry.isLost()) {
            owned.merge(entry.claim().owner(), 1, Integer::sum);
        }
    }

    private void uncount(@Nullable Entry entry) {
        if (entry == null) {
            return;
        }
        if (entry.yields()) {
            idle.remove(entry.key());
        }
        if (!entry.isLost()) {
            owned.computeIfPresent(entry.claim().owner(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// How many children a node owns.
    int countOwnedBy(NodeName node) {
        return owned.getOrDefault(node, 0);
    }

    /// Gives up what this node holds, or nobody does.
    void remove(Tombstone tombstone) {
        drop(tombstone.key());
        dropRivals(tombstone);
        bury(tombstone);
    }

    /// Hears of an entry; empty when that changes nothing.
    Optional<Change> hear(Entry entry) {
        Optional<Entry> known = get(entry.key());
        if (isCovered(entry)) {
            return Optional.empty();
        }
        if (known.filter(before -> !entry.replaces(before)).isPresent()) {
            standBack(entry, known.get());
            return Optional.empty();
        }
        known.ifPresent(before -> standBack(before, entry));
        put(entry);
        return Optional.of(new Change(known, Optional.of(entry)));
    }

    private void standBack(Entry loser, Entry winner) {
        if (loser.yields() || winner.yields() || loser.hasOwnerOf(winner)) {
            return;
        }
        List<Entry> standing = rivals.computeIfAbsent(loser.key(), _ -> new ArrayList<>());
        boolean stale =
                standing.stream().anyMatch(other -> other.hasOwnerOf(loser) && other.version() >= loser.version());
        if (!stale) {
            standing.removeIf(other -> other.hasOwnerOf(loser));
            standing.add(loser);
        }
    }

    private void dropRivals(Tombstone tombstone) {
        rivals.computeIfPresent(tombstone.key(), (_, standing) -> {
            standing.removeIf(rival -> tombstone.covers(rival.claim()));
            return standing.isEmpty() ? null : standing;
        });
    }

    private void dropRivalsOf(NodeName node, long incarnation) {
        rivals.values()
                .forEach(standing -> standing.removeIf(rival -> rival.claim().isOf(node, incarnation)));
        rivals.values().removeIf(List::isEmpty);
    }

    /// Whether a claim of a living owner that stands back would win against another one than it
    /// does now.
    boolean hasRivalThatBeats(Payload key, Claim claim) {
        return rivals.getOrDefault(key, List.of()).stream()
                .anyMatch(rival -> rival.claim().beats(claim));
    }

    /// The best claim of a living owner that stood back.
    private Optional<Entry> successor(Payload key) {
        List<Entry> standing = rivals.getOrDefault(key, List.of());
        Optional<Entry> best =
                standing.stream().reduce((one, other) -> one.claim().beats(other.claim()) ? one : other);
        best.ifPresent(standing::remove);
        return best;
    }

    /// Hears that something was given up; empty when no entry ends by it. A rival's claim of the
    /// same key comes into its own.
    Optional<Change> hear(Tombstone tombstone) {
        bury(tombstone);
        dropRivals(tombstone);
        return get(tombstone.key())
                .filter(entry -> tombstone.covers(entry.claim()))
                .map(covered -> {
                    drop(covered.key());
                    Optional<Entry> next = successor(covered.key());
                    next.ifPresent(this::put);
                    return new Change(Optional.of(covered), next);
                });
    }

    private boolean isCovered(Entry entry) {
        for (Tombstone tombstone : tombstonesOf(entry.key())) {
            if (tombstone.covers(entry.claim())) {
                return true;
            }
        }
        return false;
    }

    private List<Tombstone> tombstonesOf(Payload key) {
        return tombstones.getOrDefault(key, List.of());
    }

    private void bury(Tombstone tombstone) {
        List<Tombstone> others = tombstones.computeIfAbsent(tombstone.key(), _ -> new ArrayList<>(1));
        for (int i = 0; i < others.size(); i++) {
            Tombstone known = others.get(i);
            if (known.grave().equals(tombstone.grave())) {
                others.set(i, later(known, tombstone));
                return;
            }
        }
        others.add(tombstone);
    }

    private static Tombstone later(Tombstone one, Tombstone other) {
        return one.at().compareTo(other.at()) >= 0 ? one : other;
    }

    /// Marks the children of a lost node, and returns what is known of them now: their records
    /// stay, without an owner. Where a rival runs the child already, that one comes into its own.
    List<Entry> orphan(NodeName node, long incarnation) {
        dropRivalsOf(node, incarnation);
        List<Entry> after = new ArrayList<>();
        for (Entry entry : ownedBy(node, incarnation)) {
            if (!entry.isLost()) {
                Entry next = successor(entry.key()).orElseGet(entry::withoutOwner);
                put(next);
                after.add(next);
            }
        }
        return after;
    }

    List<Entry> ownedBy(NodeName node, long incarnation) {
        return entries.values().stream()
                .filter(entry -> entry.claim().isOf(node, incarnation))
                .toList();
    }

    /// What nobody runs.
    List<Entry> orphans() {
        return idle.stream().flatMap(key -> get(key).stream()).toList();
    }

    /// The highest stamp of what a node's next claim of a key has to come after; 0 when there is
    /// none.
    long lastStamp(Payload key, NodeName node, long incarnation) {
        long last = 0;
        for (Tombstone tombstone : tombstonesOf(key)) {
            boolean counts = tombstone instanceof Tombstone.Ended || isBy(tombstone.at(), node, incarnation);
            last = counts ? Math.max(last, tombstone.at().stamp()) : last;
        }
        for (Entry rival : rivals.getOrDefault(key, List.of())) {
            last = Math.max(last, stamp(rival));
        }
        Entry known = entries.get(key);
        return known == null ? last : Math.max(last, stamp(known));
    }

    private static boolean isBy(Token token, NodeName node, long incarnation) {
        return token.incarnation() == incarnation && token.node().equals(node);
    }

    private static long stamp(Entry entry) {
        return Math.max(entry.version(), entry.claim().token().stamp());
    }

    /// Of what the next start of a key comes after: its last claim, or its end for all; 0 when
    /// nothing is known.
    long draw(Payload key) {
        Optional<Token> claim = get(key).map(entry -> entry.claim().token());
        return claim.or(() -> tombstonesOf(key).stream()
                        .filter(Tombstone.Ended.class::isInstance)
                        .map(Tombstone::at)
                        .findFirst())
                .map(Token::stamp)
                .orElse(0L);
    }

    /// The claim with which a node takes a key: the next one in its history.
    Claim nextClaim(Payload key, Token token) {
        int takeOvers = get(key).filter(Entry::yields)
                .map(entry -> entry.claim().takeOvers() + 1)
                .orElse(0);
        return new Claim(token, takeOvers);
    }

    /// Drops tombstones older than a stamp.
    void forgetTombstones(long before) {
        tombstones
                .values()
                .forEach(of -> of.removeIf(tombstone -> tombstone.at().stamp() < before));
        tombstones.values().removeIf(List::isEmpty);
    }
}
