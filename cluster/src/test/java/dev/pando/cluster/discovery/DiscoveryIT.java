package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.FreePorts;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.Waits;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes that know each other by one strategy alone, with the real thing behind it: three form a cluster, live
/// through a time in which discovery fails, and pick up a fourth.
///
/// `-Dpando.rounds=10 -Dpando.discovery.failure=60` is the long form: how often, and how many seconds it fails.
final class DiscoveryIT {

    private static final int ROUNDS = Integer.getInteger("pando.rounds", 1);
    private static final Duration FAILURE = Duration.ofSeconds(Integer.getInteger("pando.discovery.failure", 4));
    /// More than the longest pause between two lookups, in which gossip is silent, too.
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int NODES = 4;

    @TempDir
    Path folder;

    private final Cookie cookie = Cookie.random();
    private final BlockingQueue<Loss> lost = new LinkedBlockingQueue<>();
    private final List<Node> nodes = new ArrayList<>();

    private record Loss(NodeName by, NodeDown down) {
        boolean isAmong(Collection<NodeName> names) {
            return names.contains(by) && names.contains(down.node());
        }
    }

    /// Where nodes are, and who knows that.
    private interface World {
        DiscoveryStrategy strategy();

        /// What is known from now on: the first so many.
        void announce(int count) throws Exception;

        void fail() throws Exception;

        void mend() throws Exception;
    }

    /// A strategy that is told to fail, where nothing behind it can.
    private record Breakable(DiscoveryStrategy sound, AtomicBoolean broken) implements DiscoveryStrategy {
        @Override
        public String name() {
            return sound.name();
        }

        @Override
        public Duration interval() {
            return sound.interval();
        }

        @Override
        public Discovery open(Seat seat) throws Exception {
            Discovery opened = sound.open(seat);
            return new Discovery() {
                @Override
                public List<Endpoint> lookup(Duration timeout) throws Exception {
                    if (broken.get()) {
                        throw new IOException("the test wants it");
                    }
                    return opened.lookup(timeout);
                }

                @Override
                public void close() {
                    opened.close();
                }
            };
        }
    }

    /// A world whose strategy needs nothing outside.
    private static World world(DiscoveryStrategy strategy) {
        AtomicBoolean broken = new AtomicBoolean();
        return new World() {
            @Override
            public DiscoveryStrategy strategy() {
                return new Breakable(strategy, broken);
            }

            @Override
            public void announce(int count) {}

            @Override
            public void fail() {
                broken.set(true);
            }

            @Override
            public void mend() {
                broken.set(false);
            }
        };
    }

    @AfterEach
    void close() {
        nodes.reversed().forEach(Node::close);
        nodes.clear();
    }

    private Cluster start(World world, Endpoint listens) {
        Node node = Node.start("node" + nodes.size());
        nodes.add(node);
        Cluster cluster =
                Cluster.of(node, ClusterConfig.of("discovery").cookie(cookie).listen(listens.host(), listens.port()));
        Topologies topologies = Topologies.of(cluster, Topology.of("it", world.strategy()));
        node.start(Supervisor.of(dev.pando.core.Strategy.ONE_FOR_ONE, cluster.childSpec(), topologies.childSpec()));
        cluster.monitorNodes(node.spawn(() -> {
            while (true) {
                if (Self.receive(Signal.class) instanceof NodeDown down) {
                    lost.add(new Loss(node.name(), down));
                }
            }
        }));
        return cluster;
    }

    private static void assertTogether(List<Cluster> clusters) {
        for (Cluster cluster : clusters) {
            assertThat(cluster.awaitMembers(clusters.size(), DEADLINE))
                    .as("%s sees %s", cluster.node().name(), cluster.nodes())
                    .isTrue();
        }
    }

    /// While a cluster forms, two that merge with a third at once may part again for a moment. From now
    /// on nobody is to be lost.
    private void assertFormed(List<Cluster> clusters) {
        assertTogether(clusters);
        Waits.untilEqual(
                "coordinators",
                1L,
                () -> clusters.stream().map(Cluster::coordinator).distinct().count());
        assertTogether(clusters);
        lost.clear();
    }

    private void livesThrough(World world, List<Endpoint> places) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            world.announce(NODES - 1);
            List<Cluster> clusters = new ArrayList<>();
            for (Endpoint place : places.subList(0, NODES - 1)) {
                clusters.add(start(world, place));
            }
            assertFormed(clusters);
            List<NodeName> formed =
                    clusters.stream().map(cluster -> cluster.node().name()).toList();

            world.fail();
            assertThat(lost.poll(FAILURE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
            world.mend();

            world.announce(NODES);
            clusters.add(start(world, places.getLast()));
            assertTogether(clusters);
            assertThat(lost).noneMatch(loss -> loss.isAmong(formed));
            close();
            lost.clear();
        }
    }

    /// On free ports of 127.0.0.1.
    private static List<Endpoint> ports() {
        return FreePorts.take(NODES).stream()
                .map(port -> new Endpoint("127.0.0.1", port))
                .toList();
    }

    /// On addresses of their own, all with one port.
    private static List<Endpoint> addresses() {
        int port = FreePorts.take(1).getFirst();
        return IntStream.rangeClosed(1, NODES)
                .mapToObj(i -> new Endpoint("127.0.1." + i, port))
                .toList();
    }

    private static String[] texts(List<Endpoint> places) {
        return places.stream().map(Endpoint::toString).toArray(String[]::new);
    }

    @Test
    void byStaticHosts() throws Exception {
        List<Endpoint> places = ports();

        livesThrough(world(StaticHosts.of(texts(places)).timeout(SECOND)), places);
    }

