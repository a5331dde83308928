package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pando.cluster.LocalCluster.Party;
import dev.pando.cluster.spi.Engine;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.Call;
import dev.pando.core.ExitException;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Step;
import dev.pando.core.wire.Codec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Header;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.View;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.AUTH;
import org.jgroups.protocols.AuthHeader;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.FragHeader;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.UUID;
import org.jgroups.util.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Whoever reaches the ports of a node, or is let in by mistake, does not bring it down: while each attack goes on, two
/// members call each other all the time. What was refused is counted by kind, and logged once a second.
class WireAttackIT {

    private static final String CLUSTER = "test";
    private static final int HALF_OPEN = 1000;
    private static final long HEAP_BYTES = 48L << 20;
    private static final Codec CODEC = Codec.builder().roots(SessionFrame.class).build();

    private final LocalCluster local = new LocalCluster(3);
    private final Random random = new Random(20);
    private final List<Logger> loggers = List.of(
            (Logger) LoggerFactory.getLogger("dev.pando.cluster"), (Logger) LoggerFactory.getLogger("org.jgroups"));
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicReference<Throwable> failed = new AtomicReference<>();

    private Party a;
    private Party b;
    private Thread caller;
    private long began;

    @TempDir
    private Path folder;

    @BeforeEach
    void join() {
        a = local.join(0);
        b = local.join(1);
        LocalCluster.assertTogether(List.of(a, b));
        Pid echo = b.node().start(new Echo());
        caller = Thread.ofVirtual().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    a.node().call(echo, new Echo.Say("x"));
                    calls.incrementAndGet();
                }
            } catch (RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    failed.set(e);
                }
            }
        });
        logged.start();
        for (Logger logger : loggers) {
            logger.setLevel(Level.INFO);
            logger.addAppender(logged);
        }
        began = System.nanoTime();
    }

    @AfterEach
    void close() throws InterruptedException, IOException {
        for (Logger logger : loggers) {
            logger.detachAppender(logged);
            logger.setLevel(null);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        caller.interrupt();
        Waits.end(caller);
        local.close();
    }

    /// The node stands: the two go on calling, and have not lost each other.
    private void assertUp() {
        long before = calls.get();
        Waits.until("calls go on", () -> calls.get() > before + 10 || failed.get() != null);
        assertThat(failed.get()).isNull();
        assertThat(a.cluster().nodes()).containsExactly(b.name());
        assertThat(b.cluster().nodes()).containsExactly(a.name());
    }

    private void awaitRefused(Refusal kind, long count) {
        Waits.until(
                () -> kind + " refused " + count + " times: " + a.cluster().refused(),
                () -> a.cluster().refused(kind) >= count);
    }

    /// A line for each second that began, and each says from where.
    private void assertLogged(Refusal kind) {
        long seconds = (System.nanoTime() - began) / 1_000_000_000L + 1;
        List<String> lines = lines(" refused " + kind + " from ");
        assertThat(lines)
                .hasSizeBetween(1, (int) (2 * (seconds + 1)))
                .allMatch(line -> line.matches("(?s).*from .*(127\\.0\\.0\\.1:|vm-|-).*so far.*"));
    }

    private List<String> lines(String part) {
        return List.copyOf(logged.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(part))
                .toList();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    // ---- how to connect and speak

    private static boolean send(Socket socket, byte[] frame) {
        return send(socket, frame.length, frame);
    }

    /// `false` when the other side has closed.
    private static boolean send(Socket socket, int length, byte[] frame) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(length);
            out.write(frame);
            socket.getOutputStream().write(bytes.toByteArray());
            socket.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("it stays open", e);
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
        }
    }

    private static Message signed(Message message, Address source) {
        return message.setSrc(source)
                .setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY)
                .putHeader(ClassConfigurator.getProtocolId(TCP.class), new TpHeader(CLUSTER));
    }

    private static Message signed(Message message) {
        return signed(message, UUID.randomUUID());
    }

    private byte[] noise(int max) {
        byte[] bytes = new byte[random.nextInt(max) + 20];
        random.nextBytes(bytes);
        return bytes;
    }

    // ---- connections

    @Test
    void randomBytes() throws IOException {
        for (int i = 0; i < 200; i++) {
            try (Socket socket = RawSocket.connect(local.port(0) + (i % 2) * ClusterConfig.DETECTOR_OFFSET)) {
                socket.getOutputStream().write(noise(2000));
                assertClosed(socket);
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }

        awaitRefused(Refusal.GREETING, 180);
        assertLogged(Refusal.GREETING);
        assertUp();
    }

    @Test
    void hugeAndNegativeLengths() throws IOException {
        long before = heap();
        int[] lengths = {(1 << 20) + 1, 1 << 30, Integer.MAX_VALUE, -2, Integer.MIN_VALUE};
        for (int round = 0; round < 20; round++) {
            for (int length : lengths) {
                try (Socket socket = RawSocket.greeted(local.port(0));
                        Socket detector = RawSocket.greeted(local.port(0) + ClusterConfig.DETECTOR_OFFSET)) {
                    send(socket, length, new byte[100]);
                    send(detector, length, new byte[100]);
                    assertClosed(socket);
                    assertClosed(detector);
                }
            }
        }

        awaitRefused(Refusal.LENGTH, 160);
        assertLogged(Refusal.LENGTH);
        assertUp();
        assertThat(heap()).isLessThan(before + HEAP_BYTES);
    }

    @Test
    void manyWhoAnnounceALongFrameAndSendNoneOfIt() throws IOException {
        long before = heap();
        for (int i = 0; i < 300; i++) {
            Socket socket = RawSocket.greeted(local.port(0), 1000 + i);
            sockets.add(socket);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(1 << 20);
            out.flush();
        }

        assertUp();
        assertThat(heap()).isLessThan(before + HEAP_BYTES);
    }

    /// Half of them say nothing, half greet and then say nothing; on both ports. The members' calls go on, a newcomer
    /// is let in, and the first to come were closed.
    @Test
    void aThousandHalfOpenConnections() throws Exception {
        long before = heap();
        for (int i = 0; i < HALF_OPEN; i++) {
            int port = local.port(0) + (i % 2) * ClusterConfig.DETECTOR_OFFSET;
            sockets.add((i / 2) % 2 == 0 ? RawSocket.connect(port) : RawSocket.greeted(port, 1000 + i));
        }
        assertUp();

        Party c = local.join(2);
        assertThat(c.cluster().awaitMembers(3, Waits.DEADLINE)).isTrue();
        awaitRefused(Refusal.HALF_OPEN, 100);
        assertLogged(Refusal.HALF_OPEN);
        assertClosed(sockets.getFirst());
        assertClosed(sockets.get(1));
        c.node().close();
        Waits.until(
                "the newcomer is gone",
                () -> a.cluster().nodes().equals(List.of(b.name()))
                        && b.cluster().nodes().equals(List.of(a.name())));
        assertUp();
        assertThat(heap()).isLessThan(before + HEAP_BYTES);
    }

    /// One byte now and then does not hold a place for longer than silence does.
    @Test
    void aConnectionThatGreetsSlowly() throws IOException {
        try (Socket slow = RawSocket.connect(local.port(0))) {
            long start = System.nanoTime();
            slow.setSoTimeout(200);
            slow.getOutputStream().write(Connection.cookie[0]);
            slow.getOutputStream().flush();
            boolean open = true;
            while (open) {
                assertThat(System.nanoTime() - start).isLessThan(Waits.DEADLINE.toNanos());
                try {
                    open = slow.getInputStream().read() >= 0;
                } catch (SocketTimeoutException e) {
                    open = send(slow, 0, new byte[0]);
                } catch (SocketException e) {
                    open = false;
                }
            }
        }

        assertUp();
    }

    @Test
    void aTlsClient() throws Exception {
        Tls tls = new Certificates(folder.resolve("any")).issue("any").pem();

        assertThatThrownBy(() -> {
                    try (Socket socket = tls.context()
                            .getSocketFactory()
                            .createSocket(InetAddress.ofLiteral("127.0.0.1"), local.port(0))) {
                        ((javax.net.ssl.SSLSocket) socket).startHandshake();
                    }
                })
                .isInstanceOf(IOException.class);

        awaitRefused(Refusal.GREETING, 1);
        assertThat(lines("does it use TLS")).isNotEmpty();
        assertUp();
    }

    // ---- frames of strangers

    /// Bytes of a frame that could be, changed here and there, cut off, or with a payload of noise.
    @Test
    void fuzzedFrames() throws IOException {
        List<Message> seeds = List.of(
                signed(new BytesMessage((Address) null, noise(100))),
                signed(new EmptyMessage()),
                signed(new ObjectMessage(null)),
                gms(GMS.GmsHeader.JOIN_REQ),
                gms(GMS.GmsHeader.MERGE_REQ),
                gms(GMS.GmsHeader.VIEW),
                gms(GMS.GmsHeader.GET_DIGEST_REQ),
                signed(new BytesMessage((Address) null, noise(100)))
                        .putHeader(
                                ClassConfigurator.getProtocolId(UNICAST4.class),
                                UnicastHeader.createDataHeader(1, (short) 1, true)));
        long before = heap();
        int sent = 0;
        Socket socket = RawSocket.greeted(local.port(0));
        Socket detector = RawSocket.greeted(local.port(0) + ClusterConfig.DETECTOR_OFFSET);
        for (int i = 0; i < 4000; i++) {
            byte[] frame = RawSocket.single(seeds.get(i % seeds.size()));
            switch (random.nextInt(3)) {
                case 0 -> frame = Arrays.copyOf(frame, random.nextInt(frame.length));
                case 1 -> {
                    for (int change = 0; change <= random.nextInt(8); change++) {
                        frame[3 + random.nextInt(frame.length - 3)] = (byte) random.nextInt();
                    }
                }
                default -> {
                    byte[] noise = noise(200);
                    System.arraycopy(frame, 0, noise, 0, Math.min(12, Math.min(frame.length, noise.length)));
                    frame = noise;
                }
            }
            sent++;
            if (!send(socket, frame)) {
                socket.close();
                socket = RawSocket.greeted(local.port(0));
            }
            if (i % 10 == 0 && !send(detector, Arrays.copyOfRange(frame, Math.min(5, frame.length), frame.length))) {
                detector.close();
                detector = RawSocket.greeted(local.port(0) + ClusterConfig.DETECTOR_OFFSET);
            }
        }
        sockets.add(socket);
        sockets.add(detector);

        awaitRefused(Refusal.MESSAGE, sent / 10);
        assertLogged(Refusal.MESSAGE);
        assertThat(logged.list.size()).as("lines for %d frames", sent).isLessThan(sent / 20);
        assertUp();
        assertThat(heap()).isLessThan(before + HEAP_BYTES);
    }

    private static Message gms(byte type) {
        return gms(type, UUID.randomUUID());
    }

    private static Message gms(byte type, Address member) {
        return signed(new EmptyMessage())
                .putHeader(ClassConfigurator.getProtocolId(GMS.class), new GMS.GmsHeader(type, member));
    }

    /// What a stranger would have run.
    private static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1;
        private static final AtomicInteger EXPLODED = new AtomicInteger();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            EXPLODED.incrementAndGet();
        }
    }

    @Test
    void serialisedObjectsBeforeAndAfterTheGreeting() throws IOException {
        ByteArrayOutputStream serialised = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialised)) {
            out.writeObject(new Bomb());
        }
        for (int port : new int[] {local.port(0), local.port(0) + ClusterConfig.DETECTOR_OFFSET}) {
            try (Socket socket = RawSocket.connect(port)) {
                socket.getOutputStream().write(serialised.toByteArray());
                assertClosed(socket);
            }
        }
        Socket socket = RawSocket.greeted(local.port(0));
        sockets.add(socket);
        send(socket, RawSocket.single(signed(new ObjectMessage(null, new Bomb()))));
        send(socket, RawSocket.single(signed(new ObjectMessage(null, new Bomb()), memberOf(b))));
        send(socket, serialised.toByteArray());

        awaitRefused(Refusal.GREETING, 1);
        awaitRefused(Refusal.MESSAGE, 3);
        assertThat(Bomb.EXPLODED).hasValue(0);
        assertUp();
    }

    /// Has what JGroups asks of a token that it makes by name.
    public static final class Token extends org.jgroups.auth.FixedMembershipToken {
        private static final AtomicInteger MADE = new AtomicInteger();

        public Token() {
            MADE.incrementAndGet();
        }
    }

    @Test
    void theNameOfAClass() throws IOException {
        Message join = gms(GMS.GmsHeader.JOIN_REQ)
                .putHeader(ClassConfigurator.getProtocolId(AUTH.class), new AuthHeader(new Token()));
        int made = Token.MADE.get();
        Socket socket = RawSocket.greeted(local.port(0));
        Socket detector = RawSocket.greeted(local.port(0) + ClusterConfig.DETECTOR_OFFSET);
        sockets.add(socket);

        send(socket, RawSocket.single(join));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        join.writeTo(new DataOutputStream(bytes));
        send(detector, bytes.toByteArray());

        assertClosed(detector);
        awaitRefused(Refusal.MESSAGE, 2);
        assertThat(Token.MADE).hasValue(made);
        assertUp();
    }

    private static Address memberOf(Party party) {
        return party.engine().channel.getAddress();
    }

    /// A view, a leave and a suspicion are for members to send.
    @Test
    void ordersOfAStranger() throws Exception {
        Socket socket = RawSocket.greeted(local.port(0));
        sockets.add(socket);
        View view = View.create(memberOf(a), 1000, memberOf(a));
        Message forged = gms(GMS.GmsHeader.VIEW).setDest(memberOf(a));
        BytesMessage install = new BytesMessage((Address) null, Util.streamableToByteBuffer(view));
        Header order = forged.getHeader(ClassConfigurator.getProtocolId(GMS.class));
        short detector = ClassConfigurator.getProtocolId(FD_SOCK2.class);
        List<Message> orders = List.of(
                signed(install).putHeader(ClassConfigurator.getProtocolId(GMS.class), order),
                forged,
                gms(GMS.GmsHeader.LEAVE_REQ, memberOf(b)),
                signed(new EmptyMessage())
                        .putHeader(
                                detector, new FD_SOCK2.FdHeader(FD_SOCK2.FdHeader.SUSPECT).mbrs(List.of(memberOf(b)))));

        for (Message message : orders) {
            send(socket, RawSocket.single(message));
        }

        awaitRefused(Refusal.STRANGER, orders.size());
        assertThat(lines(" refused STRANGER from ")).isNotEmpty();
        assertUp();
    }

    @Test
    void joinsWithAnotherCookieOrWithout() throws IOException {
        assertThatThrownBy(() ->
                        Cluster.join(local.node("stranger"), local.config(2).cookie(Cookie.random())))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("its nodes have another cookie; give this one the same");
        awaitRefused(Refusal.COOKIE, 1);
        assertThat(lines(" refused COOKIE from "))
                .hasSize(1)
                .allMatch(line -> line.contains(" at 127.0.0.1:" + local.port(2)));

        Socket socket = RawSocket.greeted(local.port(0));
        sockets.add(socket);
        for (int i = 0; i < 50; i++) {
            send(socket, RawSocket.single(gms(GMS.GmsHeader.JOIN_REQ)));
            send(socket, RawSocket.single(gms(GMS.GmsHeader.MERGE_REQ)));
        }

        awaitRefused(Refusal.COOKIE, 101);
        assertLogged(Refusal.COOKIE);
        assertUp();
    }

    /// Each would have a window, a queue and a thread in the engine.
    @Test
    void aCrowdOfStrangers() throws IOException {
        long before = heap();
        Socket socket = RawSocket.greeted(local.port(0));
        sockets.add(socket);
        short unicast = ClassConfigurator.getProtocolId(UNICAST4.class);
        JGroupsBundler bundler = (JGroupsBundler) a.engine().transport().getBundler();
        for (int i = 0; i < 5000; i++) {
            Message join = gms(GMS.GmsHeader.GET_DIGEST_REQ)
                    .clearFlag(Message.Flag.NO_RELIABILITY)
                    .putHeader(unicast, UnicastHeader.createDataHeader(1, (short) 1, true));
            send(socket, RawSocket.single(join));
        }

        awaitRefused(Refusal.STRANGER, 5000 - JGroupsGuard.STRANGERS_MAX);
        assertThat(bundler.threads()).isLessThanOrEqualTo(JGroupsGuard.STRANGERS_MAX + 5);
        assertUp();
        assertThat(heap()).isLessThan(before + 3 * HEAP_BYTES);
        // What is left of them is swept away when it was there the time before.
        a.engine().transport().sweep();
        a.engine().transport().sweep();
        assertThat(bundler.threads()).isLessThanOrEqualTo(3);
        Waits.until("only the member is connected", () -> a.engine().transport().getOpenConnections() == 1);
        assertUp();
    }

    @Test
    void fragmentsThatCannotBe() throws IOException {
        Socket socket = RawSocket.greeted(local.port(0));
        sockets.add(socket);
        short fragment = ClassConfigurator.getProtocolId(FRAG4.class);
        for (int[] counts : new int[][] {{0, Integer.MAX_VALUE}, {0, -1}, {5, 3}, {-1, 3}}) {
            send(
                    socket,
                    RawSocket.single(signed(new BytesMessage((Address) null, new byte[10]), memberOf(b))
                            .putHeader(fragment, new FragHeader(1, counts[0], counts[1]))));
        }

        awaitRefused(Refusal.MESSAGE, 4);
        assertUp();
    }

    // ---- members that should not have been let in

    /// Has joined, and speaks as it likes.
    private static final class Rogue implements AutoCloseable {
        final JGroupsEngine engine;
        final BlockingQueue<SessionFrame> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<Engine.Member> speakers = new LinkedBlockingQueue<>();
        volatile Engine.View view = new Engine.View(List.of());

        Rogue(ClusterConfig config) {
            engine = new JGroupsEngine(config);
            engine.join(new Engine.Listener() {
                @Override
                public void view(Engine.View installed) {
                    view = installed;
                }

                @Override
                public void frame(Engine.Member from, byte[] frame) {
                    if (CODEC.decode(SessionFrame.class, frame) instanceof SessionFrame.Hello hello) {
                        heard.add(hello);
                        speakers.add(from);
                    }
                }
            });
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    @Test
    void aMemberThatSpeaksNoiseInAndOutOfASession() throws InterruptedException {
        try (Rogue rogue = new Rogue(local.config(2))) {
            SessionFrame.Hello hello = (SessionFrame.Hello) Waits.next(rogue.heard);
            Engine.Member victim = Waits.next(rogue.speakers);
            rogue.engine.send(
                    victim, CODEC.encode(new SessionFrame.Hello(1, 7, "rogue@localhost", 1, false, Map.of())));
            rogue.engine.send(
                    victim, CODEC.encode(new SessionFrame.Ack(hello.mine(), 7, "rogue@localhost", 1, Map.of())));
            byte[] whole = CODEC.encode(Signals.frame(7, hello.mine(), 1, List.of(noise(100))));
            long sequence = 1;
            for (int i = 0; i < 500; i++) {
                rogue.engine.send(victim, noise(300));
                rogue.engine.send(victim, Arrays.copyOf(whole, random.nextInt(whole.length)));
                byte[] signal = noise(300);
                // Of no kind that is: by chance it would go by a name that was not told, and end the session.
                signal[0] |= (byte) 0x80;
                List<byte[]> signals = List.of(signal, new byte[0]);
                rogue.engine.send(victim, CODEC.encode(Signals.frame(7, hello.mine(), sequence++, signals)));
            }
            rogue.engine.send(
                    victim, CODEC.encode(new SessionFrame.Hello(99, 7, "rogue@localhost", 1, false, Map.of())));

            Party attacked = hello.node().equals(a.name().toString()) ? a : b;
            Waits.until(
                    () -> "all are counted: " + attacked.cluster().refused(),
                    () -> attacked.cluster().refused(Refusal.SESSION) > 900
                            && attacked.cluster().refused(Refusal.SIGNAL) >= 1000);
            assertLogged(Refusal.SESSION);
            long before = calls.get();
            Waits.until("calls go on", () -> calls.get() > before + 10 || failed.get() != null);
            assertThat(failed.get()).isNull();
        }
        Waits.until("it is gone", () -> a.engine().channel.getView().size() == 2);
        assertUp();
    }

    /// A server that the others have never heard of.
    record Foreign() implements GenServer<Foreign.Ask, Integer> {
        record Ask(String text) implements Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Ask message, Integer state) {
            return Step.reply(message, 1, state);
        }
    }

    @Test
    void aTypeThatIsNotListed() {
        Pid echo = a.node().start(new Echo(), new Name("echo"));
        try (Node foreign = Node.start("foreign", Protocols.of(Foreign.class))) {
            Cluster joined = Cluster.join(foreign, local.config(2));
            assertThat(joined.awaitMembers(3, Waits.DEADLINE)).isTrue();
            for (int i = 0; i < 100; i++) {
                foreign.send(echo, new Foreign.Ask("x"));
            }

            awaitRefused(Refusal.SIGNAL, 100);
            assertThat(failed.get()).isNull();
            assertThat(joined.nodes()).hasSize(2);
            assertThat(a.node().call(echo, new Echo.Say("y"))).isEqualTo("y0");
        }
        Waits.until(
                "it is gone",
                () -> a.cluster().nodes().size() == 1 && b.cluster().nodes().size() == 1);
        assertUp();
    }

    // ---- what is seen of it

    @Test
    void aHealthyClusterRefusesNothingButWhatComesEarly() {
        assertUp();

        Map<Refusal, Long> refused = a.cluster().refused();
        assertThat(refused).containsOnlyKeys(Refusal.values());
        refused.forEach((kind, count) -> {
            if (kind != Refusal.STRANGER) {
                assertThat(count).as("%s", kind).isZero();
            }
        });
        assertThat(logged.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }

    @Test
    void whatAStrangerWritesWritesNoLogLine() throws IOException {
        try (Socket socket = RawSocket.connect(local.port(0))) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertClosed(socket);
        }

        awaitRefused(Refusal.GREETING, 1);
        assertThat(lines(" refused GREETING from "))
                .allMatch(line -> line.lines().count() == 1);
    }
}
