package dev.pando.bench;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.Groups;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.util.List;
import java.util.Locale;

/// One of Pando's two nodes, joined by JGroups.
record PandoEnd(Node node, Groups groups) implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    /// Waits for nobody.
    static PandoEnd far(Wire wire) {
        PandoEnd far = join(End.FAR, wire);
        far.node.start(new PandoWatch(far.groups), PandoWatch.NAME);
        return far;
    }

    /// Waits until there is a session with the far one.
    static PandoEnd near(Wire wire) {
        return join(End.NEAR, wire);
    }

    static NodeName name(End end) {
        return NodeName.of(end.name().toLowerCase(Locale.ROOT));
    }

    private static PandoEnd join(End end, Wire wire) {
        Node node = Node.start(
                name(end).toString(),
                Protocols.of(
                        PandoEcho.class,
                        PandoTally.class,
                        PandoTally.Message.class,
                        PandoTally.Total.class,
                        PandoWatch.class));
        Cluster cluster = Cluster.of(
                node,
                ClusterConfig.of("bench")
                        .cookie(new Cookie(Wire.COOKIE))
                        .listen(HOST, wire.port(end))
                        .hosts(List.of(HOST + ":" + wire.far())));
        Groups groups = Groups.of(cluster);
        // Together, so that the far one finds no node without groups.
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), groups.childSpec()));
        if (end == End.NEAR && !cluster.awaitMembers(2, Waits.LIMIT)) {
            throw new IllegalStateException("no session with the far node");
        }
        return new PandoEnd(node, groups);
    }

    @Override
    public void close() {
        node.close();
    }
}
