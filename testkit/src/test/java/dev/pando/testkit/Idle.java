package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.Node;
import dev.pando.core.Protocols;

/// Nodes that do nothing, and know their own name.
abstract class Idle implements Setup<String> {
    @Override
    public Protocols protocols() {
        return Protocols.none();
    }

    @Override
    public String boot(Node node, Cluster cluster) {
        return node.name().name();
    }
}
