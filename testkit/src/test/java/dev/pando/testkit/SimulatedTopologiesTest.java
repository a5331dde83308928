package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.cluster.discovery.Discovery;
import dev.pando.cluster.discovery.DiscoveryStrategy;
import dev.pando.cluster.discovery.Endpoint;
import dev.pando.cluster.discovery.Topologies;
import dev.pando.cluster.discovery.Topology;
import dev.pando.cluster.discovery.TopologyListener;
import dev.pando.cluster.discovery.TopologyStatus;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Nodes that know nobody but by discovery, and a discovery that lies, fails and is slow.
final class SimulatedTopologiesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final List<String> FIVE = List.of("n1", "n2", "n3", "n4", "n5");

    /// What one lookup answers; runs in a process of the node that asks.
    @FunctionalInterface
    private interface Source {
        List<Endpoint> lookup(Random chance) throws Exception;
    }

    private record Told(Source source) implements DiscoveryStrategy {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Discovery open(Seat seat) {
            Random chance = new Random(seat.host().entropy().random().nextLong());
            return _ -> source.lookup(chance);
        }
    }

    /// What there is of a node.
    private record App(Topologies topologies, List<String> seen) {

        static App boot(Node node, Cluster cluster, Source source, TopologyListener listener) {
            List<String> seen = new ArrayList<>();
            cluster.monitorNodes(node.spawn(() -> {
                while (true) {
                    switch (Self.receive(Signal.class)) {
                        case NodeUp up -> seen.add("up " + up.node().name());
                        case NodeDown down -> seen.add("down " + down.node().name());
                        default -> {}
                    }
                }
            }));
            Topologies topologies = Topologies.of(cluster, Topology.of("told", new Told(source)))
                    .listener(listener);
            node.start(topologies.childSpec().behaviour());
            return new App(topologies, seen);
        }

        List<String> lost() {
            return seen.stream().filter(event -> event.startsWith("down")).toList();
        }
    }

    private static SimulatedNodes<App> nodes(long seed, int count, Source source) {
        return nodes(seed, count, source, TopologyListener.none());
    }

    private static SimulatedNodes<App> nodes(long seed, int count, Source source, TopologyListener listener) {
        Simulation simulation = Simulation.traced(seed);
        simulation.makeStrangers();
        return SimulatedNodes.start(
                simulation,
                count,
                Protocols.none(),
                Resources::none,
                (node, cluster) -> App.boot(node, cluster, source, listener));
    }

    private static List<Endpoint> endpoints(Simulation simulation, List<String> machines) {
        return machines.stream()
                .map(machine -> endpoint(simulation.address(machine)))
                .toList();
    }

    private static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(address.getHostString(), address.getPort());
    }

    /// 10.0.0.1 and so on.
    private static List<Endpoint> all(int count) {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(new Endpoint("10.0.0." + i, Endpoint.PORT));
        }
        return all;
    }

    @Test
    void machinesListenWhereTheTestsSay() {
        try (Simulation simulation = Simulation.of(1)) {
            assertThat(endpoints(simulation, FIVE)).isEqualTo(all(5));
        }
    }

    @Test
    void strangersThatAreToldOfNobodyStayAlone() {
        Simulation simulation = Simulation.traced(1);
        simulation.makeStrangers();
        Node one = simulation.start("n1", Protocols.none(), Resources.none());
        Node two = simulation.start("n2", Protocols.none(), Resources.none());
        try (simulation) {
            Cluster first = simulation.join(one);
            simulation.join(two);
            simulation.runFor(MINUTE);

            assertThat(first.nodes()).isEmpty();
        }
    }

    @Test
    void fiveWhoseDiscoveryAnswersTwoAtRandomAreAndStayOneCluster() {
        for (long seed = 0; seed < 30; seed++) {
            try (var nodes = nodes(seed, 5, chance -> {
                List<Endpoint> shuffled = new ArrayList<>(all(5));
                Collections.shuffle(shuffled, chance);
                return shuffled.subList(0, 2);
            })) {
                nodes.simulation().runFor(Duration.ofMinutes(5));

                assertThat(nodes.isWhole()).as("seed %d", seed).isTrue();
                assertThat(nodes.alive())
                        .allSatisfy(member -> assertThat(member.app().lost()).isEmpty());
            }
        }
    }

    @Test
    void nobodyIsDisconnectedWhileDiscoveryFailsOrAnswersNothingOrWrong() {
        for (long seed = 0; seed < 30; seed++) {
            Simulation[] at = new Simulation[1];
            try (var nodes = nodes(seed, 4, chance -> {
                if (at[0] == null) {
                    return all(4);
                }
                return switch (chance.nextInt(4)) {
                    case 0 -> throw new IOException("the server of names is out of reach");
                    case 1 -> List.of();
                    case 2 -> List.of(new Endpoint("10.0.9.9", 1), new Endpoint("10.0.0.1", 9999));
                    default -> {
                        // Slower than it may be.
                        Self.sleep(Duration.ofSeconds(20));
                        yield all(4);
                    }
                };
            })) {
                at[0] = nodes.simulation();
                nodes.simulation().runFor(Duration.ofMinutes(5));

                assertThat(nodes.isWhole()).as("seed %d", seed).isTrue();
                assertThat(nodes.alive())
                        .allSatisfy(member -> assertThat(member.app().lost()).isEmpty());
            }
        }
    }

    @Test
    void aNodeThatStartsAgainAndPartsThatHealAreFound() {
        for (long seed = 0; seed < 30; seed++) {
            try (var nodes = nodes(seed, 4, _ -> all(4))) {
                nodes.crash("n2");
                nodes.simulation().cut(Set.of("n1"), Set.of("n3", "n4"));
                nodes.simulation().runFor(MINUTE);
                nodes.heal();

                nodes.converge(MINUTE, Verdict::sound);
            }
        }
    }

    @Test
    void whatATopologyKnowsCanBeAsked() {
        try (var nodes = nodes(1, 3, _ -> all(3))) {
            var member = nodes.member("n1");
            nodes.simulation().runFor(Duration.ofSeconds(10));
            List<TopologyStatus> status =
                    nodes.call(member.node(), () -> member.app().topologies().status());

            assertThat(status).hasSize(1);
            TopologyStatus told = status.getFirst();
            assertThat(told.answer()).isEqualTo(all(3));
            assertThat(told.answered()).isPresent();
            assertThat(told.error()).isEmpty();
            assertThat(told.targets()).hasSize(3).allSatisfy(target -> {
                assertThat(target.connected()).isTrue();
                assertThat(target.node()).isPresent();
            });
        }
    }

    @Test
    void aPlaceThatIsNotNamedAnyMoreIsGivenUpWhenItsNodeIsGone() {
        List<Endpoint> known = new ArrayList<>(all(3));
        try (var nodes = nodes(1, 3, _ -> List.copyOf(known))) {
            known.removeLast();
            nodes.simulation().runFor(MINUTE);
            var member = nodes.member("n1");
            assertThat(targets(nodes, member.app())).hasSize(3);

            nodes.crash("n3");
            nodes.simulation().runFor(MINUTE);

            assertThat(targets(nodes, member.app())).hasSize(2);
        }
    }

    /// libcluster's DNS strategies start two timers.
    @Test
    void aStrategyIsAskedOnceInEachIntervalAndNotEarlier() {
        AtomicInteger asked = new AtomicInteger();
        try (var nodes = nodes(1, 1, _ -> {
            asked.incrementAndGet();
            return all(1);
        })) {
            nodes.simulation().runFor(MINUTE);

            // It looks at the clock twice a second.
            assertThat(asked.get()).isBetween(40, 61);
        }
    }

    @Test
    void aMessageThatIsNotMeantForItDisturbsNoTopology() {
        try (var nodes = nodes(1, 3, _ -> all(3))) {
            for (var member : nodes.alive()) {
                nodes.call(member.node(), () -> {
                    member.node().send(new Name("pando.topology.told"), "stray");
                    return true;
                });
            }
            nodes.simulation().runFor(MINUTE);

            assertThat(nodes.isWhole()).isTrue();
            assertThat(targets(nodes, nodes.member("n1").app())).hasSize(3);
        }
    }

    /// Writes down what it is told, by any node, in a simulation that runs one at a time.
    private static final class Log implements TopologyListener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void connected(String topology, Endpoint endpoint, NodeName node, Duration took) {
            assertThat(took.isNegative()).isFalse();
            lines.add(topology + ": connected to " + node.name() + " at " + endpoint);
        }

        @Override
        public void unreachable(String topology, Endpoint endpoint, int failures) {
            lines.add(topology + ": nobody at " + endpoint + " for the " + failures + ". time");
        }

        @Override
        public void disconnected(String topology, Endpoint endpoint, NodeName node) {
            lines.add(topology + ": disconnected from " + node.name() + " at " + endpoint);
        }

        @Override
        public void givenUp(String topology, Endpoint endpoint) {
            lines.add(topology + ": gave up " + endpoint);
        }
    }

    @Test
    void aListenerIsToldWhoIsReachedAndLostAndGivenUpAndNotOfTheNodeItself() {
        Log log = new Log();
        List<Endpoint> known = new ArrayList<>(all(2));
        try (var nodes = nodes(1, 2, _ -> List.copyOf(known), log)) {
            nodes.simulation().runFor(MINUTE);
            assertThat(log.lines)
                    .filteredOn(line -> line.contains("connected to"))
                    .containsExactlyInAnyOrder(
                            "told: connected to n1 at 10.0.0.1:7800", "told: connected to n2 at 10.0.0.2:7800");
            log.lines.clear();

            nodes.crash("n2");
            nodes.simulation().runFor(MINUTE);
            assertThat(log.lines)
                    .startsWith(
                            "told: disconnected from n2 at 10.0.0.2:7800",
                            "told: nobody at 10.0.0.2:7800 for the 1. time",
                            "told: nobody at 10.0.0.2:7800 for the 2. time");
            log.lines.clear();

            known.removeLast();
            nodes.simulation().runFor(MINUTE);
            assertThat(log.lines).endsWith("told: gave up 10.0.0.2:7800");
        }
    }

    @Test
    void aListenerThatThrowsStopsNothing() {
        TopologyListener broken = new TopologyListener() {
            @Override
            public void connected(String topology, Endpoint endpoint, NodeName node, Duration took) {
                throw new IllegalStateException("connected");
            }

            @Override
            public void unreachable(String topology, Endpoint endpoint, int failures) {
                throw new IllegalStateException("unreachable");
            }

            @Override
            public void disconnected(String topology, Endpoint endpoint, NodeName node) {
                throw new IllegalStateException("disconnected");
            }

            @Override
            public void givenUp(String topology, Endpoint endpoint) {
                throw new IllegalStateException("givenUp");
            }
        };
        List<Endpoint> known = new ArrayList<>(all(3));
        try (var nodes = nodes(1, 3, _ -> List.copyOf(known), broken)) {
            nodes.simulation().runFor(MINUTE);
            assertThat(nodes.isWhole()).isTrue();

            nodes.crash("n3");
            nodes.simulation().runFor(MINUTE);
            known.removeLast();
            nodes.simulation().runFor(MINUTE);

            assertThat(targets(nodes, nodes.member("n1").app())).hasSize(2);
            assertThat(targets(nodes, nodes.member("n1").app()))
                    .allSatisfy(target -> assertThat(target.connected()).isTrue());
        }
    }

    private static List<TopologyStatus.Target> targets(SimulatedNodes<App> nodes, App app) {
        return nodes.call(nodes.member("n1").node(), () -> app.topologies().status())
                .getFirst()
                .targets();
    }
}
