package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One node's copy of all keys, and what happens to it. Knows nothing of processes and time; confined to its
/// server.
///
/// Each node is the authority for what it owns and tells the others. A copy of a key is replaced only by the rule
/// of [Entry#replaces] or a newer [Tombstone].
final class Replica {

    private final Map<Payload, Entry> entries = new LinkedHashMap<>();
    private final Map<Payload, Tombstone> tombstones = new LinkedHashMap<>();

    /// What became of a piece of news.
    ///
    /// @param before what was known of the key until now
    record Change(Optional<Entry> before, Optional<Entry> after) {}

    Optional<Entry> get(Payload key) {
        return Optional.ofNullable(entries.get(key));
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    Collection<Tombstone> tombstones() {
        return tombstones.values();
    }

    /// Sets what this node decides as the owner.
    void put(Entry entry) {
        entries.put(entry.key(), entry);
        tombstones.remove(entry.key());
    }

    /// Gives a key up.
    Tombstone remove(Payload key, long stamp) {
        entries.remove(key);
        Tombstone tombstone = new Tombstone(key, stamp);
        tombstones.put(key, tombstone);
        return tombstone;
    }

    /// Hears of an entry; empty when that changes nothing.
    Optional<Change> hear(Entry entry) {
        Tombstone tombstone = tombstones.get(entry.key());
        Optional<Entry> known = get(entry.key());
        if ((tombstone != null && tombstone.stamp() > stamp(entry.claim()))
                || known.filter(before -> !entry.replaces(before)).isPresent()) {
            return Optional.empty();
        }
        put(entry);
        return Optional.of(new Change(known, Optional.of(entry)));
    }

    /// Hears that a key was given up; empty when that changes nothing.
    Optional<Change> hear(Tombstone tombstone) {
        Tombstone known = tombstones.get(tombstone.key());
        Optional<Entry> before = get(tombstone.key());
        boolean outlived =
                before.filter(entry -> stamp(entry.claim()) > tombstone.stamp()).isPresent();
        if (outlived || (known != null && known.stamp() >= tombstone.stamp())) {
            return Optional.empty();
        }
        remove(tombstone.key(), tombstone.stamp());
        return before.map(entry -> new Change(before, Optional.empty()));
    }

    /// Forgets the names that a lost node held.
    List<Entry> drop(NodeName node, long incarnation) {
        List<Entry> dropped = ownedBy(node, incarnation);
        dropped.forEach(entry -> entries.remove(entry.key()));
        return dropped;
    }

    /// Marks the children of a lost node: their records stay, without an owner.
    List<Entry> orphan(NodeName node, long incarnation) {
        List<Entry> orphans = new ArrayList<>();
        for (Entry entry : ownedBy(node, incarnation)) {
            if (!entry.isLost()) {
                Entry orphan = entry.withoutOwner();
                entries.put(entry.key(), orphan);
                orphans.add(orphan);
            }
        }
        return orphans;
    }

    List<Entry> ownedBy(NodeName node, long incarnation) {
        return entries.values().stream()
                .filter(entry -> entry.claim().isOf(node, incarnation))
                .toList();
    }

    List<Entry> orphans() {
        return entries.values().stream().filter(Entry::isLost).toList();
    }

    /// The claim with which a node takes a key: the next one in its history.
    Claim nextClaim(Payload key, Token token) {
        int takeOvers = get(key).filter(Entry::isLost)
                .map(entry -> entry.claim().takeOvers() + 1)
                .orElse(0);
        return new Claim(token, takeOvers);
    }

    /// Drops tombstones older than a stamp.
    void forgetTombstones(long before) {
        tombstones.values().removeIf(tombstone -> tombstone.stamp() < before);
    }

    private static long stamp(Claim claim) {
        return claim.token().stamp();
    }
}
