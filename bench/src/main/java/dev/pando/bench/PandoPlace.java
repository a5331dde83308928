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
import java.util.concurrent.CountDownLatch;

/// One of several nodes with a registry, joined by JGroups.
///
/// @param leaving open when the node has been asked to go
record PandoPlace(Node node, Cluster cluster, PandoRegistries registries, CountDownLatch leaving)
        implements AutoCloseable {

    /// Waits until there is a session with each node of an earlier place; the first one joins last.
    static PandoPlace join(int place, Places places) {
        PandoPlace joined = join(name(place), place, places, 0);
        int members = place == Places.NEAR ? places.nodes() : place;
        if (!joined.cluster.awaitMembers(members, Waits.LIMIT)) {
            throw new IllegalStateException("no session with each of " + members + " nodes");
        }
        return joined;
    }

    /// Joins as a new node, and as another one whenever it has been asked to go; ends with its thread.
    ///
    /// @param generation of the registry that it joins
    static void comeAndGo(Places places, int generation) throws InterruptedException {
        for (int visit = 1; ; visit++) {
            try (PandoPlace visitor = join(NodeName.of("visitor" + visit), places.newcomer(), places, generation)) {
                visitor.leaving.await();
            }
        }
    }

    static NodeName name(int place) {
        return NodeName.of("place" + place);
    }

    private static PandoPlace join(NodeName name, int place, Places places, int generation) {
        Node node = Node.start(name.toString(), Protocols.of(PandoRegistrar.class, PandoEcho.class));
        Cluster cluster = Cluster.of(
                node,
                ClusterConfig.of("bench")
                        .cookie(new Cookie(Wire.COOKIE))
                        .listen(Places.HOST, places.port(place))
                        .hosts(List.of(Places.HOST + ":" + places.meeting())));
        PandoPlace joined =
                new PandoPlace(node, cluster, new PandoRegistries(cluster, generation), new CountDownLatch(1));
        // Before any other node can see this one and ask.
        node.start(new PandoRegistrar(joined.registries, joined.leaving), PandoRegistrar.NAME);
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec()));
        joined.registries.start();
        return joined;
    }

    @Override
    public void close() {
        node.close();
    }
}
