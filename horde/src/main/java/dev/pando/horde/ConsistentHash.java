package dev.pando.horde;

import dev.pando.core.NodeName;
import java.nio.charset.StandardCharsets;
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

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        return candidates.stream().max(weight(id)).map(Candidate::node);
    }

    /// The candidates by weight, the one that wins first.
    static Stream<Candidate> inOrder(String id, List<Candidate> candidates) {
        return candidates.stream().sorted(weight(id).reversed());
    }

    private static Comparator<Candidate> weight(String id) {
        long key = fnv1a(id);
        return Comparator.comparingLong((Candidate candidate) ->
                        mix(key ^ mix(fnv1a(candidate.node().toString()))))
                .thenComparing(Candidate::node);
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
