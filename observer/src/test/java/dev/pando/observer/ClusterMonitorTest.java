package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.observer.Alert.BelowExpected;
import dev.pando.observer.Alert.Healed;
import dev.pando.observer.Alert.How;
import dev.pando.observer.Alert.NodeJoined;
import dev.pando.observer.Alert.NodeLost;
import dev.pando.observer.Alert.Restored;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.Verdict;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Monitors of simulated clusters.
final class ClusterMonitorTest {

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(10);

    private static final NodeName N1 = NodeName.of("n1");
    private static final NodeName N2 = NodeName.of("n2");
    private static final NodeName N3 = NodeName.of("n3");

    /// @param told in the order in which a hook got it
    record Party(ClusterMonitor monitor, SimpleMeterRegistry registry, List<Alert> told) {

        private <T extends Alert> List<T> told(Class<T> type) {
            return told.stream().filter(type::isInstance).map(type::cast).toList();
        }

        private double value(String meter, String... tags) {
            return registry.get(meter)
                    .tags(tags)
                    .meter()
                    .measure()
                    .iterator()
                    .next()
                    .getValue();
        }

        private Set<String> peers() {
            Set<String> peers = new LinkedHashSet<>();
            for (Meter meter : registry.getMeters()) {
                String peer = meter.getId().getTag("peer");
                if (peer != null) {
                    peers.add(peer);
                }
            }
            return peers;
        }
    }

    private static SimulatedNodes<Party> monitors(long seed, int count, UnaryOperator<MonitorConfig> more) {
        return SimulatedNodes.start(Simulation.of(seed), count, Protocols.none(), Resources::none, (node, cluster) -> {
            List<Alert> told = new ArrayList<>();
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            MonitorConfig config = MonitorConfig.of(count).grace(GRACE).onAlert(told::add);
            ClusterMonitor monitor = ClusterMonitor.of(cluster, registry, more.apply(config));
            node.start(Supervisor.of(Strategy.ONE_FOR_ONE, monitor.childSpec()));
            return new Party(monitor, registry, told);
        });
    }

    /// Three that have found each other, and have told of nothing yet.
    private static SimulatedNodes<Party> three(long seed) {
        return three(seed, UnaryOperator.identity());
    }

    private static SimulatedNodes<Party> three(long seed, UnaryOperator<MonitorConfig> more) {
        SimulatedNodes<Party> nodes = monitors(seed, 3, more);
        nodes.runFor(A_WHILE);
        nodes.alive().forEach(member -> member.app().told().clear());
        return nodes;
    }

    private static Party party(SimulatedNodes<Party> nodes, String name) {
        return nodes.member(name).app();
    }

    // ---- coming and going

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aCrashIsToldByAllOthersAndARestartAsWhatItIs(long seed) {
        try (var nodes = three(seed)) {
            nodes.crash("n3");
            nodes.runFor(A_WHILE);

            for (String other : List.of("n1", "n2")) {
                assertThat(party(nodes, other).told()).containsExactly(new NodeLost(N3, Reason.UNREACHABLE));
            }

            nodes.restart("n3");
            nodes.converge(BOUND, Verdict::sound);
            nodes.runFor(A_WHILE);

            for (String other : List.of("n1", "n2")) {
                assertThat(party(nodes, other).told()).hasSize(2).last().satisfies(last -> {
                    assertThat(last).isInstanceOfSatisfying(NodeJoined.class, joined -> {
                        assertThat(joined.node()).isEqualTo(N3);
                        assertThat(joined.how()).isEqualTo(How.RESTARTED);
                        assertThat(joined.away().orElseThrow()).isLessThan(A_WHILE.plusSeconds(2));
                    });
                });
            }
        }
    }

