package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.NodeDown.Reason;
import dev.pando.core.Node;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.observer.Alert.BelowExpected;
import dev.pando.observer.Alert.How;
import dev.pando.observer.Alert.NodeJoined;
import dev.pando.observer.Alert.NodeLost;
import dev.pando.observer.Alert.Restored;
import dev.pando.testkit.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Monitors of nodes over real sockets, in the tree that the guide shows.
final class ClusterMonitorIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Cookie cookie = Cookie.random();
    private final List<Integer> ports = FreePorts.take(3);
    private final List<Node> nodes = new ArrayList<>();

    record Party(
            Node node,
            Cluster cluster,
            ClusterMonitor monitor,
            SimpleMeterRegistry registry,
            BlockingQueue<Alert> told) {

        /// The next alert of a type; others before it are dropped.
        private <T extends Alert> T next(Class<T> type) throws InterruptedException {
            Alert alert = told.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            while (alert != null && !type.isInstance(alert)) {
                alert = told.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            }
            assertThat(alert)
                    .as("a %s within %s", type.getSimpleName(), DEADLINE)
                    .isNotNull();
            return type.cast(alert);
        }
    }

    private Party start(int index) {
        Node node = Node.start("node" + index);
        nodes.add(node);
        ClusterConfig config = ClusterConfig.of("test")
                .cookie(cookie)
                .hosts(ports.stream().map(port -> "127.0.0.1:" + port).toList())
                .listen("127.0.0.1", ports.get(index));
        Cluster cluster = Cluster.of(node, config);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        BlockingQueue<Alert> told = new LinkedBlockingQueue<>();
        ClusterMonitor monitor = ClusterMonitor.of(
                cluster,
                registry,
                MonitorConfig.of(3).grace(Duration.ofMillis(500)).onAlert(told::add));
        node.start(Supervisor.of(Strategy.REST_FOR_ONE, cluster.childSpec(), monitor.childSpec()));
        return new Party(node, cluster, monitor, registry, told);
    }

    @AfterEach
    void close() {
        nodes.reversed().forEach(Node::close);
    }

    @Test
    void whoLeavesAndIsStartedAnewIsToldCountedAndMissedMeanwhile() throws InterruptedException {
        Party first = start(0);
        Party second = start(1);
        Party third = start(2);
        for (Party party : List.of(first, second, third)) {
            assertThat(party.cluster().awaitMembers(3, DEADLINE)).isTrue();
        }
        assertThat(first.next(NodeJoined.class).how()).isEqualTo(How.NEW);
        assertThat(first.monitor().distribution(DEADLINE).counts())
                .containsOnlyKeys(
                        first.node().name(), second.node().name(), third.node().name());

        third.node().close();

        assertThat(first.next(NodeLost.class))
                .isEqualTo(new NodeLost(third.node().name(), Reason.LEFT));
        assertThat(first.next(BelowExpected.class).seen()).isEqualTo(2);
        assertThat(first.monitor().health().isWhole()).isFalse();
        assertThat(first.registry()
                        .find("pando.peer.bytes.sent")
                        .tag("peer", third.node().name().toString())
                        .meter())
                .isNull();

        start(2);

        assertThat(first.next(NodeJoined.class).how()).isEqualTo(How.RESTARTED);
        assertThat(first.next(Restored.class).seen()).isEqualTo(3);
        assertThat(first.monitor().health().isWhole()).isTrue();
        assertThat(first.registry()
                        .get("pando.cluster.leaves")
                        .tag("reason", "left")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(third.registry().getMeters()).isEmpty();
    }
}
