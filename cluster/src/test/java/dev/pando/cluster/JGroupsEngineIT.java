package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.pando.cluster.LocalCluster.Party;
import dev.pando.cluster.spi.Firewall;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.ExitException;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.AUTH;
import org.jgroups.protocols.BaseBundler;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jgroups.util.SeqnoList;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What JGroups is really told, and what it does with strangers, losses and partitions.
class JGroupsEngineIT {

    private static final Name EARS = new Name("ears");
    private static final String CLUSTER = "test";
    private static final Pattern JVM_THREAD =
            Pattern.compile("ForkJoinPool-.*|Common-Cleaner|.*Poller.*|VirtualThread-.*|Attach Listener|");

    private final LocalCluster local = new LocalCluster(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        local.close();
    }

    private List<Party> two() {
        List<Party> parties = List.of(local.join(0), local.join(1));
        LocalCluster.assertTogether(parties);
        return parties;
    }

    private static <P extends Protocol> P protocol(Party party, Class<P> type) {
        return party.engine().channel.getProtocolStack().findProtocol(type);
    }

    private static void assertTalking(Party a, Party b) {
        Pid echo = b.node().start(new Echo());
        assertThat(a.node().call(echo, new Echo.Say("x"))).isEqualTo("x0");
    }

    @Test
    void aViewWaitsForNoPeerThatReadsNothing() throws Exception {
        Party a = local.join(0);
        try (Socket deaf = RawSocket.greeted(local.port(0))) {
            Thread writer = fill(a.engine().transport(), deaf);

            long begun = System.nanoTime();
            Party b = local.join(1);
            LocalCluster.assertTogether(List.of(a, b));

            assertSoonerThanSwept(begun);
            assertTalking(a, b);
            Waits.end(writer);
        }
    }

    @Test
    void nobodyWhoReadsNothingKeepsANodeFromClosing() throws Exception {
        Party a = local.join(0);
        try (Socket deaf = RawSocket.greeted(local.port(0))) {
            Thread writer = fill(a.engine().transport(), deaf);

            long begun = System.nanoTime();
            Waits.end(Thread.ofPlatform().start(a.node()::close));

            assertSoonerThanSwept(begun);
            writer.interrupt();
            Waits.end(writer);
        }
    }

    /// Strangers lose their connection in the second sweep, after ten seconds and more.
    private static void assertSoonerThanSwept(long begun) {
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    }

    /// Sends to a socket that nobody reads until it is full.
    private static Thread fill(TCP transport, Socket socket) throws IOException {
        IpAddress peer = new IpAddress(InetAddress.ofLiteral("127.0.0.1"), socket.getLocalPort());
        AtomicInteger written = new AtomicInteger();
        Waits.until("it is known", () -> transport.getOpenConnections() == 1);
        Thread writer = Thread.ofPlatform().start(() -> write(transport, peer, written));
        Waits.until("it is full", () -> isStill(written));
        return writer;
    }

