package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Highest random weight: the candidate with the highest hash of (node, id) wins (Thaler and Ravishankar, "Using
/// Name-Based Mappings to Increase Hit Rates", 1998). The hash is part of the protocol: all nodes of a cluster must
/// agree, whatever their release.
record ConsistentHash() implements Placement {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private static final Comparator<Weighed> BY_WEIGHT =
            Comparator.comparingLong(Weighed::weight).thenComparing(Weighed::node);

    private record Weighed(long weight, Candidate candidate) {
        NodeName node() {
            return candidate.node();
        }
    }

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        return heaviest(id, 0, candidates);
    }

    /// The candidate that wins a draw.
    static Optional<NodeName> heaviest(String id, long draw, List<Candidate> candidates) {
        return weighed(id, draw, candidates).max(BY_WEIGHT).map(Weighed::node);
    }

    /// The process that wins, in whatever order they are; the same on every node. One that is there
    /// twice counts once.
    static Optional<Pid> heaviest(String key, Collection<Pid> pids) {
        long hash = fnv1a(key);
        Comparator<Pid> byWeight = Comparator.comparingLong(pid -> weight(hash, pid));
        return pids.stream().max(byWeight.thenComparing(Comparator.naturalOrder()));
    }

    /// The candidates by weight, the one that wins first.
    static Stream<Candidate> inOrder(String id, List<Candidate> candidates) {
        return weighed(id, 0, candidates).sorted(BY_WEIGHT.reversed()).map(Weighed::candidate);
    }

    private static Stream<Weighed> weighed(String id, long draw, List<Candidate> candidates) {
        long key = fnv1a(id) ^ mix(draw);
        return candidates.stream().map(candidate -> new Weighed(weight(key, candidate.node()), candidate));
    }

    private static long weight(long key, Object candidate) {
        return mix(key ^ mix(fnv1a(candidate.toString())));
    }

    private static long fnv1a(String text) {
        long hash = FNV_OFFSET;
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (next & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    /// The finalizer of SplitMix64.
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
