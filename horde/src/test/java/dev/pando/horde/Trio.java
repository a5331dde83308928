package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Nodes of one cluster over real sockets, all in this JVM.
final class Trio implements AutoCloseable {

    private static final Duration JOIN = Duration.ofSeconds(20);
    private static final int DETECTOR_OFFSET = 100;

    final List<Node> nodes = new ArrayList<>();
    final List<Cluster> clusters = new ArrayList<>();
    final Cookie cookie = Cookie.random();
    final List<String> hosts;

    Trio(int count, Protocols protocols) {
        List<Integer> ports = freePorts(count);
        hosts = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        ClusterConfig config = ClusterConfig.of("trio").hosts(hosts).cookie(cookie);
        for (int i = 0; i < count; i++) {
            Node node = Node.start("n" + i, protocols);
            nodes.add(node);
            clusters.add(Cluster.join(node, config.listen("127.0.0.1", ports.get(i))));
        }
        for (Cluster cluster : clusters) {
            if (!cluster.awaitMembers(count, JOIN)) {
                throw new IllegalStateException(cluster.node() + " sees only " + cluster.nodes());
            }
        }
    }

    static List<Integer> freePorts(int count) {
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            boolean apart =
                    taken.stream().noneMatch(other -> other == port || Math.abs(other - port) == DETECTOR_OFFSET);
            if (apart && isFree(port) && isFree(port + DETECTOR_OFFSET)) {
                taken.add(port);
            }
        }
        return taken;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
