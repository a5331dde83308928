package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.spi.Firewall;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import java.util.ArrayList;
import java.util.List;

/// Nodes over JGroups on free ports of this machine, closed in the end. Safe for several threads.
final class LocalCluster implements AutoCloseable {

    private final Cookie cookie = Cookie.random();
    private final List<Integer> ports;
    private final List<Node> nodes = new ArrayList<>();

    /// A node that has joined, and the engine it has joined by.
    record Party(Node node, Cluster cluster, JGroupsEngine engine) {
        NodeName name() {
            return node.name();
        }
    }

    LocalCluster(int size) {
        ports = FreePorts.take(size);
    }

    int port(int index) {
        return ports.get(index);
    }

    /// Every node knows all others' ports.
    ClusterConfig config(int index) {
        return ClusterConfig.of("test")
                .cookie(cookie)
                .hosts(ports.stream().map(port -> "127.0.0.1:" + port).toList())
                .listen("127.0.0.1", port(index));
    }

    Party join(int index) {
        return join(config(index), "node" + index);
    }

    Party join(ClusterConfig config, String name) {
        return join(config, name, Firewall.open());
    }

    Party join(ClusterConfig config, String name, Firewall firewall) {
        Node node = node(name);
        List<JGroupsEngine> engines = new ArrayList<>();
        Cluster cluster = Cluster.of(node, () -> {
            engines.add(new JGroupsEngine(config, firewall));
            return engines.getLast();
        });
        ChildSpec member = cluster.childSpec();
        node.start(member.behaviour(), member.name().orElseThrow());
        return new Party(node, cluster, engines.getLast());
    }

    /// A node that is closed with the others.
    Node node(String name) {
        Node node = Node.start(name, Protocols.of(Echo.class));
        synchronized (nodes) {
            nodes.add(node);
        }
        return node;
    }

    static void assertTogether(List<Party> parties) {
        for (Party party : parties) {
            assertThat(party.cluster().awaitMembers(parties.size(), Waits.DEADLINE))
                    .as("%s sees %s", party.name(), party.cluster().nodes())
                    .isTrue();
        }
    }

    @Override
    public void close() {
        List<Node> open;
        synchronized (nodes) {
            open = List.copyOf(nodes.reversed());
        }
        open.forEach(Node::close);
    }
}
