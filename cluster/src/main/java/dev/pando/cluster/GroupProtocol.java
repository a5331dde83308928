package dev.pando.cluster;

import dev.pando.core.Cast;
import dev.pando.core.NodeName;

/// What the server of a scope of groups is told: by its namesakes, by its table, and by itself.
sealed interface GroupProtocol permits GroupProtocol.Changed, GroupProtocol.Flush, GroupProtocol.Overdue, GroupSync {

    /// Members on this node have come or gone.
    record Changed() implements GroupProtocol, Cast {}

    /// Time to tell the peers of it.
    record Flush() implements GroupProtocol, Cast {}

    /// A node whose server has failed has had its time to start another one.
    record Overdue(NodeName node, long since) implements GroupProtocol, Cast {}
}
