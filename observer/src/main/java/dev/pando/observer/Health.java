package dev.pando.observer;

import dev.pando.core.NodeName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How a node sees its cluster.
///
/// @param members the nodes that are there, this one included, by name
/// @param belowSince since when there have been fewer than expected; empty when there are enough
public record Health(List<NodeName> members, int expected, Optional<Instant> belowSince) {

    public Health {
        members = List.copyOf(members);
    }

    /// Whether there are as many nodes as expected.
    public boolean isWhole() {
        return belowSince.isEmpty();
    }
}
