package dev.pando.cli;

import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.core.NodeName;
import java.util.List;

/// What a node in a namespace needs to know; handed over on its standard input.
///
/// @param names how many names all nodes are to hold together, or children to run
/// @param peers the names of all other nodes there may be
record ChaosSettings(
        String name,
        String address,
        List<String> peers,
        List<String> hosts,
        String cookie,
        Work work,
        int names,
        ChaosPlant plant) {

    static final int PORT = 7800;

    /// What the node does.
    enum Work {
        /// See [ChaosTalk].
        TALK,
        /// See [ChaosNames].
        NAMES,
        /// See [ChaosChildren].
        CHILDREN
    }

    /// The default settings, but for the address, which is no loopback.
    ClusterConfig cluster() {
        return ClusterConfig.of("pando-chaos")
                .insecure(true)
                .listen(address, PORT)
                .hosts(hosts)
                .cookie(new Cookie(cookie));
    }

    List<NodeName> others() {
        return peers.stream().map(NodeName::of).toList();
    }
}
