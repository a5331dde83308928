package dev.pando.observer;

import dev.pando.cluster.NodeDown;
import dev.pando.core.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a [ClusterMonitor] has seen from its node; in a partition each side sees its own.
public sealed interface Alert {

    /// A session with a node has begun.
    ///
    /// @param away how long there was none; empty for a node that is new here
    record NodeJoined(NodeName node, How how, Optional<Duration> away) implements Alert {}

    /// What a node that has joined is to this one.
    enum How {
        /// It was not here before, or very long ago.
        NEW,
        /// It was here before, and has been started anew.
        RESTARTED,
        /// It was here before, and has been running all the time.
        RETURNED
    }

    /// A session with a node has ended. `LEFT` is an orderly end; after `RESTARTED` and `RENEWED`
    /// the next session begins at once.
    record NodeLost(NodeName node, NodeDown.Reason reason) implements Alert {}

    /// Nodes that were out of reach, and have been running all the time, are back: parts of the
    /// cluster have become one again. Told once for all that come within two seconds, and after
    /// their [NodeJoined].
    ///
    /// @param away how long the one was that was away longest
    record Healed(List<NodeName> nodes, Duration away) implements Alert {
        public Healed {
            nodes = List.copyOf(nodes);
        }
    }

    /// There have been fewer nodes than expected for longer than the grace. Told once, until
    /// [Restored].
    ///
    /// @param seen how many there are, this one included
    record BelowExpected(int seen, int expected, Instant since) implements Alert {}

    /// There are as many nodes as expected again, after [BelowExpected].
    ///
    /// @param below for how long there were fewer, the grace included
    record Restored(int seen, int expected, Duration below) implements Alert {}
}
