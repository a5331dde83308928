package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.LocalCluster.Party;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jgroups.protocols.TCPPING;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Nodes over real sockets, several in this JVM.
class ClusterIT {

    private static final Name ECHO = new Name("echo");
    private static final Name EARS = new Name("ears");
    private static final int SIGNAL_BYTES_MAX = ClusterConfig.MESSAGE_BYTES_MAX;

    private final LocalCluster local = new LocalCluster(3);

    @AfterEach
    void close() {
        local.close();
    }

    private List<Party> three() {
        List<Party> parties = List.of(local.join(0), local.join(1), local.join(2));
        LocalCluster.assertTogether(parties);
        return parties;
    }

    /// A process under a name that passes on all that it is sent.
    private static Pid ears(Node node, BlockingQueue<Object> heard) {
        ProcessBody body = () -> forward(heard);
        return node.start(body, EARS);
    }

    private static void forward(BlockingQueue<Object> heard) {
        while (true) {
            heard.add(Self.receive(Object.class));
        }
    }

    // ---- forming a cluster

    @Test
    void theNodesOfAClusterMayStartInAnyOrder() {
        for (List<Integer> order : List.of(List.of(0, 1, 2), List.of(2, 0, 1), List.of(1, 2, 0))) {
            try (LocalCluster fresh = new LocalCluster(3)) {
                LocalCluster.assertTogether(order.stream().map(fresh::join).toList());
            }
        }
    }

    @Test
    void nodesThatStartAtOnceFormOneCluster() throws InterruptedException {
        BlockingQueue<Party> joined = new LinkedBlockingQueue<>();
        IntStream.range(0, 3).forEach(i -> Thread.ofVirtual().start(() -> joined.add(local.join(i))));
        List<Party> parties = List.of(Waits.next(joined), Waits.next(joined), Waits.next(joined));

        LocalCluster.assertTogether(parties);

        List<Optional<NodeName>> coordinators =
                parties.stream().map(party -> party.cluster().coordinator()).toList();
        assertThat(coordinators).containsOnly(coordinators.getFirst());
        assertThat(coordinators.getFirst()).isPresent();
    }

    @Test
    void aNodeThatKnowsOneOtherFindsAll() {
        Party first = local.join(local.config(0).hosts(List.of()), "first");
        Party second = local.join(local.config(1).hosts(List.of("127.0.0.1:" + local.port(0))), "second");
        Party third = local.join(local.config(2).hosts(List.of("second@127.0.0.1:" + local.port(1))), "third");

        LocalCluster.assertTogether(List.of(first, second, third));
    }

    @Test
    void twoClustersAreOneOnceOneNodeIsConnectedToTheOther() {
        Party one = local.join(alone(0), "one");
        Party two = local.join(alone(1), "two");
        Party three = local.join(local.config(2).hosts(List.of("127.0.0.1:" + alone(1).port())), "three");
        LocalCluster.assertTogether(List.of(two, three));
        assertThat(one.cluster().nodes()).isEmpty();

        assertThat(one.cluster().connect("127.0.0.1:" + alone(1).port(), Waits.DEADLINE))
                .contains(two.name());

        LocalCluster.assertTogether(List.of(one, two, three));
        assertThat(one.cluster().connect("one@127.0.0.1:" + alone(0).port(), Waits.DEADLINE))
                .contains(one.name());
    }

