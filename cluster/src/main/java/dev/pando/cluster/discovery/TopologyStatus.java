package dev.pando.cluster.discovery;

import dev.pando.core.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a topology stands.
///
/// @param answer the last one there was, however long ago
/// @param answered when that was, by this node's clock
/// @param error why the last lookup had none; empty when it had
/// @param next until the next lookup; zero while one runs
/// @param refused how much the strategy has ignored of what came over the network, by its kind, since
///     the topology has been started; see [Gossip]
public record TopologyStatus(
        String topology,
        String strategy,
        List<Endpoint> answer,
        Optional<Instant> answered,
        Optional<String> error,
        Duration next,
        List<Target> targets,
        SortedMap<String, Long> refused) {

    public TopologyStatus {
        answer = List.copyOf(answer);
        targets = List.copyOf(targets);
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }

    /// A place where a node listens, or did.
    ///
    /// @param node who was met there last
    /// @param connected whether there is a session with it now
    /// @param misses how many answers in a row have lacked it
    /// @param failures how many attempts to connect have failed in a row
    /// @param next until the next attempt; zero while it is connected or one runs
    public record Target(
            Endpoint endpoint, Optional<NodeName> node, boolean connected, int misses, int failures, Duration next) {}
}
