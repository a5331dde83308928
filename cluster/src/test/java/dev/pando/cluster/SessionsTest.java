package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.spi.Engine;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.Call;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.MultiReply;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.core.spi.Host;
import dev.pando.core.spi.Transport;
import dev.pando.core.wire.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions of real nodes over an engine that does what the test says.
class SessionsTest {

    private static final Codec CODEC = Codec.builder().roots(SessionFrame.class).build();
    private static final Name ECHO = new Name("echo");
    private static final Name EARS = new Name("ears");
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<Node> nodes = new ArrayList<>();
    private final List<FaultyEngine> puppets = new ArrayList<>();

    /// A node that has joined through an engine.
    record Party(Node node, Cluster cluster, FaultyEngine engine) {
        NodeName name() {
            return node.name();
        }

        NodeUp up() {
            return new NodeUp(name(), node.incarnation());
        }

        NodeDown down(Reason reason) {
            return new NodeDown(name(), node.incarnation(), reason);
        }

        String say(Pid to, String text) {
            return node.call(to, new Echo.Say(text));
        }

        boolean sees(Party... others) {
            return cluster.awaitMembers(others.length + 1, Waits.DEADLINE)
                    && cluster.nodes()
                            .equals(List.of(others).stream()
                                    .map(Party::name)
                                    .sorted()
                                    .toList());
        }
    }

    /// A member that speaks frame by frame.
    private final class Puppet {
        final FaultyEngine engine;
        private final String name;
        private final long incarnation;
        private final BlockingQueue<SessionFrame> heard = new LinkedBlockingQueue<>();

        Puppet(String name, long incarnation) {
            this.name = name;
            this.incarnation = incarnation;
            engine = new FaultyEngine(name + "#" + incarnation);
            puppets.add(engine);
            engine.join(new Engine.Listener() {
                @Override
                public void view(Engine.View view) {}

                @Override
                public void frame(Engine.Member from, byte[] frame) {
                    heard.add(CODEC.decode(SessionFrame.class, frame));
                }
            });
        }

        void says(Party to, SessionFrame frame) {
            says(to.engine(), frame);
        }

        void says(FaultyEngine to, SessionFrame frame) {
            engine.send(to, CODEC.encode(frame));
        }

        <F extends SessionFrame> F hears(Class<F> type) throws InterruptedException {
            while (true) {
                SessionFrame frame = Waits.next(heard);
                if (type.isInstance(frame)) {
                    return type.cast(frame);
                }
            }
        }

        /// Everything up to the last word of a session, which makes it one for the party.
        SessionFrame.Ack lastWord(long number) throws InterruptedException {
            return new SessionFrame.Ack(hears(SessionFrame.Hello.class).mine(), number, name, incarnation, Map.of());
        }

        SessionFrame.Hello hello(int version, long number) {
            return new SessionFrame.Hello(version, number, name, incarnation, false, Map.of());
        }

        /// Brings a session about.
        void greets(Party to, long number) throws InterruptedException {
            says(to, hello(1, number));
            says(to, lastWord(number));
        }

        NodeUp up() {
            return new NodeUp(NodeName.of(name), incarnation);
        }

        NodeDown down(Reason reason) {
            return new NodeDown(NodeName.of(name), incarnation, reason);
        }
    }

    /// The first byte of a record on the wire.
    private static final byte RECORD = 20;

    private Party join(String name) {
        return join(name, Host.jvm());
    }

    private Party join(String name, Host host) {
        FaultyEngine engine = new FaultyEngine(name);
        Node node = node(name, host);
        return new Party(node, join(node, () -> engine), engine);
    }

    private Node node(String name, Host host) {
        Node node = Node.start(
                NodeName.of(name),
                Protocols.of(Echo.class, Sum.class, Broken.class, Odd.class),
                Resources.none(),
                host);
        nodes.add(node);
        return node;
    }