    @Test
    void nobodyIsFoundWhereNobodyListens() {
        Party one = local.join(alone(0), "one");

        assertThat(one.cluster().connect("127.0.0.1:" + alone(1).port(), Duration.ofMillis(500)))
                .isEmpty();
        assertThatThrownBy(() -> one.cluster().connect("nowhere", Waits.DEADLINE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    private ClusterConfig alone(int place) {
        return local.config(place).hosts(List.of());
    }

    @Test
    void nodesOfAnotherClusterNameAreNotSeen() {
        ClusterConfig config = local.config(0);
        Party one = local.join(
                ClusterConfig.of("one")
                        .listen(config.host(), config.port())
                        .hosts(config.hosts())
                        .cookie(config.cookie().orElseThrow()),
                "one");
        List<Party> others = List.of(local.join(1), local.join(2));

        LocalCluster.assertTogether(others);

        assertThat(one.cluster().nodes()).isEmpty();
        assertThat(others.getFirst().cluster().nodes()).doesNotContain(one.name());
    }

    // ---- what crosses nodes

    @Test
    void callsReachPidsAndNamesOfOtherNodes() {
        List<Party> parties = three();
        Pid echo = parties.get(2).node().start(new Echo(), ECHO);

        assertThat(parties.get(0).node().call(echo, new Echo.Say("x"))).isEqualTo("x0");
        assertThat(parties.get(1).node().call(ECHO.on(parties.get(2).name()), new Echo.Say("y")))
                .isEqualTo("y1");
        assertThatThrownBy(
                        () -> parties.get(0).node().call(ECHO.on(parties.get(1).name()), new Echo.Say("z")))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
    }

    @Test
    void monitorsAndLinksReachOtherNodes() throws InterruptedException {
        List<Party> parties = three();
        Pid watched = parties.get(1).node().start(new Echo());
        Pid linked = parties.get(2).node().spawn(() -> Self.receive(String.class));
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        CountDownLatch ready = new CountDownLatch(1);
        parties.get(0).node().spawn(() -> {
            Self.trapExits(true);
            Self.monitor(watched);
            Self.link(linked);
            Self.call(watched, new Echo.Say("monitored"));
            ready.countDown();
            forward(heard);
        });
        Waits.until(ready);

        parties.get(1).node().stop(watched, Waits.DEADLINE);
        assertThat(Waits.next(heard))
                .isInstanceOfSatisfying(
                        Down.class, down -> assertThat(down.reason()).isEqualTo(ExitReason.shutdown()));
        parties.get(0).node().send(linked, "end");
        assertThat(Waits.next(heard)).isEqualTo(new Exit(linked, ExitReason.normal()));
    }

    @Test
    void anExitSignalReachesAProcessOfAnotherNode() throws InterruptedException {
        List<Party> parties = three();
        Pid echo = parties.get(2).node().start(new Echo());
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.add(parties.get(0).node().call(echo, new Echo.Ask(), Waits.DEADLINE));
            } catch (ExitException e) {
                outcome.add(e.reason());
            }
        });
        Waits.until("the call is there", () -> parties.get(2).node().call(echo, new Echo.Asked()) == 1);

        parties.get(1).node().exit(echo, ExitReason.killed());

        assertThat(Waits.next(outcome)).isEqualTo(ExitReason.killed());
        assertThat(parties.get(2).node().isAlive(echo)).isFalse();
    }

