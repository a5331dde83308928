package dev.pando.bench;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.util.List;

/// One of several nodes, over JGroups.
record PandoMember(Node node, Cluster cluster) implements AutoCloseable {

    /// One that has yet to join: what others may ask for is started first.
    static PandoMember of(NodeName name, int place, Places places, Protocols protocols) {
        Node node = Node.start(name.toString(), protocols);
        Cluster cluster = Cluster.of(
                node,
                ClusterConfig.of("bench")
                        .cookie(new Cookie(Wire.COOKIE))
                        .listen(Places.HOST, places.port(place))
                        .hosts(List.of(Places.HOST + ":" + places.meeting())));
        return new PandoMember(node, cluster);
    }

    static NodeName name(int place) {
        return NodeName.of("place" + place);
    }

    void join() {
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec()));
    }

    /// Waits for the sessions.
    ///
    /// @param nodes this one included
    void await(int nodes) {
        if (!cluster.awaitMembers(nodes, Waits.LIMIT)) {
            throw new IllegalStateException("no session with each of " + nodes + " nodes");
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
