package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.pando.cluster.Cluster;
import dev.pando.core.Call;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/// Clusters under test on real nodes.
final class RealNodesIT {

    private static final Name ECHO = new Name("echo");
    private static final Duration BOUND = Duration.ofSeconds(30);

    record Say(int number) implements Call<Integer> {}

    /// Says when it is stopped in order.
    record Echo() implements GenServer<Say, Integer> {
        @Override
        public Integer init() {
            Self.trapExits(true);
            return 0;
        }

        @Override
        public Step<Integer> handle(Say say, Integer heard) {
            return Step.reply(say, say.number(), heard + 1);
        }

        @Override
        public void terminate(ExitReason reason, Integer heard) {
            Self.resource(Stops.class).nodes.add(Self.node().name().name());
        }
    }

    record Stops(Queue<String> nodes) {}

    private static RealNodes<String> echoes(int count, Stops stops) {
        return RealNodes.start(
                1, count, Setup.of(Protocols.of(Say.class), () -> Resources.of(stops), (node, cluster) -> {
                    node.start(new Echo(), ECHO);
                    return node.name().name();
                }));
    }

    private static RealNodes<String> echoes(int count) {
        return echoes(count, new Stops(new ConcurrentLinkedQueue<>()));
    }

    private static boolean sees(TestCluster<?> nodes, String one, String other) {
        return nodes.member(one)
                .cluster()
                .nodes()
                .contains(nodes.member(other).node().name());
    }

    private static int ask(TestCluster<?> nodes, String from, String to, int number) {
        return nodes.call(
                nodes.member(from).node(),
                () -> Self.call(ECHO.on(nodes.member(to).node().name()), new Say(number)));
    }

    @Test
    void aPartitionIsNoticedOnBothSidesAndHeals() {
        try (RealNodes<String> nodes = echoes(3)) {
            assertThat(ask(nodes, "n1", "n2", 7)).isEqualTo(7);
            assertThat(nodes.member("n3").app()).isEqualTo("n3");

            nodes.partition(List.of("n1"));

            assertThat(nodes.until(
                            () -> nodes.member("n1").cluster().nodes().isEmpty()
                                    && !sees(nodes, "n2", "n1")
                                    && !sees(nodes, "n3", "n1"),
                            BOUND))
                    .isTrue();
            assertThat(sees(nodes, "n2", "n3")).isTrue();
            assertThat(ask(nodes, "n3", "n2", 8)).isEqualTo(8);

            nodes.heal();

            nodes.converge(BOUND, Verdict::sound);
            assertThat(ask(nodes, "n2", "n1", 9)).isEqualTo(9);
            assertThat(nodes.trace().last(100))
                    .containsSubsequence(
                            "n3           sees n1 n2",
                            "network      cut [n1] from [n2, n3]",
                            "n3           sees n2\n",
                            "network      heals",
                            "n3           sees n1 n2");
        }
    }

    @Test
    void aCutInOneDirectionEndsTheSessionAndHeals() {
        try (RealNodes<String> nodes = echoes(2)) {
            nodes.cutOneWay(List.of("n1"), List.of("n2"));

            assertThat(nodes.until(() -> !sees(nodes, "n2", "n1"), BOUND)).isTrue();
            nodes.heal();

            nodes.converge(BOUND, Verdict::sound);
        }
    }

    @Test
    void aCrashedNodeEndsNothingInOrderAndComesBackAsAnotherIncarnation() {
        Stops stops = new Stops(new ConcurrentLinkedQueue<>());
        try (RealNodes<String> nodes = echoes(3, stops)) {
            long before = nodes.member("n2").node().incarnation();

            nodes.crash("n2");

            assertThat(nodes.alive()).map(TestCluster.Member::name).containsExactly("n1", "n3");
            nodes.converge(BOUND, Verdict::sound);
            assertThat(stops.nodes).isEmpty();
            assertThatThrownBy(() -> nodes.restart("n1")).hasMessageContaining("n1 has not crashed");

            nodes.restart("n2");

            nodes.converge(BOUND, Verdict::sound);
            assertThat(nodes.member("n2").node().incarnation()).isGreaterThan(before);
            assertThat(ask(nodes, "n1", "n2", 3)).isEqualTo(3);
        }
        assertThat(stops.nodes).containsExactlyInAnyOrder("n1", "n2", "n3");
    }

    @Test
    void faultsAreDrawnFromTheSeedAndHappenInTheirTime() {
        try (RealNodes<String> nodes = echoes(3)) {
            long begun = System.nanoTime();
            nodes.faults(4, Duration.ofSeconds(8));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            String events = nodes.trace().last(100);
            nodes.heal();

            // Cuts that overlap take JGroups longer to merge.
            nodes.converge(BOUND.multipliedBy(2), Verdict::sound);
            assertThat(took).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(30));
            assertThat(events).contains("network      cut");
        }
    }

    // ---- through JUnit

    private static Events run(Class<?> sample) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(sample))
                .configurationParameter(TestEngine.PROPERTY, "jgroups")
                .execute()
                .testEvents();
    }

    static final class Pauses extends Idle {
        @SimulatedCluster(nodes = 1, seeds = 200)
        void pauses(TestCluster<String> cluster) {
            cluster.pause("n1", Duration.ofSeconds(20));
            fail("paused");
        }
    }

    @Test
    void whatOnlyASimulationCanDoAbortsTheTest() {
        run(Pauses.class).assertStatistics(counted -> counted.started(1).aborted(1));
    }

    static final class CannotBoot extends Idle {
        @Override
        public String boot(Node node, Cluster cluster) {
            throw new IllegalStateException("no ledger");
        }

        @SimulatedCluster(nodes = 1)
        void isNotReached(TestCluster<String> cluster) {
            fail("ran with " + cluster);
        }
    }

    @Test
    void aBootThatFailsIsNamed() {
        Events tests = run(CannotBoot.class);

        tests.assertStatistics(counted -> counted.started(1).failed(1));
        assertThat(SimulatedClusterExtensionTest.thrown(tests.failed()))
                .hasMessageStartingWith("n1 has not booted: java.lang.IllegalStateException: no ledger\nseed 1;")
                .hasMessageContaining("-Dpando.testkit.engine=jgroups -Dpando.seed=1");
    }
}
