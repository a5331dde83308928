package dev.pando.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.discovery.Topologies;
import dev.pando.cluster.discovery.Topology;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.kubernetes.Kubernetes.IpLookupMode;
import dev.pando.testkit.FreePorts;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real nodes, each on an address of its own as pods are, that know each other by the API alone:
/// three form a cluster, live through a time in which the API refuses, fails and has no watches, and
/// pick up a fourth.
///
/// `-Dpando.rounds=10 -Dpando.discovery.failure=60` is the long form: how often, and how many seconds
/// it fails.
final class KubernetesDiscoveryIT {

    private static final int ROUNDS = Integer.getInteger("pando.rounds", 1);
    private static final Duration FAILURE = Duration.ofSeconds(Integer.getInteger("pando.discovery.failure", 4));
    /// More than the longest pause between two questions.
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final long LOOK_NANOS = 2_000_000;
    private static final int NODES = 4;

    @TempDir
    private Path folder;

    private final int port = FreePorts.take(1).getFirst();
    private final Cookie cookie = Cookie.random();
    private final BlockingQueue<Loss> lost = new LinkedBlockingQueue<>();
    private final List<Running> members = new ArrayList<>();
    private ApiServer server;
    private Seats seats;

    private record Loss(NodeName by, NodeDown down) {
        boolean isAmong(Collection<NodeName> names) {
            return names.contains(by) && names.contains(down.node());
        }
    }

    /// A node that runs.
    private record Running(Node node, Cluster cluster, Topologies topologies) {
        String error() {
            return topologies.status().getFirst().error().orElse("");
        }
    }

    @BeforeEach
    void open() throws Exception {
        server = ApiServer.http();
        seats = new Seats(folder);
    }

    @AfterEach
    void close() {
        closeNodes();
        seats.close();
        server.close();
    }

    private void closeNodes() {
        members.reversed().forEach(member -> member.node().close());
        members.clear();
    }

    private static String address(int pod) {
        return "127.0.2." + pod;
    }

    private void start(int pod, IpLookupMode lookup) {
        Node node = Node.start("pando@" + address(pod));
        Cluster cluster =
                Cluster.of(node, ClusterConfig.of("discovery").cookie(cookie).listen(address(pod), port));
        Kubernetes strategy =
                seats.strategy(server).ipLookupMode(lookup).port(port).pollingInterval(Duration.ofSeconds(1));
        Topologies topologies = Topologies.of(cluster, Topology.of("it", strategy));
        members.add(new Running(node, cluster, topologies));
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), topologies.childSpec()));
        cluster.monitorNodes(node.spawn(() -> {
            while (true) {
                if (Self.receive(Signal.class) instanceof NodeDown down) {
                    lost.add(new Loss(node.name(), down));
                }
            }
        }));
    }

    private void assertTogether() {
        for (Running member : members) {
            assertThat(member.cluster().awaitMembers(members.size(), DEADLINE))
                    .as(
                            "%s sees %s, and its topology says '%s'",
                            member.node().name(), member.cluster().nodes(), member.error())
                    .isTrue();
        }
    }

    /// While a cluster forms, two that merge with a third at once may part again for a moment. From now
    /// on nobody is to be lost.
    private void assertFormed() {
        assertTogether();
        until(
                "one coordinator",
                () -> members.stream()
                                .map(member -> member.cluster().coordinator())
                                .distinct()
                                .count()
                        == 1);
        assertTogether();
        lost.clear();
    }

    /// For what nobody announces.
    private static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s within %s", what, DEADLINE)
                    .isNegative();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static Endpoint[] endpoints(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(
                        pod -> ApiServer.endpoint("pando-" + pod, address(pod)).build())
                .toArray(Endpoint[]::new);
    }

    private void createPod(int pod) {
        server.create(ApiServer.podAt("pando-" + pod, address(pod)));
    }

    /// Nobody is lost from the time on at which all nodes have been answered so.
    private void assertLivesThrough(String answer, Duration time) throws InterruptedException {
        for (Running member : members) {
            until(
                    member.node().name() + " is answered " + answer,
                    () -> member.error().contains(answer));
        }
        assertThat(lost.poll(time.toNanos(), TimeUnit.NANOSECONDS)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void podsFormAClusterLiveThroughWhatTheApiDoesAndPickUpAFourth(IpLookupMode lookup) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            server.reset();
            server.create(ApiServer.slice(endpoints(NODES - 1)));
            for (int pod = 1; pod < NODES; pod++) {
                createPod(pod);
                start(pod, lookup);
            }
            assertFormed();
            List<NodeName> formed =
                    members.stream().map(member -> member.node().name()).toList();

            server.fail(403, "forbidden");
            server.failWatches(403, "forbidden");
            server.dropWatches();
            assertLivesThrough("403", FAILURE.dividedBy(2));
            server.fail(500, "etcd has no leader");
            server.failWatches(500, "etcd has no leader");
            assertLivesThrough("500", FAILURE.dividedBy(2));
            server.repair();

            server.update(ApiServer.slice(endpoints(NODES)));
            createPod(NODES);
            start(NODES, lookup);
            assertTogether();
            assertThat(lost).noneMatch(loss -> loss.isAmong(formed));
            closeNodes();
            lost.clear();
        }
    }
}