    private static Cluster join(Node node, Supplier<Engine> engines) {
        Cluster cluster = Cluster.of(node, engines);
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec()));
        return cluster;
    }

    /// Two nodes with a session, of which all have been told who are told at all: a node is listed before that.
    private List<Party> two() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        BlockingQueue<Object> atA = notices(a);
        BlockingQueue<Object> atB = notices(b);
        FaultyEngine.meet(a.engine(), b.engine());
        assertThat(Waits.next(atA)).isEqualTo(b.up());
        assertThat(Waits.next(atB)).isEqualTo(a.up());
        return List.of(a, b);
    }

    /// What `b` does when only it has lost `a` for a moment.
    private static void blink(Party b, Party a) {
        b.engine().sees(b.engine());
        b.engine().sees(a.engine(), b.engine());
    }

    private static BlockingQueue<Object> notices(Party at) throws InterruptedException {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        at.cluster().monitorNodes(forwarder(at.node(), heard, () -> {}));
        return heard;
    }

    /// A process that does something and then passes on all that it is sent.
    private static Pid forwarder(Node node, BlockingQueue<Object> heard, Runnable first) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        Pid pid = node.spawn(() -> {
            Self.trapExits(true);
            first.run();
            ready.countDown();
            forward(heard);
        });
        Waits.until(ready);
        return pid;
    }

    private static void forward(BlockingQueue<Object> heard) {
        while (true) {
            heard.add(Self.receive(Object.class));
        }
    }

    /// A call on a thread of its own, and what becomes of it.
    private static BlockingQueue<Object> calling(Node node, Pid server, Call<String> request) {
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.add(node.call(server, request, Waits.DEADLINE));
            } catch (ExitException e) {
                outcome.add(e.reason());
            }
        });
        return outcome;
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        puppets.forEach(FaultyEngine::close);
    }

    // ---- connecting and disconnecting

    @Test
    void aNodeThatIsDisconnectedIsDownOnBothSidesAndStaysSoUntilItIsConnected() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atA = notices(a);
        BlockingQueue<Object> atB = notices(b);
        Pid echo = b.node().start(new Echo());

        assertThat(a.cluster().disconnect(b.name())).isTrue();

        assertThat(Waits.next(atA)).isEqualTo(b.down(Reason.DISCONNECTED));
        assertThat(Waits.next(atB)).isEqualTo(a.down(Reason.DISCONNECTED));
        assertThat(a.cluster().disconnect(b.name())).isFalse();
        assertThat(a.cluster().awaitMembers(2, Duration.ofSeconds(1))).isFalse();
        assertThat(a.cluster().ping(b.name(), Waits.DEADLINE)).isFalse();

        assertThat(b.cluster().connect(a.name(), Waits.DEADLINE)).isTrue();

        assertThat(Waits.next(atA)).isEqualTo(b.up());
        assertThat(Waits.next(atB)).isEqualTo(a.up());
        assertThat(a.say(echo, "x")).isEqualTo("x0");
        assertThat(a.cluster().ping(b.name(), Waits.DEADLINE)).isTrue();
    }

    @Test
    void whoFindsANodeListedCanCallItAtOnce() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = notices(b);
        Pid echo = b.node().start(new Echo());
        for (int round = 0; round < 200; round++) {
            a.cluster().disconnect(b.name());
            assertThat(Waits.next(atB)).isEqualTo(a.down(Reason.DISCONNECTED));
            Thread connecting = Thread.ofVirtual().start(() -> b.cluster().connect(a.name(), Waits.DEADLINE));
            while (!a.cluster().nodes().contains(b.name())) {
                Thread.onSpinWait();
            }

            assertThat(a.say(echo, "x")).isEqualTo("x" + round);

            assertThat(Waits.next(atB)).isEqualTo(a.up());
            Waits.end(connecting);
        }
    }

    @Test
    void aNodeIsConnectedWithItself() {
        Party a = join("a");

        assertThat(a.cluster().connect(a.name(), Waits.DEADLINE)).isTrue();
        assertThat(a.cluster().ping(a.name(), Waits.DEADLINE)).isTrue();
        assertThat(a.cluster().connect(NodeName.of("nobody"), Duration.ofMillis(50)))
                .isFalse();
    }

    @Test
    void whatIsNoAddressIsSaidToBeWhatWasToBeConnected() {
        Cluster cluster = join("a").cluster();

        assertThatThrownBy(() -> cluster.connect("foo", Waits.DEADLINE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("connect: 'foo' is not host:port");
    }

    @Test
    void aNodeThatLeavesSaysSoAfterAllItHasSent() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = new LinkedBlockingQueue<>();
        Pid ears = forwarder(b.node(), atB, () -> {});
        b.cluster().monitorNodes(ears);
        FaultyEngine.Wire wire = a.engine().to(b.engine());
        wire.hang(true);
        for (int i = 0; i < 100; i++) {
            a.node().send(ears, Integer.toString(i));
        }
        Thread leaving = Thread.ofVirtual().start(a.node()::close);
        Waits.until(
                "it waits for what it has sent",
                () -> a.cluster().peers().getFirst().sendersWaiting() == 1);
        wire.hang(false);

        for (int i = 0; i < 100; i++) {
            assertThat(Waits.next(atB)).isEqualTo(Integer.toString(i));
        }
        assertThat(Waits.next(atB)).isEqualTo(a.down(Reason.LEFT));
        Waits.end(leaving);
    }

    @Test
    void aNodeWhosePeerTakesNothingLeavesAllTheSame() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        a.engine().to(b.engine()).hang(true);
        a.node().send(ECHO.on(b.name()), "for nobody");

        a.node().close();

        assertThat(a.engine().isClosed()).isTrue();
    }

    // ---- who is there

    @Test
    void labelsTravelWithTheMembership() {
        FaultyEngine one = new FaultyEngine("one");
        Node node = node("one", Host.jvm());
        Cluster cluster = Cluster.of(node, () -> one, new TreeMap<>(Map.of("region", "us-east")));
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec()));
        Party other = join("other");
        FaultyEngine.meet(one, other.engine());
        assertThat(other.cluster().awaitMembers(2, Waits.DEADLINE)).isTrue();
        assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();

        assertThat(other.cluster().labels(node.name()).orElseThrow()).containsExactly(entry("region", "us-east"));
        assertThat(cluster.labels()).containsExactly(entry("region", "us-east"));
        assertThat(cluster.labels(other.name())).isPresent();
        assertThat(other.cluster().labels(NodeName.of("nobody"))).isEmpty();
    }

    @Test
    void whatGoesThroughASessionIsCountedOnBothSides() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = new LinkedBlockingQueue<>();
        Pid ears = forwarder(b.node(), atB, () -> {});
        for (int i = 0; i < 10; i++) {
            a.node().send(ears, "hello");
        }
        for (int i = 0; i < 10; i++) {
            Waits.next(atB);
        }

        PeerInfo sent = a.cluster().peers().getFirst();
        PeerInfo received = b.cluster().peers().getFirst();

        assertThat(sent.node()).isEqualTo(b.name());
        assertThat(sent.incarnation()).isEqualTo(b.node().incarnation());
        assertThat(sent.signalsSent()).isEqualTo(10);
        assertThat(sent.bytesSent()).isGreaterThan(50);
        assertThat(received.signalsReceived()).isEqualTo(10);
        assertThat(received.bytesReceived()).isEqualTo(sent.bytesSent());
        assertThat(List.of(sent.signalsQueued(), sent.bytesQueued(), sent.sendersWaiting()))
                .containsOnly(0);
    }

    /// What a signal does may ask for the nodes, and each of the threads here holds a lock that the other could want.
    @ParameterizedTest
    @ValueSource(strings = {"peers", "labels"})
    void whoLooksAtThePeersIsInNobodysWay(String question) throws InterruptedException {
        Node node = node("a", Host.jvm());
        Sessions sessions = new Sessions(node, Collections.emptySortedMap(), 1000);
        NodeName there = NodeName.of("b");
        Thread looking = Thread.ofPlatform().daemon().unstarted(() -> {
            if (question.equals("peers")) {
                sessions.peers();
            } else {
                sessions.labels(there);
            }
        });
        CountDownLatch answered = new CountDownLatch(1);
        sessions.open((_, _) -> new Transport.Receiver() {
            @Override
            public boolean signal(byte[] bytes, int from, int end) {
                looking.start();
                Waits.until(
                        "it is held up by the link, or done",
                        () -> looking.getState() == Thread.State.BLOCKED || !looking.isAlive());
                assertThat(sessions.nodes()).containsExactly(there);
                answered.countDown();
                return true;
            }

            @Override
            public void down() {}
        });
        FaultyEngine engine = new FaultyEngine("a");
        sessions.join(engine);
        Puppet b = new Puppet(there.toString(), 1);
        engine.sees(engine, b.engine);
        b.says(engine, b.hello(1, 10));
        long number = b.hears(SessionFrame.Hello.class).mine();
        b.says(engine, new SessionFrame.Ack(number, 10, there.toString(), 1, Map.of()));

        b.says(engine, Signals.frame(10, number, 1, List.of(new byte[] {1})));

        assertThat(answered.await(2, TimeUnit.SECONDS)).as("answered").isTrue();
        Waits.end(looking);
        sessions.leave(engine);
    }

    // ---- jobs

    record Sum(int one, int two) implements Job<Integer> {
        @Override
        public Integer run() {
            return one + two + (Self.node().name().name().equals("b") ? 1000 : 0);
        }
    }

    record Broken(String why) implements Job<Integer> {
        @Override
        public Integer run() throws Exception {
            throw new Exception(why);
        }
    }

    @Test
    void aJobRunsOnTheNodeThatIsNamed() throws InterruptedException {
        List<Party> both = two();
        Cluster a = both.get(0).cluster();

        assertThat(a.call(both.get(1).name(), new Sum(1, 2), Waits.DEADLINE)).isEqualTo(1003);
        assertThat(a.call(both.get(0).name(), new Sum(1, 2), Waits.DEADLINE)).isEqualTo(3);
    }

    @Test
    void aJobThatFailsFailsItsCallerOnly() throws InterruptedException {
        List<Party> both = two();
        Cluster a = both.get(0).cluster();

        assertThatThrownBy(() -> a.call(both.get(1).name(), new Broken("no luck"), Waits.DEADLINE))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("no luck");
        assertThat(a.ping(both.get(1).name(), Waits.DEADLINE)).isTrue();
    }

    /// A result or an end that cannot be told as it is.
    record Odd(Kind kind) implements Job<List<String>> {
        enum Kind {
            NOTHING,
            ERROR,
            REASON,
            DEEP,
            UNLISTED,
            LARGE
        }

        private record Secret() {}

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // what a careless job does
        public List<String> run() {
            return switch (kind) {
                case NOTHING -> null;
                case ERROR -> throw new AssertionError("not so");
                case REASON -> throw new ExitException(ExitReason.Other.of(new Secret()));
                case DEEP -> List.of(deep(0));
                case UNLISTED -> (List<String>) (List<?>) List.of(new Secret());
                case LARGE -> List.of("x".repeat(ClusterConfig.MESSAGE_BYTES_MAX + 1));
            };
        }

        private static String deep(int level) {
            return level < 0 ? "" : deep(level + 1) + level;
        }
    }

    @ParameterizedTest
    @EnumSource(Odd.Kind.class)
    void aJobWithoutAResultThatCanBeToldFailsAtOnce(Odd.Kind kind) throws InterruptedException {
        List<Party> both = two();
        Cluster a = both.get(0).cluster();

        assertThatThrownBy(() -> a.call(both.get(1).name(), new Odd(kind), Waits.DEADLINE))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.Crash.class));
        assertThat(a.ping(both.get(1).name(), Waits.DEADLINE)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOTHING", "ERROR", "REASON", "DEEP"})
    void aJobWithoutAResultFailsAtOnceOnItsOwnNodeToo(Odd.Kind kind) {
        Party a = join("a");

        assertThatThrownBy(() -> a.cluster().call(a.name(), new Odd(kind), Waits.DEADLINE))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isNotInstanceOf(ExitReason.Timeout.class));
    }

    @Test
    void aJobForANodeOutOfReachFailsAtOnce() {
        Cluster alone = join("a").cluster();
        NodeName nobody = NodeName.of("nobody");

        assertThatThrownBy(() -> alone.call(nobody, new Sum(1, 2), Waits.DEADLINE))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(new ExitReason.NoConnection(nobody)));
    }

    // ---- sessions begin and end

    @Test
    void membersThatSeeEachOtherReachEachOthersProcesses() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        Pid echo = b.node().start(new Echo(), ECHO);

        assertThat(a.say(echo, "x")).isEqualTo("x0");
        assertThat(a.node().call(ECHO.on(b.name()), new Echo.Say("y"))).isEqualTo("y1");
        assertThat(b.say(echo, "z")).isEqualTo("z2");
    }

    @Test
    void viewsThatComeAtDifferentTimesMakeOneSession() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        BlockingQueue<Object> atA = notices(a);

        a.engine().sees(a.engine(), b.engine());
        Waits.until("b heard of a too early", () -> b.cluster().refused(Refusal.STRANGER) > 0);
        b.engine().sees(a.engine(), b.engine());

        assertThat(a.sees(b)).isTrue();
        assertThat(b.sees(a)).isTrue();
        assertThat(Waits.next(atA)).isEqualTo(b.up());
        assertThat(atA).isEmpty();
    }

    @Test
    void aNodeIsUpBeforeItsFirstSignalAndDownAfterItsLast() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        BlockingQueue<Object> atB = new LinkedBlockingQueue<>();
        ProcessBody ears = () -> forward(atB);
        b.cluster().monitorNodes(b.node().start(ears, EARS));
        a.cluster().monitorNodes(a.node().spawn(() -> {
            while (true) {
                Self.receive(NodeUp.class);
                Self.send(EARS.on(b.name()), "first");
            }
        }));

        for (int i = 0; i < 10; i++) {
            FaultyEngine.meet(a.engine(), b.engine());
            assertThat(Waits.next(atB)).isEqualTo(a.up());
            assertThat(Waits.next(atB)).isEqualTo("first");
            b.engine().sees(b.engine());
            assertThat(Waits.next(atB)).isEqualTo(a.down(Reason.UNREACHABLE));
            a.engine().sees(a.engine());
        }
    }

    @Test
    void subscribersHearEachNodeComeAndGoInTurn() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        BlockingQueue<Object> first = notices(a);
        BlockingQueue<Object> second = notices(a);
        FaultyEngine.meet(a.engine(), b.engine());
        assertThat(Waits.next(first)).isEqualTo(b.up());
        assertThat(Waits.next(second)).isEqualTo(b.up());

        blink(b, a);

        assertThat(List.of(Waits.next(first), Waits.next(first))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(List.of(Waits.next(second), Waits.next(second))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(a.sees(b)).isTrue();
        assertThat(first).isEmpty();
    }

    @Test
    void whoEndsItsSubscriptionHearsNoMore() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Pid subscriber = forwarder(a.node(), heard, () -> {});
        BlockingQueue<Object> other = notices(a);
        a.cluster().monitorNodes(subscriber);
        a.cluster().demonitorNodes(subscriber);

        blink(b, a);

        assertThat(List.of(Waits.next(other), Waits.next(other))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(heard).isEmpty();
    }

    @Test
    void aSubscriberThatHasEndedIsForgottenWithoutAnyNotice() throws InterruptedException {
        Node node = node("a", Host.jvm());
        Sessions sessions = new Sessions(node, Collections.emptySortedMap(), 1000);
        for (int i = 0; i < 10; i++) {
            Pid subscriber = forwarder(node, new LinkedBlockingQueue<>(), () -> {});
            sessions.subscribe(subscriber);
            node.exit(subscriber, ExitReason.killed());
            Waits.until("it has ended", () -> !node.isAlive(subscriber));
        }

        sessions.subscribe(forwarder(node, new LinkedBlockingQueue<>(), () -> {}));

        assertThat(sessions.subscribers()).isOne();
    }

    @Test
    void onlyAProcessOfThisNodeCanSubscribe() throws InterruptedException {
        List<Party> both = two();
        Pid foreign = forwarder(both.get(1).node(), new LinkedBlockingQueue<>(), () -> {});

        assertThatThrownBy(() -> both.get(0).cluster().monitorNodes(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b@localhost");
    }

    @Test
    void theNodesAreListedInOrderWithoutThisOne() {
        Party c = join("c");
        Party a = join("a");
        Party b = join("b");
        FaultyEngine.meet(b.engine(), c.engine(), a.engine());
        List.of(a, b, c)
                .forEach(party -> assertThat(party.cluster().awaitMembers(3, Waits.DEADLINE))
                        .isTrue());

        assertThat(b.cluster().nodes()).containsExactly(a.name(), c.name());
        assertThat(c.cluster().nodes()).containsExactly(a.name(), b.name());
        assertThat(List.of(a, b, c))
                .allSatisfy(party -> assertThat(party.cluster().coordinator()).contains(b.name()));
    }

    @Test
    void whoeverWaitsForMembersIsWokenByTheLastOfThem() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        Party c = join("c");
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        Thread waiting = Thread.ofVirtual().start(() -> outcome.add(a.cluster().awaitMembers(3, Waits.DEADLINE)));

        FaultyEngine.meet(a.engine(), b.engine());
        assertThat(a.sees(b)).isTrue();
        assertThat(outcome).isEmpty();
        FaultyEngine.meet(a.engine(), b.engine(), c.engine());

        assertThat(Waits.next(outcome)).isEqualTo(true);
        Waits.end(waiting);
        assertThat(a.cluster().awaitMembers(4, SOON)).isFalse();
    }

    // ---- what crosses a session ends with it

    @Test
    void aCallEndsWithTheSessionThatOnlyTheOtherSideLost() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        Pid echo = b.node().start(new Echo());
        BlockingQueue<Object> outcome = calling(a.node(), echo, new Echo.Ask());
        Waits.until("the call is there", () -> b.node().call(echo, new Echo.Asked()) == 1);

        blink(b, a);

        assertThat(Waits.next(outcome)).isEqualTo(new ExitReason.NoConnection(b.name()));
        assertThat(a.sees(b)).isTrue();
        assertThat(a.say(echo, "again ")).isEqualTo("again 0");
    }

    @Test
    void aCallWithoutASessionEndsAtOnce() {
        Party a = join("a");
        NodeName nobody = NodeName.of("nobody");

        assertThatThrownBy(() -> a.node().call(ECHO.on(nobody), new Echo.Say("x")))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoConnection(nobody)));
    }

    @Test
    void aMonitorFiresOnceWhenTheSessionEnds() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        Pid echo = b.node().start(new Echo());
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Pid watcher = forwarder(a.node(), heard, () -> {
            Self.monitor(echo);
            assertThat(Self.call(echo, new Echo.Say("monitored "))).isEqualTo("monitored 0");
        });

        blink(b, a);
        assertThat(Waits.next(heard)).isInstanceOfSatisfying(Down.class, down -> {
            assertThat(down.target()).isEqualTo(echo);
            assertThat(down.reason()).isEqualTo(new ExitReason.NoConnection(b.name()));
        });

        assertThat(a.sees(b)).isTrue();
        assertThat(a.say(echo, "alive ")).isEqualTo("alive 1");
        b.node().stop(echo, Waits.DEADLINE);
        assertThat(a.node().call(b.node().start(new Echo()), new Echo.Say("later ")))
                .isEqualTo("later 0");
        a.node().send(watcher, "last");
        assertThat(Waits.next(heard)).isEqualTo("last");
    }

    @Test
    void aLinkBreaksOnceOnEachSideWhenTheSessionEnds() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = new LinkedBlockingQueue<>();
        Pid there = forwarder(b.node(), atB, () -> {});
        Pid echo = b.node().start(new Echo());
        BlockingQueue<Object> atA = new LinkedBlockingQueue<>();
        Pid here = forwarder(a.node(), atA, () -> {
            Self.link(there);
            assertThat(Self.call(echo, new Echo.Say("linked "))).isEqualTo("linked 0");
        });

        blink(b, a);

        assertThat(Waits.next(atA)).isEqualTo(new Exit(there, new ExitReason.NoConnection(b.name())));
        assertThat(Waits.next(atB)).isEqualTo(new Exit(here, new ExitReason.NoConnection(a.name())));
        assertThat(a.sees(b)).isTrue();
        assertThat(b.sees(a)).isTrue();
        a.node().exit(here, ExitReason.killed());
        assertThat(a.say(echo, "later ")).isEqualTo("later 1");
        b.node().send(there, "last");
        assertThat(Waits.next(atB)).isEqualTo("last");
    }

    @Test
    void aLostFrameEndsTheSessionAndTheNextOneWorks() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atA = notices(a);
        BlockingQueue<Object> atB = notices(b);
        Pid echo = b.node().start(new Echo());
        a.say(echo, "x");

        a.engine().to(b.engine()).lose(1);
        BlockingQueue<Object> lost = calling(a.node(), echo, new Echo.Say("lost"));
        Waits.until("the frame is lost", a.engine().to(b.engine())::hasLostAll);
        BlockingQueue<Object> next = calling(a.node(), echo, new Echo.Say("next"));

        assertThat(Waits.next(lost)).isEqualTo(new ExitReason.NoConnection(b.name()));
        assertThat(Waits.next(next)).isEqualTo(new ExitReason.NoConnection(b.name()));
        assertThat(List.of(Waits.next(atA), Waits.next(atA))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(List.of(Waits.next(atB), Waits.next(atB))).containsExactly(a.down(Reason.RENEWED), a.up());
        assertThat(a.say(echo, "y")).isEqualTo("y1");
    }

    @Test
    void aFrameThatCannotBeSentEndsTheSession() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atA = notices(a);
        Pid echo = b.node().start(new Echo());
        a.say(echo, "x");

        a.engine().to(b.engine()).broken(true);
        BlockingQueue<Object> lost = calling(a.node(), echo, new Echo.Say("lost"));

        assertThat(Waits.next(lost)).isEqualTo(new ExitReason.NoConnection(b.name()));
        a.engine().to(b.engine()).broken(false);
        assertThat(List.of(Waits.next(atA), Waits.next(atA))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(a.say(echo, "y")).isEqualTo("y1");
    }

    @Test
    void aSenderThatMeetsAnErrorEndsTheSessionAndGoesOn() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atA = notices(a);
        Pid echo = b.node().start(new Echo());
        a.say(echo, "x");

        a.engine().to(b.engine()).fail(new NoClassDefFoundError("planted"));
        BlockingQueue<Object> lost = calling(a.node(), echo, new Echo.Say("lost"));

        assertThat(Waits.next(lost)).isEqualTo(new ExitReason.NoConnection(b.name()));
        assertThat(List.of(Waits.next(atA), Waits.next(atA))).containsExactly(b.down(Reason.RENEWED), b.up());
        assertThat(a.say(echo, "y")).isEqualTo("y1");
    }

    @Test
    void signalsOfAnEarlierSessionAreNotDeliveredInALaterOne() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = new LinkedBlockingQueue<>();
        Pid ears = forwarder(b.node(), atB, () -> {});
        BlockingQueue<Object> noticesAtB = notices(b);
        a.engine().to(b.engine()).hold(true);
        a.node().send(ears, "early");
        Waits.until("the frame is on its way", a.engine().to(b.engine())::isCarrying);

        b.engine().sees(b.engine());
        b.engine().sees(a.engine(), b.engine());
        a.engine().to(b.engine()).hold(false);

        assertThat(List.of(Waits.next(noticesAtB), Waits.next(noticesAtB)))
                .containsExactly(a.down(Reason.UNREACHABLE), a.up());
        assertThat(a.sees(b)).isTrue();
        a.node().send(ears, "late");
        assertThat(Waits.next(atB)).isEqualTo("late");
    }

    // ---- a node that starts again

    @Test
    void aPidOfAnEarlierStartAddressesNobody() throws InterruptedException {
        Party a = join("a");
        Party first = join("b");
        BlockingQueue<Object> atA = notices(a);
        FaultyEngine.meet(a.engine(), first.engine());
        assertThat(a.sees(first)).isTrue();
        Pid old = first.node().start(new Echo(), ECHO);
        a.say(old, "x");
        first.node().close();
        // Its farewell may still be on the wire; a view without it would come first.
        assertThat(List.of(Waits.next(atA), Waits.next(atA))).containsExactly(first.up(), first.down(Reason.LEFT));

        Party second = join("b");
        second.node().start(new Echo(), ECHO);
        FaultyEngine.meet(a.engine(), second.engine());

        assertThat(Waits.next(atA)).isEqualTo(second.up());
        assertThatThrownBy(() -> a.say(old, "y"))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
        assertThat(a.node().call(ECHO.on(second.name()), new Echo.Say("z"))).isEqualTo("z0");
    }

    @Test
    void aLaterStartIsSeenEvenBeforeTheEarlierOneLeavesTheView() throws InterruptedException {
        Party a = join("a");
        BlockingQueue<Object> atA = notices(a);
        Puppet first = new Puppet("b@localhost", 1);
        Puppet second = new Puppet("b@localhost", 2);
        a.engine().sees(a.engine(), first.engine, second.engine);
        first.greets(a, 10);
        assertThat(Waits.next(atA)).isEqualTo(first.up());

        second.greets(a, 20);

        assertThat(List.of(Waits.next(atA), Waits.next(atA)))
                .containsExactly(first.down(Reason.RESTARTED), second.up());
        first.says(a, first.hello(1, 11));
        first.says(a, first.lastWord(11));
        Waits.until("the earlier start is refused", () -> a.cluster().refused(Refusal.SESSION) > 0);
        a.engine().sees(a.engine(), second.engine);
        assertThat(a.cluster().nodes()).containsExactly(NodeName.of("b"));
        assertThat(atA).isEmpty();
    }

    /// Two living nodes with one name: the later start wins, and the earlier one learns that it is cut off.
    @Test
    void aSessionEndsOnBothSidesWhenALaterStartTakesItsPlace() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        BlockingQueue<Object> atB = notices(b);
        Pid echo = a.node().start(new Echo());
        BlockingQueue<Object> outcome = calling(b.node(), echo, new Echo.Ask());
        Puppet later = new Puppet("b@localhost", Long.MAX_VALUE);

        a.engine().sees(a.engine(), b.engine(), later.engine);
        later.greets(a, 20);

        assertThat(Waits.next(outcome)).isEqualTo(new ExitReason.NoConnection(a.name()));
        assertThat(Waits.next(atB)).isEqualTo(a.down(Reason.RENEWED));
        assertThat(b.cluster().nodes()).isEmpty();
    }

    /// The end of the earlier session is held up in the middle; the later one waits for it.
    @Test
    void anEarlierStartIsDownBeforeALaterOneIsUp() throws InterruptedException {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Optional<Thread>> caller = new AtomicReference<>(Optional.empty());
        Host host = HookedScheduler.jvm()
                .unparking(thread -> {
                    if (caller.get().filter(thread::equals).isPresent()) {
                        ending.countDown();
                        assertThat(uninterrupted(goOn)).isTrue();
                    }
                })
                .host();
        Party a = join("a", host);
        BlockingQueue<Object> atA = notices(a);
        Puppet first = new Puppet("b@localhost", 1);
        Puppet second = new Puppet("b@localhost", 2);
        a.engine().sees(a.engine(), first.engine, second.engine);
        first.greets(a, 10);
        assertThat(Waits.next(atA)).isEqualTo(first.up());
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        caller.set(Optional.of(Thread.ofVirtual().start(() -> {
            try {
                outcome.add(a.node().call(ECHO.on(NodeName.of("b")), new Echo.Ask(), Waits.DEADLINE));
            } catch (ExitException e) {
                outcome.add(e.reason());
            }
        })));
        first.hears(SessionFrame.Data.class);

        Thread view = Thread.ofVirtual().start(() -> a.engine().sees(a.engine(), second.engine));
        Waits.until(ending);
        second.says(a, second.hello(1, 20));
        second.says(a, second.lastWord(20));

        assertThat(Optional.ofNullable(atA.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)))
                .as("a notice while the session ends")
                .isEmpty();
        goOn.countDown();
        assertThat(List.of(Waits.next(atA), Waits.next(atA)))
                .containsExactly(first.down(Reason.UNREACHABLE), second.up());
        assertThat(Waits.next(outcome)).isEqualTo(new ExitReason.NoConnection(NodeName.of("b")));
        Waits.end(view);
    }

    private static boolean uninterrupted(CountDownLatch latch) {
        try {
            return latch.await(Waits.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    // ---- what is refused

    @Test
    void aMemberWithThisNodesNameIsRefused() throws InterruptedException {
        Party a = join("a");
        Party namesake = join("a");
        BlockingQueue<Object> atA = notices(a);

        FaultyEngine.meet(a.engine(), namesake.engine());

        Waits.until(
                "each refuses the other",
                () -> a.cluster().refused(Refusal.SESSION) > 1
                        && namesake.cluster().refused(Refusal.SESSION) > 1);
        assertThat(a.cluster().nodes()).isEmpty();
        assertThat(namesake.cluster().nodes()).isEmpty();
        assertThat(atA).isEmpty();
    }

    @Test
    void aMemberThatSpeaksAnotherVersionIsRefused() throws InterruptedException {
        Party a = join("a");
        Puppet b = new Puppet("b@localhost", 1);
        a.engine().sees(a.engine(), b.engine);

        b.says(a, b.hello(2, 10));

        Waits.until("the hello is refused", () -> a.cluster().refused(Refusal.SESSION) == 1);
        assertThat(b.heard).noneMatch(SessionFrame.Ack.class::isInstance);
        assertThat(a.cluster().nodes()).isEmpty();
    }

    @Test
    void aFrameThatCannotBeReadIsCountedAndChangesNothing() throws InterruptedException {
        Party a = join("a");
        Puppet b = new Puppet("b@localhost", 1);
        a.engine().sees(a.engine(), b.engine);
        b.greets(a, 10);
        assertThat(a.cluster().awaitMembers(2, Waits.DEADLINE)).isTrue();

        b.engine.send(a.engine(), new byte[] {1, 2, 3});
        b.engine.send(a.engine(), new byte[0]);
        b.engine.send(a.engine(), CODEC.encode("not a frame"));
        b.says(a, new SessionFrame.Hello(1, 10, "no name", 1, false, Map.of()));

        Waits.until("all four are counted", () -> a.cluster().refused(Refusal.SESSION) == 4);
        assertThat(a.cluster().nodes()).containsExactly(NodeName.of("b"));
    }

    @Test
    void aSignalThatCannotBeReadEndsNoSession() throws InterruptedException {
        Party a = join("a");
        Puppet b = new Puppet("b@localhost", 1);
        a.engine().sees(a.engine(), b.engine);
        b.says(a, b.hello(1, 10));
        long theirs = b.hears(SessionFrame.Hello.class).mine();

        b.says(a, Signals.frame(10, theirs, 1, List.of(new byte[] {1}, new byte[] {2})));
        b.says(a, Signals.frame(10, theirs, 2, List.of(new byte[0])));

        Waits.until("all three are counted", () -> a.node().refusedFrames() == 3);
        assertThat(a.cluster().nodes()).containsExactly(NodeName.of("b"));
    }

    @Test
    void aSignalThatGoesByANameThatWasNotToldEndsTheSession() throws InterruptedException {
        Party a = join("a");
        Puppet b = new Puppet("b@localhost", 1);
        a.engine().sees(a.engine(), b.engine);
        BlockingQueue<Object> atA = notices(a);
        b.says(a, b.hello(1, 10));
        long theirs = b.hears(SessionFrame.Hello.class).mine();
        byte[] unknown = {RECORD, 9};

        b.says(a, Signals.frame(10, theirs, 1, List.of(unknown, new byte[] {1})));

        assertThat(List.of(Waits.next(atA), Waits.next(atA))).containsExactly(b.up(), b.down(Reason.RENEWED));
        assertThat(a.cluster().refused(Refusal.SESSION)).isEqualTo(1);
        assertThat(a.node().refusedFrames())
                .as("what follows it is not looked at")
                .isEqualTo(1);
        b.says(a, b.hello(1, 11));
        SessionFrame.Hello later = b.hears(SessionFrame.Hello.class);
        assertThat(later.mine()).isGreaterThan(theirs);
        b.says(a, new SessionFrame.Ack(later.mine(), 11, "b@localhost", 1, Map.of()));
        assertThat(Waits.next(atA)).isEqualTo(b.up());
    }

    @Test
    void aStrangerIsNotHeard() {
        Party a = join("a");
        Puppet stranger = new Puppet("b@localhost", 1);

        stranger.says(a, stranger.hello(1, 10));

        Waits.until("the hello is counted", () -> a.cluster().refused(Refusal.STRANGER) == 1);
        assertThat(a.cluster().nodes()).isEmpty();
        assertThat(stranger.heard).isEmpty();
    }

    // ---- a member that hangs

    @Test
    void aHungMemberDelaysNobodyElse() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        Party c = join("c");
        FaultyEngine.meet(a.engine(), b.engine(), c.engine());
        assertThat(a.sees(b, c)).isTrue();
        assertThat(b.sees(a, c)).isTrue();
        Pid echo = b.node().start(new Echo());
        AtomicLong sent = new AtomicLong();
        CountDownLatch flooded = new CountDownLatch(1);
        a.engine().to(c.engine()).hang(true);
        a.node().spawn(() -> {
            for (int i = 0; i < 6000; i++) {
                Self.send(EARS.on(c.name()), i);
                sent.incrementAndGet();
            }
            flooded.countDown();
        });
        Waits.until("the queue to c is full", () -> sent.get() >= 4096);

        assertThat(a.say(echo, "x")).isEqualTo("x0");
        Party d = join("d");
        FaultyEngine.meet(a.engine(), b.engine(), c.engine(), d.engine());
        assertThat(a.cluster().awaitMembers(4, Waits.DEADLINE)).isTrue();
        assertThat(a.say(d.node().start(new Echo()), "y")).isEqualTo("y0");
        assertThat(flooded.getCount()).as("flood still held").isEqualTo(1);

        a.engine().sees(a.engine(), b.engine(), d.engine());
        Waits.until(flooded);
        assertThat(a.say(echo, "z")).isEqualTo("z1");
    }

    /// A process of `a` that sends to a hung `b` until it is held up.
    private static void flood(Party a, Party b) {
        a.engine().to(b.engine()).hang(true);
        a.node().spawn(() -> {
            while (true) {
                Self.send(EARS.on(b.name()), "flood");
            }
        });
        Waits.until("the flood is held up", () -> a.cluster().peers().getFirst().sendersWaiting() == 1);
    }

    @Test
    void whoAsksAHungMemberWaitsNoLongerThanItHasTo() throws InterruptedException {
        List<Party> both = two();
        Party a = both.get(0);
        Party b = both.get(1);
        Pid echo = b.node().start(new Echo());
        flood(a, b);
        long begun = System.nanoTime();

        assertThat(a.cluster().ping(b.name(), SOON)).isFalse();
        assertThat(List.<Runnable>of(
                        () -> a.node().call(echo, new Echo.Say("x"), SOON),
                        () -> a.cluster().call(b.name(), new Sum(1, 2), SOON),
                        () -> a.node().spawn(b.name(), new Echo(), SOON)))
                .allSatisfy(ask -> assertThatThrownBy(ask::run)
                        .isInstanceOfSatisfying(
                                ExitException.class,
                                e -> assertThat(e.reason()).isEqualTo(new ExitReason.Timeout(SOON))));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        assertThat(a.cluster().peers().getFirst().sendersWaiting()).isEqualTo(1);
    }

    @Test
    void aHungMemberKeepsNoneOfTheOthersWaitingWhenAllAreAsked() throws InterruptedException {
        Party a = join("a");
        Party b = join("b");
        Party c = join("c");
        FaultyEngine.meet(a.engine(), b.engine(), c.engine());
        assertThat(a.sees(b, c)).isTrue();
        assertThat(c.sees(a, b)).isTrue();
        Pid hung = b.node().start(new Echo());
        Pid fine = c.node().start(new Echo());
        flood(a, b);

        MultiReply<String> replies = a.node().multiCall(List.of(hung, fine), new Echo.Say("x"), SOON);

        assertThat(replies.replies()).containsExactly(entry(fine, "x0"));
        assertThat(replies.failures()).containsExactly(entry(hung, new ExitReason.Timeout(SOON)));
    }

    @Test
    void aNodeLeavesAHungMemberBehind() throws InterruptedException {
        Queue<Thread> started = new ConcurrentLinkedQueue<>();
        Party a = join("a", HookedScheduler.jvm().started(started::add).host());
        Party b = join("b");
        FaultyEngine.meet(a.engine(), b.engine());
        assertThat(a.sees(b)).isTrue();
        a.engine().to(b.engine()).hang(true);
        BlockingQueue<Object> outcome = calling(a.node(), b.node().start(new Echo()), new Echo.Ask());
        Waits.until("the sender hangs", a.engine().to(b.engine())::isHolding);

        a.node().close();

        assertThat(Waits.next(outcome)).isEqualTo(new ExitReason.NoConnection(b.name()));
        for (Thread thread : started) {
            Waits.end(thread);
        }
    }

    // ---- joining and leaving

    @Test
    void leavingEndsAllSessionsAndThreads() throws InterruptedException {
        Queue<Thread> started = new ConcurrentLinkedQueue<>();
        Party a = join("a", HookedScheduler.jvm().started(started::add).host());
        Party b = join("b");
        FaultyEngine.meet(a.engine(), b.engine());
        assertThat(a.sees(b)).isTrue();
        Pid echo = b.node().start(new Echo());
        BlockingQueue<Object> outcome = calling(a.node(), echo, new Echo.Ask());
        Waits.until("the call is there", () -> b.node().call(echo, new Echo.Asked()) == 1);

        a.node().close();

        assertThat(Waits.next(outcome)).isEqualTo(new ExitReason.NoConnection(b.name()));
        assertThat(a.engine().isClosed()).isTrue();
        assertThat(a.cluster().nodes()).isEmpty();
        assertThat(started).anyMatch(thread -> thread.getName().startsWith("pando-sender"));
        for (Thread thread : started) {
            Waits.end(thread);
        }
    }

    /// An engine that does something before it says that it has joined.
    private record Joining(FaultyEngine on, Runnable meanwhile) implements Engine {
        @Override
        public void join(Listener listener) {
            on.join(listener);
            meanwhile.run();
        }

        @Override
        public Engine.Member self() {
            return on.self();
        }

        @Override
        public void send(Engine.Member to, byte[] frame) {
            on.send(to, frame);
        }

        @Override
        public void close() {
            on.close();
        }
    }

    @Test
    void anEngineThatCannotJoinIsClosedAndItsViewForgotten() throws InterruptedException {
        Queue<Thread> started = new ConcurrentLinkedQueue<>();
        Party b = join("b");
        FaultyEngine engine = new FaultyEngine("a");
        Node node = node("a", HookedScheduler.jvm().started(started::add).host());
        Engine failing = new Joining(engine, () -> {
            engine.sees(engine, b.engine());
            throw new IllegalStateException("the group does not want us");
        });

        assertThatThrownBy(() -> join(node, () -> failing)).hasMessageContaining("the group does not want us");

        assertThat(engine.isClosed()).isTrue();
        for (Thread thread : started) {
            Waits.end(thread);
        }
    }

    @Test
    void aClusterThatRestartsTakesANewEngineAndHearsTheOldOneNoMore() {
        Party b = join("b");
        List<FaultyEngine> engines = new ArrayList<>();
        Node node = node("a", Host.jvm());
        Cluster cluster = Cluster.of(node, () -> {
            engines.add(new FaultyEngine("a#" + engines.size()));
            return engines.getLast();
        });
        Pid first = node.start(cluster.childSpec().behaviour());
        FaultyEngine old = engines.getFirst();
        FaultyEngine.meet(old, b.engine());
        assertThat(b.cluster().awaitMembers(2, Waits.DEADLINE)).isTrue();

        node.stop(first, Waits.DEADLINE);
        node.start(cluster.childSpec().behaviour());
        FaultyEngine.meet(engines.getLast(), b.engine());
        assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();
        old.sees(old);

        assertThat(old.isClosed()).isTrue();
        assertThat(cluster.nodes()).containsExactly(b.name());
        assertThat(node.call(b.node().start(new Echo()), new Echo.Say("x"))).isEqualTo("x0");
    }

    /// Supervised, so that the restart finds the engine of a member that had no chance to leave.
    @Test
    void aKilledMemberIsReplacedAndItsEngineClosed() {
        Party b = join("b");
        List<FaultyEngine> engines = new ArrayList<>();
        Node node = node("a", Host.jvm());
        Cluster cluster = Cluster.of(node, () -> {
            engines.add(new FaultyEngine("a#" + engines.size()));
            return engines.getLast();
        });
        Pid first = node.start(cluster.childSpec().behaviour());
        FaultyEngine.meet(engines.getFirst(), b.engine());
        assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();

        node.exit(first, ExitReason.killed());
        node.start(cluster.childSpec().behaviour());

        assertThat(engines.getFirst().isClosed()).isTrue();
        assertThat(cluster.nodes()).isEmpty();
        FaultyEngine.meet(engines.getLast(), b.engine());
        assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKilledMemberThatStillJoinsLeavesItsSuccessorAlone(boolean failing) throws InterruptedException {
        CountDownLatch joining = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FaultyEngine old = new FaultyEngine("a#0");
        Engine slow = new Joining(old, () -> {
            joining.countDown();
            while (goOn.getCount() > 0) {
                // Deaf to the interrupt of the kill, as a library can be.
                Thread.interrupted();
                uninterrupted(goOn);
            }
            if (failing) {
                throw new IllegalStateException("too late");
            }
        });
        FaultyEngine successor = new FaultyEngine("a#1");
        Queue<Engine> engines = new ConcurrentLinkedQueue<>(List.of(slow, successor));
        Party b = join("b");
        Node node = node("a", Host.jvm());
        Cluster cluster = Cluster.of(node, engines::remove);
        Thread starting = Thread.ofVirtual()
                .start(() -> assertThatThrownBy(
                                () -> node.start(cluster.childSpec().behaviour(), Member.NAME))
                        .isInstanceOf(ExitException.class));
        Waits.until(joining);
        node.exit(node.whereis(Member.NAME).orElseThrow(), ExitReason.killed());
        Waits.end(starting);
        node.start(cluster.childSpec().behaviour(), Member.NAME);

        goOn.countDown();
        Waits.until("the killed one has ended", () -> node.leftovers() == 0);

        assertThat(old.isClosed()).isTrue();
        assertThat(successor.isClosed()).isFalse();
        FaultyEngine.meet(successor, b.engine());
        assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();
    }

    // ---- all of it at once

    @Test
    void noOrderOfViewsCutsAndHoldsMakesATwiceUpOrSilentNode() throws InterruptedException {
        for (long seed = 1; seed <= 8; seed++) {
            chaos(seed);
            close();
            nodes.clear();
        }
    }

    private void chaos(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Party> parties = List.of(join("a"), join("b"), join("c"));
        List<BlockingQueue<Object>> heard = new ArrayList<>();
        List<Pid> echos = new ArrayList<>();
        for (Party party : parties) {
            heard.add(notices(party));
            echos.add(party.node().start(new Echo()));
        }
        FaultyEngine[] all = parties.stream().map(Party::engine).toArray(FaultyEngine[]::new);
        for (int step = 0; step < 200; step++) {
            Party one = parties.get(random.nextInt(3));
            int other = random.nextInt(3);
            FaultyEngine.Wire wire = one.engine().to(parties.get(other).engine());
            switch (random.nextInt(6)) {
                case 0 -> FaultyEngine.meet(all);
                case 1 -> one.engine().sees(all);
                case 2 -> one.engine().sees(one.engine());
                case 3 -> wire.hold(random.nextBoolean());
                case 4 -> wire.lose(1);
                default -> one.node().send(echos.get(other), "noise");
            }
        }

        for (Party party : parties) {
            for (FaultyEngine there : all) {
                party.engine().to(there).hold(false);
                party.engine().to(there).lose(0);
            }
            party.engine().sees(party.engine());
        }
        FaultyEngine.meet(all);
        for (Party party : parties) {
            assertThat(party.cluster().awaitMembers(3, Waits.DEADLINE))
                    .as("seed %d, %s", seed, party)
                    .isTrue();
        }
        for (int i = 0; i < 3; i++) {
            for (Pid echo : echos) {
                assertThat(parties.get(i).say(echo, "x")).as("seed %d", seed).startsWith("x");
            }
            assertAlternating(seed, parties, heard.get(i));
        }
    }

    private static void assertAlternating(long seed, List<Party> parties, BlockingQueue<Object> heard) {
        for (Party party : parties) {
            List<Notice> own = heard.stream()
                    .map(Notice.class::cast)
                    .filter(notice -> isOf(party, notice))
                    .toList();
            for (int i = 0; i < own.size(); i++) {
                assertThat(own.get(i))
                        .as("seed %d, notice %d of %s", seed, i, own)
                        .isInstanceOf(i % 2 == 0 ? NodeUp.class : NodeDown.class);
            }
        }
    }

    private static boolean isOf(Party party, Notice notice) {
        return notice.equals(party.up())
                || (notice instanceof NodeDown down && notice.equals(party.down(down.reason())));
    }
}
