package dev.pando.cluster;

import dev.pando.core.NodeName;
import dev.pando.core.Notice;

/// A session has ended: the node is out of reach, or has been started anew. All signals of that session
/// have come before.
public record NodeDown(NodeName node, long incarnation, Reason reason) implements Notice {

    /// Why, as far as this node knows.
    public enum Reason {
        /// Its process has ended, or it did not answer for too long.
        UNREACHABLE,
        /// It has left the cluster in order, or this node has.
        LEFT,
        /// One of the two has called [Cluster#disconnect].
        DISCONNECTED,
        /// A later start of it is here.
        RESTARTED,
        /// It had lost this node for a while, or signals were lost; a new session follows.
        RENEWED
    }
}