    @Test
    void aNodeThatLeavesInOrderHasLeft() {
        try (var nodes = three(1)) {
            Node leaving = nodes.member("n2").node();
            nodes.run(
                    leaving,
                    () -> leaving.stop(
                            leaving.whereis(new Name("pando.cluster")).orElseThrow(), A_WHILE));
            nodes.runFor(Duration.ofSeconds(1));

            assertThat(party(nodes, "n1").told()).containsExactly(new NodeLost(N2, Reason.LEFT));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aPartitionIsToldOnBothSidesAndItsHealWithHowLongItWas(long seed) {
        try (var nodes = three(seed)) {
            nodes.partition(List.of("n1"));
            nodes.runFor(BOUND);

            Party alone = party(nodes, "n1");
            assertThat(alone.told(NodeLost.class)).map(NodeLost::node).containsExactlyInAnyOrder(N2, N3);
            assertThat(alone.told(BelowExpected.class)).hasSize(1).allSatisfy(below -> {
                assertThat(below.seen()).isEqualTo(1);
                assertThat(below.expected()).isEqualTo(3);
            });
            assertThat(party(nodes, "n2").told(NodeLost.class))
                    .map(NodeLost::node)
                    .containsExactly(N1);

            nodes.heal();
            nodes.converge(BOUND, Verdict::sound);
            nodes.runFor(A_WHILE);

            assertThat(alone.told(Healed.class)).hasSize(1).allSatisfy(healed -> {
                assertThat(healed.nodes()).containsExactly(N2, N3);
                assertThat(healed.away()).isBetween(BOUND.minusSeconds(8), BOUND.plusSeconds(30));
            });
            assertThat(party(nodes, "n2").told(Healed.class)).map(Healed::nodes).containsExactly(List.of(N1));
            assertThat(alone.told(NodeJoined.class)).extracting(NodeJoined::how).containsOnly(How.RETURNED);
            assertThat(alone.told(Restored.class)).hasSize(1);
        }
    }

    /// Losses and joins of one node take turns, and whoever is there at the end has joined last.
    @Test
    void underAnyFaultsEachNodeIsLostAndJoinsInTurn() {
        for (long seed = 1; seed <= 30; seed++) {
            try (var nodes = three(seed)) {
                Set<String> crashed = new LinkedHashSet<>(nodes.faults(5, A_WHILE));
                nodes.heal();
                nodes.converge(BOUND.multipliedBy(2), Verdict::sound);
                nodes.runFor(A_WHILE);

                for (var member : nodes.alive()) {
                    if (!crashed.contains(member.name())) {
                        List.of(N1, N2, N3).forEach(node -> assertInTurn(member.app(), node));
                        assertThat(member.app().peers()).hasSize(2);
                    }
                }
            }
        }
    }

    private static void assertInTurn(Party party, NodeName node) {
        boolean there = true;
        for (Alert alert : party.told()) {
            if (alert instanceof NodeLost lost && lost.node().equals(node)) {
                assertThat(there).as("%s is there before %s", node, lost).isTrue();
                there = false;
            }
            if (alert instanceof NodeJoined joined && joined.node().equals(node)) {
                assertThat(there).as("%s is gone before %s", node, joined).isFalse();
                there = true;
            }
        }
        assertThat(there).as("%s in the end", node).isTrue();
    }

    // ---- fewer than expected

    @Test
    void silenceIsNoFault() {
        try (var nodes = three(1)) {
            double before = party(nodes, "n1").value("pando.cluster.below.expected");
            nodes.runFor(Duration.ofHours(2));

            assertThat(party(nodes, "n1").told()).isEmpty();
            assertThat(party(nodes, "n1").value("pando.cluster.below.expected")).isEqualTo(before);
        }
    }

    @Test
    void aShortageIsToldAfterTheGraceAndItsEndAtOnce() {
        try (var nodes = three(1)) {
            nodes.crash("n3");
            nodes.until(() -> !party(nodes, "n1").told().isEmpty(), BOUND);
            nodes.runFor(GRACE.minusSeconds(1));
            assertThat(party(nodes, "n1").told(BelowExpected.class)).isEmpty();
            assertThat(health(nodes, "n1").isWhole()).isFalse();

            nodes.runFor(Duration.ofSeconds(2));
            assertThat(party(nodes, "n1").told(BelowExpected.class))
                    .map(BelowExpected::seen)
                    .containsExactly(2);
            nodes.runFor(Duration.ofHours(1));
            nodes.restart("n3");
            nodes.converge(BOUND, Verdict::sound);

            assertThat(party(nodes, "n1").told(BelowExpected.class)).hasSize(1);
            assertThat(party(nodes, "n1").told(Restored.class)).hasSize(1).allSatisfy(restored -> {
                assertThat(restored.seen()).isEqualTo(3);
                assertThat(restored.below()).isBetween(Duration.ofHours(1), Duration.ofMinutes(62));
            });
            assertThat(health(nodes, "n1")).isEqualTo(new Health(List.of(N1, N2, N3), 3, Optional.empty()));
        }
    }

    @Test
    void aRestartWithinTheGraceIsNoShortage() {
        try (var nodes = three(1)) {
            nodes.crash("n3");
            nodes.runFor(Duration.ofSeconds(5));
            nodes.restart("n3");
            nodes.converge(BOUND, Verdict::sound);
            nodes.runFor(BOUND);

            assertThat(party(nodes, "n1").told(BelowExpected.class)).isEmpty();
            assertThat(party(nodes, "n1").told(Restored.class)).isEmpty();
        }
    }

    private static Health health(SimulatedNodes<Party> nodes, String on) {
        return nodes.call(
                nodes.member(on).node(), () -> party(nodes, on).monitor().health());
    }

    // ---- hooks

    @Test
    void aHookThatThrowsGetsTheNextAlertAndStopsNobody() {
        List<Alert> thrown = new ArrayList<>();
        Consumer<Alert> throwing = alert -> {
            thrown.add(alert);
            throw new IllegalStateException("no mail server");
        };
        try (var nodes = three(1, config -> config.onAlert(throwing))) {
            var before = nodes.member("n1").node().whereis(ClusterMonitor.NAME);
            thrown.clear();
            nodes.crash("n3");
            nodes.crash("n2");
            nodes.runFor(A_WHILE);

            assertThat(party(nodes, "n1").told(NodeLost.class)).hasSize(2);
            assertThat(thrown).hasSameElementsAs(party(nodes, "n1").told());
            assertThat(nodes.member("n1").node().whereis(ClusterMonitor.NAME)).isEqualTo(before);
        }
    }

    @Test
    void aHookThatHangsIsKilledAndHoldsUpNobody() {
        List<Alert> begun = new ArrayList<>();
        Consumer<Alert> hanging = alert -> {
            begun.add(alert);
            Self.sleep(Duration.ofDays(1));
        };
        try (var nodes = three(1, config -> config.onAlert(hanging).hookLimit(Duration.ofMinutes(5)))) {
            nodes.runFor(Duration.ofHours(1));
            begun.clear();
            nodes.crash("n3");
            nodes.crash("n2");
            nodes.runFor(GRACE.plus(A_WHILE));

            assertThat(party(nodes, "n1").told()).hasSize(3);
            assertThat(begun).hasSize(1);
            assertThat(health(nodes, "n1").members()).containsExactly(N1);

            nodes.runFor(Duration.ofMinutes(11));
            assertThat(begun).isEqualTo(party(nodes, "n1").told());
        }
    }

    @Test
    void aHookThatFallsTooFarBehindMissesTheOldest() {
        List<Alert> begun = new ArrayList<>();
        Consumer<Alert> hanging = alert -> {
            begun.add(alert);
            Self.sleep(Duration.ofDays(1));
        };
        try (var nodes = monitors(1, 1, UnaryOperator.identity())) {
            Node node = nodes.member("n1").node();
            nodes.run(node, () -> {
                Self.trapExits(true);
                HookCalls calls = new HookCalls(node.name(), hanging, Duration.ofHours(1));
                for (int i = 0; i < HookCalls.WAITING_MAX + 3; i++) {
                    calls.tell(new BelowExpected(i, 1000, Instant.EPOCH));
                }
                for (int i = 0; i < 2; i++) {
                    Self.sleep(Duration.ofSeconds(1));
                    node.processes().stream()
                            .filter(process -> process.parent().equals(Optional.of(Self.pid())))
                            .forEach(process -> calls.slow(process.pid()));
                    calls.ended(Self.receive(Exit.class));
                }
                Self.sleep(Duration.ofSeconds(1));
            });

            assertThat(begun).map(alert -> ((BelowExpected) alert).seen()).containsExactly(0, 3, 4);
        }
    }

    // ---- its own crash

    @Test
    void aMonitorThatIsKilledGoesOnWithItsMeters() {
        try (var nodes = three(1)) {
            Node node = nodes.member("n1").node();
            Party party = party(nodes, "n1");
            nodes.crash("n3");
            nodes.runFor(A_WHILE);
            node.exit(node.whereis(ClusterMonitor.NAME).orElseThrow(), ExitReason.killed());
            nodes.runFor(A_WHILE);

            assertThat(party.told()).containsExactly(new NodeLost(N3, Reason.UNREACHABLE));
            assertThat(party.value("pando.cluster.leaves", "reason", "unreachable"))
                    .isEqualTo(1);
            assertThat(party.peers()).containsExactly("n2@localhost");
            nodes.crash("n2");
            nodes.runFor(A_WHILE);

            assertThat(party.told(NodeLost.class)).hasSize(2);
            assertThat(party.value("pando.cluster.leaves", "reason", "unreachable"))
                    .isEqualTo(2);
            assertThat(party.peers()).isEmpty();
        }
    }

    @Test
    void aMonitorThatIsStoppedLeavesNoMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (var nodes = SimulatedNodes.start(
                Simulation.of(1),
                1,
                Protocols.none(),
                Resources::none,
                (_, cluster) -> ClusterMonitor.start(cluster, registry, MonitorConfig.of(1)))) {
            Node node = nodes.member("n1").node();
            assertThat(registry.getMeters()).isNotEmpty();

            nodes.run(node, () -> node.stop(node.whereis(ClusterMonitor.NAME).orElseThrow(), A_WHILE));

            assertThat(registry.getMeters()).isEmpty();
        }
    }

    // ---- meters

    @Test
    void metersSayWhatTheClusterSays() {
        try (var nodes = three(1)) {
            Party party = party(nodes, "n1");
            nodes.run(
                    nodes.member("n1").node(),
                    () -> nodes.member("n1").cluster().ping(N2, A_WHILE));
            nodes.runFor(Duration.ofSeconds(1));

            assertThat(party.value("pando.cluster.members")).isEqualTo(3);
            assertThat(party.value("pando.cluster.expected")).isEqualTo(3);
            assertThat(party.value("pando.node.processes"))
                    .isEqualTo(nodes.member("n1").node().processCount());
            assertThat(party.value("pando.cluster.refused", "kind", "cookie")).isZero();
            var peer = nodes.member("n1").cluster().peers().getFirst();
            assertThat(peer.node()).isEqualTo(N2);
            String tag = N2.toString();
            assertThat(party.value("pando.peer.signals.sent", "peer", tag, "node", N1.toString()))
                    .isEqualTo((double) peer.signalsSent())
                    .isPositive();
            assertThat(party.value("pando.peer.bytes.sent", "peer", tag)).isEqualTo((double) peer.bytesSent());
            assertThat(party.value("pando.peer.signals.received", "peer", tag))
                    .isEqualTo((double) peer.signalsReceived())
                    .isPositive();
            assertThat(party.value("pando.peer.bytes.received", "peer", tag)).isEqualTo((double) peer.bytesReceived());
            assertThat(party.value("pando.peer.signals.queued", "peer", tag)).isZero();
            assertThat(party.value("pando.peer.bytes.queued", "peer", tag)).isZero();
            assertThat(party.value("pando.peer.senders.waiting", "peer", tag)).isZero();
        }
    }

    @Test
    void metersOfAPeerGoWithItAndComeWithIt() {
        try (var nodes = three(1)) {
            Party party = party(nodes, "n1");
            int before = party.registry().getMeters().size();
            assertThat(party.peers()).containsExactlyInAnyOrder("n2@localhost", "n3@localhost");

            nodes.crash("n3");
            nodes.runFor(A_WHILE);
            assertThat(party.peers()).containsExactly("n2@localhost");
            assertThat(party.value("pando.cluster.members")).isEqualTo(2);

            nodes.restart("n3");
            nodes.converge(BOUND, Verdict::sound);
            nodes.runFor(A_WHILE);
            assertThat(party.registry().getMeters()).hasSize(before);
            assertThat(party.value("pando.cluster.joins", "how", "restarted")).isEqualTo(1);
            assertThat(party.value("pando.cluster.leaves", "reason", "unreachable"))
                    .isEqualTo(1);
        }
    }

    @Test
    void theTimeBelowTheExpectedIsTheSumOfAllShortages() {
        try (var nodes = three(1)) {
            Party party = party(nodes, "n1");
            for (int i = 0; i < 2; i++) {
                nodes.crash("n3");
                nodes.until(() -> party.value("pando.cluster.members") < 3, BOUND);
                nodes.runFor(Duration.ofSeconds(100));
                nodes.restart("n3");
                nodes.converge(BOUND, Verdict::sound);
                nodes.runFor(A_WHILE);
            }

            assertThat(party.value("pando.cluster.below.expected")).isBetween(200.0, 215.0);
        }
    }

    // ---- where the processes are

    @Test
    void processesAreCountedOnAllNodes() {
        try (var nodes = three(1)) {
            Node second = nodes.member("n2").node();
            for (int i = 0; i < 100; i++) {
                second.spawn(() -> Self.receive(ExitReason.class));
            }

            ProcessCounts counts = distribution(nodes, "n1", Duration.ofSeconds(1));

            assertThat(counts.failures()).isEmpty();
            assertThat(counts.counts()).containsOnlyKeys(N1, N2, N3);
            assertThat(counts.counts().get(N2)).isGreaterThan(100);
            assertThat(counts.counts().get(N3)).isBetween(1, 50);
        }
    }

    @Test
    void nodesThatDoNotAnswerInTimeAreToldApart() {
        try (var nodes = three(1)) {
            Node third = nodes.member("n3").node();
            nodes.cutOneWay(List.of("n3"), List.of("n1"));

            ProcessCounts counts = distribution(nodes, "n1", Duration.ofSeconds(1));

            assertThat(counts.counts()).containsOnlyKeys(N1, N2);
            assertThat(counts.failures())
                    .isEqualTo(Map.of(third.name(), new ExitReason.Timeout(Duration.ofSeconds(1))));
        }
    }

    @Test
    void aNodeWithoutAMonitorIsAFailureToo() {
        try (var nodes =
                SimulatedNodes.start(Simulation.of(1), 2, Protocols.none(), Resources::none, (node, cluster) -> {
                    ClusterMonitor monitor = ClusterMonitor.of(cluster, new SimpleMeterRegistry(), MonitorConfig.of(2));
                    if (node.name().equals(N1)) {
                        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, monitor.childSpec()));
                    }
                    return monitor;
                })) {
            ProcessCounts counts = nodes.call(
                    nodes.member("n1").node(), () -> nodes.member("n1").app().distribution(Duration.ofSeconds(1)));

            assertThat(counts.counts()).containsOnlyKeys(N1);
            assertThat(counts.failures().get(N2)).isInstanceOf(ExitReason.NoProcess.class);
        }
    }

    @Test
    void aMonitorCanBeAskedFromAnotherNode() {
        try (var nodes = three(1)) {
            Health seen = nodes.call(
                    nodes.member("n1").node(), () -> Self.call(ClusterMonitor.NAME.on(N2), new ClusterMonitor.Look()));
            ProcessCounts counts = nodes.call(
                    nodes.member("n1").node(),
                    () -> Self.call(
                            ClusterMonitor.NAME.on(N2), new ClusterMonitor.Distribution(Duration.ofSeconds(1))));

            assertThat(seen.members()).containsExactly(N1, N2, N3);
            assertThat(counts.counts()).containsOnlyKeys(N1, N2, N3);
        }
    }

    private static ProcessCounts distribution(SimulatedNodes<Party> nodes, String on, Duration within) {
        return nodes.call(
                nodes.member(on).node(), () -> party(nodes, on).monitor().distribution(within));
    }
}
