package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.FreePorts;
import dev.pando.cluster.Waits;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;

/// What topologies do about a discovery that fails, and when their node leaves: over real sockets.
final class TopologiesIT {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Cookie cookie = Cookie.random();
    private final List<Node> nodes = new ArrayList<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /// A node that looks for others.
    private record Party(Node node, Cluster cluster, Topologies topologies) {
        TopologyStatus status() {
            return topologies.status().getFirst();
        }

        String error() {
            return status().error().orElse("");
        }
    }

    @AfterEach
    void close() {
        nodes.reversed().forEach(Node::close);
    }

    private Party start(Endpoint listens, Cookie shown, DiscoveryStrategy strategy) {
        Node node = Node.start("node" + nodes.size());
        nodes.add(node);
        Cluster cluster =
                Cluster.of(node, ClusterConfig.of("topologies").cookie(shown).listen(listens.host(), listens.port()));
        Topologies topologies = Topologies.of(
                        cluster, Topology.of("it", strategy).connect(Duration.ofSeconds(2)))
                .listener(new TopologyListener() {
                    @Override
                    public void unreachable(String topology, Endpoint endpoint, int failures) {
                        told.add(node.name().name() + " finds nobody at " + endpoint);
                    }
                });
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), topologies.childSpec()));
        return new Party(node, cluster, topologies);
    }

    private Party start(Endpoint listens, DiscoveryStrategy strategy) {
        return start(listens, cookie, strategy);
    }

    private static void assertTogether(Party... parties) {
        for (Party party : parties) {
            assertThat(party.cluster().awaitMembers(parties.length, Waits.DEADLINE))
                    .as("%s sees %s", party.node().name(), party.cluster().nodes())
                    .isTrue();
        }
    }

    private static List<Endpoint> ports(int count) {
        return FreePorts.take(count).stream()
                .map(port -> new Endpoint("127.0.0.1", port))
                .toList();
    }

    private static StaticHosts hosts(List<Endpoint> places) {
        return StaticHosts.of(places.stream().map(Endpoint::toString).toArray(String[]::new))
                .timeout(SECOND);
    }

    /// Remembers what it has opened, and runs something before that is closed.
    private record Watched(DiscoveryStrategy strategy, AtomicReference<Discovery> last, Runnable closing)
            implements DiscoveryStrategy {

        Watched(DiscoveryStrategy strategy, Runnable closing) {
            this(strategy, new AtomicReference<>(), closing);
        }

        @Override
        public String name() {
            return strategy.name();
        }

        @Override
        public Duration interval() {
            return strategy.interval();
        }

        @Override
        public Discovery open(Seat seat) throws Exception {
            Discovery opened = strategy.open(seat);
            last.set(opened);
            return new Discovery() {
                @Override
                public List<Endpoint> lookup(Duration timeout) throws Exception {
                    return opened.lookup(timeout);
                }

                @Override
                public SortedMap<String, Long> refused() {
                    return opened.refused();
                }

                @Override
                public void close() {
                    closing.run();
                    opened.close();
                }
            };
        }
    }

    /// libcluster: a node that drains goes on connecting.
    @Test
    void theTopologiesOfANodeThatLeavesEndBeforeItHasLeft() throws InterruptedException {
        List<Endpoint> places = ports(2);
        Party stays = start(places.getFirst(), hosts(places));
        BlockingQueue<List<NodeName>> seen = new LinkedBlockingQueue<>();
        Party leaves = start(
                places.getLast(),
                new Watched(hosts(places), () -> seen.add(stays.cluster().nodes())));
        assertTogether(stays, leaves);

        leaves.node().close();

        assertThat(Waits.next(seen)).containsExactly(leaves.node().name());
        assertThat(seen).isEmpty();
        Waits.until("it has left", () -> stays.cluster().nodes().isEmpty());
    }

    /// libcluster: a failed lookup is an empty one.
    @Test
    void aServerOfNamesThatFailsLosesNobody() throws Exception {
        List<String> addresses = List.of("127.0.3.1", "127.0.3.2");
        int port = FreePorts.take(1).getFirst();
        try (NameServer server = NameServer.start(addresses)) {
            DnsPoll strategy = DnsPoll.of("nodes.example.")
                    .port(port)
                    .pollingInterval(Duration.ofMillis(200))
                    .server(server.address());
            Party one = start(new Endpoint(addresses.getFirst(), port), strategy);
            Party two = start(new Endpoint(addresses.getLast(), port), strategy);
            assertTogether(one, two);

            for (int rcode : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NXDOMAIN}) {
                server.answer(rcode);
                Waits.until("one is told", () -> one.error().contains(Rcode.string(rcode)));
                Waits.until("two is told", () -> two.error().contains(Rcode.string(rcode)));
                assertThat(one.cluster().nodes()).containsExactly(two.node().name());
                assertThat(one.status().answer()).hasSize(2);

                server.answer(Rcode.NOERROR);
                Waits.until("one is answered", () -> one.error().isEmpty());
                Waits.until("two is answered", () -> two.error().isEmpty());
            }
            assertTogether(one, two);
        }
    }

    @Test
    void whoIsOfAnotherClusterIsNotConnectedToAndToldOf() throws InterruptedException {
        List<Endpoint> places = ports(2);
        Party stranger = start(places.getFirst(), Cookie.random(), hosts(List.of(places.getFirst())));
        Party one = start(places.getLast(), hosts(places));

        assertThat(Waits.next(told)).isEqualTo("node1 finds nobody at " + places.getFirst());
        assertThat(one.cluster().nodes()).isEmpty();
        assertThat(stranger.cluster().nodes()).isEmpty();
    }

    @Test
    void gossipWhoseSocketFailsIsOpenedAgainAndKeepsItsCounts() throws Exception {
        List<Endpoint> places = ports(2);
        int port = FreePorts.take(1).getFirst();
        Gossip gossip = Gossip.of().port(port).multicastIf("127.0.0.1").secret("the secret of all nodes");
        Watched watched = new Watched(gossip, () -> {});
        Party one = start(places.getFirst(), watched);
        Party two = start(places.getLast(), gossip);
        assertTogether(one, two);
        Waits.until("what is no heartbeat is counted", () -> {
            send(port);
            return one.status().refused().getOrDefault("FOREIGN", 0L) > 0;
        });
        Discovery failing = watched.last().get();

        // As the end of an interface would.
        failing.close();

        Waits.until(
                "it is opened again",
                () -> !failing.equals(watched.last().get()) && one.error().isEmpty());
        assertThat(one.status().refused()).containsEntry("TIME", 0L);
        assertThat(one.status().refused().getOrDefault("FOREIGN", 0L)).isPositive();
        assertThat(one.cluster().nodes()).containsExactly(two.node().name());
        Waits.until("the other is heard again", () -> one.status().answer().contains(places.getLast()));
    }

    /// From another port each time: of the nodes that share the port, the sender's decides who gets it.
    private static void send(int port) {
        try (DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            stranger.send(new DatagramPacket(new byte[1], 1, LOOPBACK, port));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Fails so many times.
    private record Failing(AtomicInteger times, List<Endpoint> answer) implements DiscoveryStrategy {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Duration interval() {
            return Duration.ofMillis(100);
        }

        @Override
        public Discovery open(Seat seat) {
            return _ -> {
                if (times.getAndDecrement() > 0) {
                    throw new IOException("nobody knows");
                }
                return answer;
            };
        }
    }

    @Test
    void aFailureThatStaysIsLoggedOnceUnderTheNameOfItsTopology() {
        Logger logger = (Logger) LoggerFactory.getLogger(Topology.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            List<Endpoint> places = ports(1);
            Party party = start(places.getFirst(), new Failing(new AtomicInteger(2), places));
            Waits.until("it is answered", () -> party.status().answered().isPresent());

            assertThat(List.copyOf(lines.list))
                    .allSatisfy(line -> assertThat(line.getFormattedMessage()).startsWith("it: "))
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("it: failing does not answer: nobody knows; nobody is given up for that");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }
}