    @Test
    void aNodeThatLeavesIsDownAtOnceAndTheRestGoOn() throws InterruptedException {
        List<Party> parties = three();
        Party leaving = parties.getFirst();
        Pid gone = leaving.node().start(new Echo());
        List<BlockingQueue<Object>> heard = new ArrayList<>();
        for (Party party : parties.subList(1, 3)) {
            heard.add(new LinkedBlockingQueue<>());
            party.cluster().monitorNodes(ears(party.node(), heard.getLast()));
        }

        long left = System.nanoTime();
        leaving.node().close();

        NodeDown down = new NodeDown(leaving.name(), leaving.node().incarnation(), NodeDown.Reason.LEFT);
        assertThat(Waits.next(heard.get(0))).isEqualTo(down);
        assertThat(Waits.next(heard.get(1))).isEqualTo(down);
        assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(5));
        Node rest = parties.get(1).node();
        assertThatThrownBy(() -> rest.call(gone, new Echo.Say("x")))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoConnection(leaving.name())));
        assertThat(rest.call(parties.get(2).node().start(new Echo()), new Echo.Say("y")))
                .isEqualTo("y0");
    }

    @Test
    void aNodeThatComesBackIsANewOne() {
        List<Party> parties = three();
        Pid old = parties.get(2).node().start(new Echo(), ECHO);
        parties.get(2).node().close();

        Party again = local.join(2);
        again.node().start(new Echo(), ECHO);
        LocalCluster.assertTogether(List.of(parties.get(0), parties.get(1), again));

        assertThatThrownBy(() -> parties.get(0).node().call(old, new Echo.Say("x")))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
        assertThat(parties.get(0).node().call(ECHO.on(again.name()), new Echo.Say("y")))
                .isEqualTo("y0");
    }

    // ---- messages

    @Test
    void aMessageOfTheMaximumSizeArrivesAndALargerOneIsRefusedWhereItIsSent() {
        Party a = local.join(0);
        Party b = local.join(1);
        LocalCluster.assertTogether(List.of(a, b));
        Pid echo = b.node().start(new Echo());
        int overhead = 2000;

        for (int size : new int[] {47_000, 49_000, 60_000, 64_000, SIGNAL_BYTES_MAX - overhead}) {
            assertThat(a.node().call(echo, new Echo.Weigh("x".repeat(size)), Waits.DEADLINE))
                    .isEqualTo(size);
        }

        assertThatThrownBy(() -> a.node().call(echo, new Echo.Weigh("x".repeat(SIGNAL_BYTES_MAX))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("maximum of " + SIGNAL_BYTES_MAX)
                .hasMessageContaining(b.name().toString());
        assertThat(a.node().call(echo, new Echo.Weigh("x".repeat(1)))).isEqualTo(1);
    }

    @Test
    void messagesOfEachSenderArriveInOrderAndNoneIsLost() throws InterruptedException {
        int senders = 6;
        int each = 5000;
        List<Party> parties = three();
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        ears(parties.get(2).node(), heard);
        for (int sender = 0; sender < senders; sender++) {
            String label = sender + ":";
            parties.get(sender % 2).node().spawn(() -> {
                for (int i = 0; i < each; i++) {
                    Self.send(EARS.on(parties.get(2).name()), label + i);
                }
            });
        }

        int[] next = new int[senders];
        for (int i = 0; i < senders * each; i++) {
            String[] fields = ((String) Waits.next(heard)).split(":", 2);
            int sender = Integer.parseInt(fields[0]);
            assertThat(Integer.parseInt(fields[1])).as("from %d", sender).isEqualTo(next[sender]++);
        }
    }

    // ---- refusals

    @Test
    void aWrongCookieIsRefusedAndTheClusterUnhurt() {
        Party a = local.join(0);
        Party b = local.join(1);
        LocalCluster.assertTogether(List.of(a, b));
        Pid echo = b.node().start(new Echo());
        Node stranger = local.node("stranger");
        ClusterConfig wrong = local.config(2).cookie(Cookie.random());

        assertThatThrownBy(() -> Cluster.join(stranger, wrong))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("cookie")
                .hasMessageContaining("'test'")
                .hasMessageNotContaining("must be free");

        assertThat(a.cluster().nodes()).containsExactly(b.name());
        assertThat(a.node().call(echo, new Echo.Say("x"))).isEqualTo("x0");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (var taken = FreePorts.occupy(local.port(0))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> Cluster.join(local.node("a"), local.config(0)))
                    .isInstanceOf(ExitException.class)
                    .hasMessageContaining("port " + local.port(0))
                    .hasMessageNotContaining("cookie");
        }
        int detector = local.port(1) + ClusterConfig.DETECTOR_OFFSET;
        try (var taken = FreePorts.occupy(detector)) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> Cluster.join(local.node("b"), local.config(1)))
                    .isInstanceOf(ExitException.class)
                    .hasMessageContaining("port " + detector)
                    .hasMessageNotContaining("cookie");
        }
        local.join(0);
        local.join(1);
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        ClusterConfig elsewhere = local.config(0).insecure(true).listen("192.0.2.1", local.port(0));

        assertThatThrownBy(() -> Cluster.join(local.node("a"), elsewhere))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageNotContaining("cookie");
    }

    @Test
    void aHostThatNobodyKnowsIsNoObstacle() {
        Party a = local.join(local.config(0).hosts(List.of("nobody.invalid:" + local.port(1))), "a");
        Party b = local.join(1);

        LocalCluster.assertTogether(List.of(a, b));
        TCPPING discovery = a.engine().channel.getProtocolStack().findProtocol(TCPPING.class);
        assertThat(discovery.getInitialHosts()).isEmpty();
    }
}