    /// Until the connection ends, or the writer is told to.
    private static void write(TCP transport, IpAddress peer, AtomicInteger written) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                transport.send(peer, new byte[64_000], 0, 64_000);
                written.incrementAndGet();
            }
        } catch (Exception _) {
            // The connection has ended.
        }
    }

    private static boolean isStill(AtomicInteger written) {
        int before = written.get();
        LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        return before > 0 && before == written.get();
    }

    // ---- the settings, in a node that has joined

    @Test
    void theTransportListensWhereItIsToldAndBoundsWhatItReads() {
        TCP tcp = protocol(local.join(0), TCP.class);

        assertThat(tcp.getBindAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(tcp.getBindPort()).isEqualTo(local.port(0));
        assertThat(tcp.getPortRange()).isZero();
        assertThat(tcp.tcpNodelay()).isTrue();
        assertThat(tcp.getSockConnTimeout()).isEqualTo(300);
        assertThat(tcp.getMaxLength()).isEqualTo(1 << 20);
        assertThat(tcp.useVirtualThreads()).isTrue();
        assertThat(tcp.getDiagnosticsHandler().isEnabled()).isFalse();
        assertThat(tcp.getDiagnosticsHandler().isRunning()).isFalse();
    }

    @Test
    void aHungMemberHasABundlerThreadOfItsOwn() {
        TCP tcp = protocol(local.join(0), TCP.class);

        assertThat(tcp.getBundler()).isInstanceOfSatisfying(PerDestinationBundler.class, bundler -> {
            BaseBundler base = bundler;
            assertThat(base.useSingleSenderThread()).isFalse();
            assertThat(base.removeDelay()).isEqualTo(200);
            assertThat(base.getMaxSize()).isEqualTo(64_000).isLessThan(tcp.getBufferedOutputStreamSize());
        });
    }

    @Test
    void theDetectorsAreQuickAndListenWhereTheyAreTold() throws Exception {
        Party party = local.join(0);
        FD_SOCK2 sockets = protocol(party, FD_SOCK2.class);

        assertThat(sockets.getBindAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(sockets.getPortRange()).isZero();
        assertThat(sockets.getActualBindPort()).isEqualTo(local.port(0) + ClusterConfig.DETECTOR_OFFSET);
        assertThat(sockets.getValue("connect_timeout")).isEqualTo(300);
        assertThat(protocol(party, FD_ALL3.class).getTimeout()).isEqualTo(5000);
        assertThat(protocol(party, FD_ALL3.class).getInterval()).isEqualTo(1000);
        assertThat(protocol(party, VERIFY_SUSPECT2.class).getTimeout()).isEqualTo(200);
        assertThat(protocol(party, MERGE3.class).getMinInterval()).isEqualTo(500);
        assertThat(protocol(party, MERGE3.class).getMaxInterval()).isEqualTo(2000);
    }

    @Test
    void theUpperProtocolsAreAsTheyHaveToBe() {
        Party party = local.join(0);
        UNICAST4 unicast = protocol(party, UNICAST4.class);

        assertThat(unicast.capacity()).isEqualTo(400);
        assertThat(unicast.getXmitInterval()).isEqualTo(200);
        assertThat(unicast.sendAtomically()).isTrue();
        assertThat(protocol(party, NAKACK4.class).capacity()).isEqualTo(8192);
        assertThat(protocol(party, NAKACK4.class).useMcastXmit()).isFalse();
        assertThat(protocol(party, TCPPING.class).getPortRange()).isZero();
        assertThat(protocol(party, TCPPING.class).returnEntireCache()).isTrue();
        assertThat(protocol(party, AUTH.class).getAuthToken()).isInstanceOf(JGroupsCookieToken.class);
        assertThat(protocol(party, GMS.class).getJoinTimeout()).isEqualTo(300);
        assertThat(protocol(party, GMS.class).getMaxJoinAttempts()).isEqualTo(10);
        assertThat(protocol(party, FRAG4.class).getFragSize()).isEqualTo(60_000);
    }

    @Test
    void nothingListensToOtherMachines() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp6")), "Linux only");
        two();

        Set<String> own = socketsOfThisProcess();
        Set<Integer> ports = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (ProcSocket socket : sockets(table)) {
                if (own.contains(socket.inode()) && socket.isListening()) {
                    assertThat(socket.isLoopback()).as("%s", socket).isTrue();
                    ports.add(socket.port());
                }
            }
        }
        assertThat(ports).containsOnly(local.port(0), local.port(0) + 100, local.port(1), local.port(1) + 100);
        for (String table : List.of("udp", "udp6")) {
            assertThat(sockets(table)).noneMatch(socket -> own.contains(socket.inode()));
        }
    }

    /// A line of `/proc/net/tcp`: the address in words of the machine's byte order, the state, the inode.
    private record ProcSocket(String address, int port, String state, String inode) {
        boolean isListening() {
            return state.equals("0A");
        }

        boolean isLoopback() {
            return address.equals("0100007F")
                    || address.equals("0000000000000000FFFF00000100007F")
                    || address.equals("00000000000000000000000001000000");
        }
    }

    private static List<ProcSocket> sockets(String table) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/net", table))) {
            return lines.skip(1)
                    .map(line -> line.strip().split("\\s+", -1))
                    .map(fields -> {
                        String[] local = fields[1].split(":", 2);
                        return new ProcSocket(local[0], Integer.parseInt(local[1], 16), fields[3], fields[9]);
                    })
                    .toList();
        }
    }

    private static Set<String> socketsOfThisProcess() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : open.toList()) {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring(8, target.length() - 1));
                    }
                } catch (IOException e) {
                    // Closed meanwhile; the listing itself is one of these.
                }
            }
        }
        return inodes;
    }

    // ---- losses and partitions

    /// Members ask each other for lost messages with object messages, of which only this kind is accepted.
    @Test
    void whatIsLostOnTheWireIsSentAgain() throws Exception {
        List<Party> parties = two();
        Party a = parties.get(0);
        Party b = parties.get(1);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        ProcessBody ears = () -> {
            while (true) {
                heard.add(Self.receive(Object.class));
            }
        };
        b.node().start(ears, EARS);
        lossy(a).setDownDiscardRate(0.1);
        int count = 5000;
        String padding = "x".repeat(1000);
        a.node().spawn(() -> {
            for (int i = 0; i < count; i++) {
                Self.send(EARS.on(b.name()), i + padding);
            }
        });

        for (int i = 0; i < count; i++) {
            assertThat(Waits.next(heard)).isEqualTo(i + padding);
        }

        assertThat(a.cluster().nodes()).containsExactly(b.name());
    }

    @Test
    void aPartitionHealsByItself() throws Exception {
        List<Party> parties = two();
        Party a = parties.get(0);
        Party b = parties.get(1);
        BlockingQueue<Object> atA = new LinkedBlockingQueue<>();
        a.cluster().monitorNodes(a.node().spawn(() -> {
            while (true) {
                atA.add(Self.receive(Object.class));
            }
        }));
        Pid echo = b.node().start(new Echo());

        DISCARD cut = lossy(a).discardAll(true);
        assertThat(Waits.next(atA))
                .isEqualTo(new NodeDown(b.name(), b.node().incarnation(), NodeDown.Reason.UNREACHABLE));
        Waits.until("b has lost a", () -> b.cluster().nodes().isEmpty());
        cut.discardAll(false);

        assertThat(Waits.next(atA)).isEqualTo(new NodeUp(b.name(), b.node().incarnation()));
        LocalCluster.assertTogether(parties);
        assertThat(a.node().call(echo, new Echo.Say("x"))).isEqualTo("x0");
        assertThat(b.node().call(a.node().start(new Echo()), new Echo.Say("y"))).isEqualTo("y0");
    }

    @Test
    void aFirewallCutsOffAnEndpointAndWhateverStartsThereNext() {
        AtomicBoolean cut = new AtomicBoolean();
        Firewall firewall = sender -> !(cut.get() && sender.getPort() == local.port(1));
        Party a = local.join(local.config(0), "a", firewall);
        Party b = local.join(local.config(1), "b");
        LocalCluster.assertTogether(List.of(a, b));

        cut.set(true);
        Waits.until("a has lost b", () -> a.cluster().nodes().isEmpty());
        b.node().close();
        Party next = local.join(local.config(1), "next");
        assertThat(a.cluster().nodes()).isEmpty();
        assertThat(next.cluster().nodes()).isEmpty();
        cut.set(false);

        LocalCluster.assertTogether(List.of(a, next));
        assertTalking(a, next);
    }

    private static DISCARD lossy(Party party) throws Exception {
        DISCARD discard = new DISCARD();
        party.engine().channel.getProtocolStack().insertProtocol(discard, ProtocolStack.Position.ABOVE, TCP.class);
        return discard;
    }

    // ---- strangers

    /// What a stranger would have run.
    private static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1;
        private static final AtomicInteger EXPLODED = new AtomicInteger();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            EXPLODED.incrementAndGet();
        }
    }

    private static void send(Socket socket, byte[] frame) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    /// Whether the node closes the connection; what it says before does not matter.
    private static void assertClosed(Socket socket) throws IOException {
        try {
            long said = socket.getInputStream().transferTo(OutputStreamOfNothing.INSTANCE);
            assertThat(said).isLessThan(1 << 20);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static final class OutputStreamOfNothing extends java.io.OutputStream {
        static final OutputStreamOfNothing INSTANCE = new OutputStreamOfNothing();

        @Override
        public void write(int b) {}
    }

    private static Message signed(Message message) {
        return message.setSrc(UUID.randomUUID())
                .setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY)
                .putHeader(ClassConfigurator.getProtocolId(TCP.class), new TpHeader(CLUSTER));
    }

    @Test
    void randomBytesHurtNobody() throws IOException {
        List<Party> parties = two();
        Random random = new Random(1);

        for (int i = 0; i < 30; i++) {
            int port = local.port(0) + (i % 2) * ClusterConfig.DETECTOR_OFFSET;
            byte[] noise = new byte[random.nextInt(2000) + 20];
            random.nextBytes(noise);
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                socket.getOutputStream().write(noise);
                socket.getOutputStream().flush();
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
        for (int i = 0; i < 30; i++) {
            byte[] noise = new byte[random.nextInt(2000) + 20];
            random.nextBytes(noise);
            try (Socket socket = RawSocket.greeted(local.port(0))) {
                send(socket, noise);
            }
        }

        assertTalking(parties.get(0), parties.get(1));
        assertThat(parties.get(0).cluster().nodes()).hasSize(1);
    }

    @Test
    void aConnectionThatDoesNotGreetIsClosed() throws IOException {
        List<Party> parties = two();

        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), local.port(0))) {
            socket.setSoTimeout((int) Waits.DEADLINE.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertClosed(socket);
        }

        assertTalking(parties.get(0), parties.get(1));
    }

    @Test
    void anObjectOfAStrangerIsNotDeserialised() throws IOException {
        List<Party> parties = two();

        try (Socket socket = RawSocket.greeted(local.port(0))) {
            send(socket, RawSocket.single(signed(new ObjectMessage(null, new Bomb()))));
            assertHeard(socket, parties.get(0));
        }

        assertThat(Bomb.EXPLODED).hasValue(0);
        assertTalking(parties.get(0), parties.get(1));
    }

    @Test
    void aClassThatAStrangerNamesIsNotMade() throws IOException {
        List<Party> parties = two();

        try (Socket socket = RawSocket.greeted(local.port(0))) {
            send(socket, object(out -> {
                out.writeShort(-1);
                out.writeUTF(Named.class.getName());
                out.write(new byte[100]);
            }));
            assertHeard(socket, parties.get(0));
        }

        assertThat(Named.MADE).hasValue(0);
        assertTalking(parties.get(0), parties.get(1));
    }

    /// Has what JGroups asks of a class that it makes by name.
    public static final class Named extends UUID {
        static final AtomicInteger MADE = new AtomicInteger();

        public Named() {
            MADE.incrementAndGet();
        }
    }

    @Test
    void aRequestForTooManyLostMessagesIsRefused() throws IOException {
        List<Party> parties = two();

        try (Socket socket = RawSocket.greeted(local.port(0))) {
            send(socket, object(out -> {
                out.writeShort(ClassConfigurator.getMagicNumber(SeqnoList.class));
                out.writeInt(Integer.MAX_VALUE);
                out.writeLong(1);
            }));
            assertHeard(socket, parties.get(0));
        }

        assertTalking(parties.get(0), parties.get(1));
    }

    @Test
    void aFrameThatSaysItIsHugeClosesItsConnectionOnly() throws IOException {
        List<Party> parties = two();

        for (int port : List.of(local.port(0), local.port(0) + ClusterConfig.DETECTOR_OFFSET)) {
            try (Socket socket = RawSocket.greeted(port)) {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeInt((1 << 20) + 1);
                out.write(new byte[1000]);
                out.flush();
                assertClosed(socket);
            }
        }

        assertTalking(parties.get(0), parties.get(1));
    }

    /// What is inside a frame is not believed to be larger than the frame: nobody waits for the rest.
    @Test
    void aMessageThatSaysItIsHugeIsNotWaitedFor() throws IOException {
        List<Party> parties = two();
        byte[] frame = RawSocket.single(signed(new BytesMessage((Address) null, new byte[0])));
        frame[frame.length - Integer.BYTES] = 0x04;

        try (Socket socket = RawSocket.greeted(local.port(0))) {
            send(socket, frame);
            assertHeard(socket, parties.get(0));
        }

        assertTalking(parties.get(0), parties.get(1));
    }

    /// The connection is still good: a stranger's message on it reaches the node, and is refused there.
    private static void assertHeard(Socket socket, Party party) throws IOException {
        long before = party.cluster().refused(Refusal.STRANGER);
        send(socket, RawSocket.single(signed(new BytesMessage((Address) null, new byte[] {1}))));
        Waits.until("the next message is counted", () -> party.cluster().refused(Refusal.STRANGER) == before + 1);
    }

    @FunctionalInterface
    private interface Payload {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /// An object message with a payload of this kind.
    private static byte[] object(Payload payload) throws IOException {
        byte[] empty = RawSocket.single(signed(new ObjectMessage(null)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(empty, 0, empty.length - 1);
        out.writeByte(1);
        payload.writeTo(out);
        return bytes.toByteArray();
    }

    // ---- nothing stays behind

    @Test
    void nodesComeAndGoInOneJvmAndLeaveNoThreadBehind() throws IOException {
        Set<String> before = threads();
        for (int round = 0; round < 4; round++) {
            try (LocalCluster fresh = new LocalCluster(2)) {
                List<Party> parties = List.of(fresh.join(0), fresh.join(1));
                LocalCluster.assertTogether(parties);
                assertTalking(parties.get(0), parties.get(1));
                assertThat(threads()).anyMatch(name -> name.contains("pando-sender"));
            }
        }

        Waits.untilEqual("threads left", Set.of(), () -> left(before));
    }

    @Test
    void aNodeThatCannotJoinLeavesNoThreadAndNoSocketBehind() throws IOException {
        Set<String> before = threads();
        for (int round = 0; round < 3; round++) {
            try (var taken = FreePorts.occupy(local.port(0) + ClusterConfig.DETECTOR_OFFSET)) {
                assertThat(taken.isBound()).isTrue();
                assertThat(failure(() -> local.join(local.config(0), "failing")))
                        .isPresent();
            }
        }

        Waits.untilEqual("threads left", Set.of(), () -> left(before));
        LocalCluster.assertTogether(two());
    }

    private static Optional<ExitException> failure(Runnable body) {
        try {
            body.run();
            return Optional.empty();
        } catch (ExitException e) {
            return Optional.of(e);
        }
    }

    /// The threads that were not there before, except for those of the JVM itself.
    private Set<String> left(Set<String> before) {
        try {
            Set<String> now = threads();
            now.removeAll(before);
            now.removeIf(JVM_THREAD.asMatchPredicate());
            return now;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The names of all threads, virtual ones too.
    private Set<String> threads() throws IOException {
        Path file = folder.resolve("threads" + java.util.UUID.randomUUID());
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        try (Stream<String> lines = Files.lines(file)) {
            Set<String> names = new HashSet<>();
            lines.filter(line -> line.startsWith("#"))
                    .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
                    .forEach(names::add);
            return names;
        } finally {
            Files.delete(file);
        }
    }
}