    @Test
    void byPortsOfThisMachine() throws Exception {
        List<Integer> row = FreePorts.row(NODES);
        List<Endpoint> places =
                row.stream().map(port -> new Endpoint("127.0.0.1", port)).toList();

        livesThrough(world(LocalPorts.of().ports(row.getFirst(), row.getLast()).interval(SECOND)), places);
    }

    @Test
    void byAFileOfHosts() throws Exception {
        List<Endpoint> places = ports();
        Path file = folder.resolve("hosts");
        World world = new World() {
            private int announced;

            @Override
            public DiscoveryStrategy strategy() {
                return HostsFile.of(file).interval(SECOND);
            }

            @Override
            public void announce(int count) throws IOException {
                announced = count;
                mend();
            }

            @Override
            public void fail() throws IOException {
                Files.delete(file);
            }

            @Override
            public void mend() throws IOException {
                Files.writeString(file, String.join("\n", texts(places.subList(0, announced))));
            }
        };

        livesThrough(world, places);
    }

    @Test
    void byGossip() throws Exception {
        livesThrough(
                world(Gossip.of()
                        .port(FreePorts.take(1).getFirst())
                        .multicastIf("127.0.0.1")
                        .secret("sixteen characters, or more")),
                ports());
    }

    /// A server of names that is ended, and started with others.
    private World named(Dnsmasq server, DiscoveryStrategy strategy, IntFunction<String[]> lines) {
        return new World() {
            private int announced;

            @Override
            public DiscoveryStrategy strategy() {
                return strategy;
            }

            @Override
            public void announce(int count) throws Exception {
                announced = count;
                mend();
            }

            @Override
            public void fail() throws InterruptedException {
                server.end();
            }

            @Override
            public void mend() throws Exception {
                server.restart(lines.apply(announced));
            }
        };
    }

    private static String[] hosts(String name, List<Endpoint> places, int count) {
        return places.subList(0, count).stream()
                .map(place -> "host-record=" + name + "," + place.host())
                .toArray(String[]::new);
    }

    @Test
    void byAddressesOfANameInDns() throws Exception {
        List<Endpoint> places = addresses();
        String name = "donations." + Dnsmasq.DOMAIN;
        Dnsmasq server = Dnsmasq.start(folder);
        try {
            DnsPoll strategy = DnsPoll.of(name)
                    .pollingInterval(SECOND)
                    .port(places.getFirst().port())
                    .server(server.address());

            livesThrough(named(server, strategy, count -> hosts(name, places, count)), places);
        } finally {
            server.end();
        }
    }

    @Test
    void byAHeadlessServiceOfKubernetes() throws Exception {
        List<Endpoint> places = addresses();
        Dnsmasq server = Dnsmasq.start(folder);
        try {
            KubernetesDns strategy = KubernetesDns.of("donation-service")
                    .namespace("finance")
                    .clusterDomain(Dnsmasq.DOMAIN)
                    .pollingInterval(SECOND)
                    .port(places.getFirst().port())
                    .server(server.address());

            livesThrough(
                    named(
                            server,
                            strategy,
                            count -> hosts("donation-service.finance.svc." + Dnsmasq.DOMAIN, places, count)),
                    places);
        } finally {
            server.end();
        }
    }

    @Test
    void byServiceRecordsOfKubernetes() throws Exception {
        List<Endpoint> places = ports();
        String service = "donation-service.finance.svc." + Dnsmasq.DOMAIN;
        Dnsmasq server = Dnsmasq.start(folder);
        try {
            KubernetesDnsSrv strategy = KubernetesDnsSrv.of("donation-service", "finance")
                    .clusterDomain(Dnsmasq.DOMAIN)
                    .pollingInterval(SECOND)
                    .server(server.address());

            livesThrough(
                    named(
                            server,
                            strategy,
                            count -> IntStream.range(0, count)
                                    .boxed()
                                    .flatMap(i -> Stream.of(
                                            "host-record=pod-" + i + "." + service + ",127.0.0.1",
                                            "srv-host=" + service + ",pod-" + i + "." + service + ","
                                                    + places.get(i).port()))
                                    .toArray(String[]::new)),
                    places);
        } finally {
            server.end();
        }
    }

    /// Yours.
    private record Told(List<Endpoint> known) implements DiscoveryStrategy {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public Duration interval() {
            return SECOND;
        }

        @Override
        public Discovery open(Seat seat) {
            return _ -> List.copyOf(known);
        }
    }

    @Test
    void byAStrategyOfOnesOwn() throws Exception {
        List<Endpoint> places = ports();

        livesThrough(world(new Told(new CopyOnWriteArrayList<>(places))), places);
    }

    /// A random two of five each time.
    private record TwoOf(List<Endpoint> all) implements DiscoveryStrategy {
        @Override
        public String name() {
            return "two";
        }

        @Override
        public Duration interval() {
            return Duration.ofMillis(200);
        }

        @Override
        public Discovery open(Seat seat) {
            return _ -> {
                List<Endpoint> shuffled = new ArrayList<>(all);
                Collections.shuffle(shuffled, ThreadLocalRandom.current());
                return shuffled.subList(0, 2);
            };
        }
    }

    @Test
    void fiveWhoseDiscoveryAnswersTwoAtRandomAreAndStayOneCluster() throws Exception {
        List<Endpoint> places = FreePorts.take(5).stream()
                .map(port -> new Endpoint("127.0.0.1", port))
                .toList();
        World world = world(new TwoOf(places));
        for (int round = 0; round < ROUNDS; round++) {
            List<Cluster> clusters = new ArrayList<>();
            for (Endpoint place : places) {
                clusters.add(start(world, place));
            }
            assertFormed(clusters);

            assertThat(lost.poll(FAILURE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
            assertTogether(clusters);
            close();
            lost.clear();
        }
    }
}
