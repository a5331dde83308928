package dev.pando.cluster.discovery;

import dev.pando.core.NodeName;
import java.time.Duration;

/// Told what becomes of attempts to connect. Called by the topology's process: must not block. What it throws is
/// logged.
public interface TopologyListener {

    /// A node was reached, or had been already.
    ///
    /// @param took how long the attempt took
    default void connected(String topology, Endpoint endpoint, NodeName node, Duration took) {}

    /// Nobody of this cluster answers there. It is tried again.
    ///
    /// @param failures in a row, this one included
    default void unreachable(String topology, Endpoint endpoint, int failures) {}

    /// The session with a node that was met there is over. The node is looked for, unless it is given up.
    default void disconnected(String topology, Endpoint endpoint, NodeName node) {}

    /// Answers have lacked it for long enough, and there is no session: it is not looked for any more.
    default void givenUp(String topology, Endpoint endpoint) {}

    /// Does nothing.
    static TopologyListener none() {
        return new TopologyListener() {};
    }
}
