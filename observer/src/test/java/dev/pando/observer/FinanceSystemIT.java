package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.discovery.StaticHosts;
import dev.pando.cluster.discovery.Topology;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.horde.Placement;
import dev.pando.testkit.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The guide's complete production system on three nodes over real sockets.
class FinanceSystemIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final BigDecimal AMOUNT = new BigDecimal("1000.00");

    private final Cookie cookie = Cookie.random();
    private final List<Integer> ports = FreePorts.take(3);
    private final List<Node> nodes = new ArrayList<>();
    private final List<FinanceSystem> systems = new ArrayList<>();

    private void start() {
        NodeName[] voters =
                IntStream.range(0, 3).mapToObj(i -> NodeName.of("finance" + i)).toArray(NodeName[]::new);
        String[] hosts = ports.stream().map(port -> "127.0.0.1:" + port).toArray(String[]::new);
        for (int i = 0; i < 3; i++) {
            Node node = Node.start("finance" + i);
            nodes.add(node);
            FinanceSystem system = FinanceSystem.of(
                    node,
                    ClusterConfig.of("finance").cookie(cookie).listen("127.0.0.1", ports.get(i)),
                    Topology.of("hosts", StaticHosts.of(hosts)),
                    Placement.quorum(voters),
                    new SimpleMeterRegistry());
            systems.add(system);
            node.start(system.tree());
        }
        systems.forEach(system -> system.workers().waitForQuorum(LIMIT));
        await(
                "all nodes are seen",
                () -> systems.stream()
                        .allMatch(system -> system.monitor().health().isWhole()));
    }

    /// Waits for what no event announces: what another node knows.
    private static void await(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    @AfterEach
    void close() {
        nodes.reversed().forEach(Node::close);
    }

    @Test
    void donationsAreProcessedBySomeNodeAndGoOnWhenItStops() {
        start();
        for (FinanceSystem system : systems) {
            for (int i = 0; i < 30; i++) {
                system.processDonation("DON-" + i, AMOUNT);
            }
        }
        assertThat(systems.getFirst().workers().children())
                .extracting(child -> child.owner())
                .contains(nodes.get(0).name(), nodes.get(1).name(), nodes.get(2).name());

        nodes.get(2).close();

        for (int i = 0; i < 30; i++) {
            assertThat(systems.getFirst().processDonation("DON-" + i, AMOUNT))
                    .isEqualTo(AMOUNT.multiply(new BigDecimal(4)));
        }
        assertThat(systems.getFirst().monitor().health().isWhole()).isFalse();
    }

    @Test
    void otherProcessesHaveNamesInTheRegistry() {
        start();
        Pid auditor = nodes.getFirst().start(new FinanceSystem.DonationWorker("auditor"));

        systems.getFirst().registry().register("auditor", auditor, "");

        await(
                "the name is known",
                () -> systems.getLast().registry().lookup("auditor").isPresent());
        BigDecimal processed = nodes.getLast()
                .call(
                        systems.getLast().registry().via("auditor"),
                        new FinanceSystem.DonationWorker.Donate(AMOUNT),
                        LIMIT);
        assertThat(processed).isEqualTo(AMOUNT);
    }

    @Test
    void theGuideShowsThisVeryExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/pando/observer/FinanceSystem.java"));

        assertThat(Files.readString(Path.of("..", "docs", "guide.md")))
                .contains(source.substring(source.indexOf("record FinanceSystem(")));
    }
}
