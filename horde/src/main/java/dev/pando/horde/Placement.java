package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;

/// Chooses the node on which a child runs. Pure, and the same on every node for the same arguments.
@FunctionalInterface
public interface Placement {

    /// The node for a child.
    ///
    /// @param id the child's id
    /// @param candidates nodes that can run it, in order of their names; at least one
    /// @return empty when none of them shall run it for now
    Optional<NodeName> place(String id, List<NodeName> candidates);

    /// Spreads children evenly, and moves only those of a node that comes or goes.
    static Placement consistentHash() {
        return new ConsistentHash();
    }
}
