package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.Node;

/// What a node of a cluster under test does when it starts, once it has joined: as the main method of a service would.
///
/// @param <A> what the test wants to have at hand of each node
@FunctionalInterface
public interface Boot<A> {

    /// Runs in a process of the node.
    A boot(Node node, Cluster cluster) throws Exception;
}
