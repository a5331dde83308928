package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Nodes of one machine that speak over real sockets, on loopback.
class GossipIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String SECRET = "the secret of all nodes";

    private final int port = freePort();
    private final Gossip gossip = Gossip.of().port(port).multicastIf("127.0.0.1");
    private final List<Party> parties = new ArrayList<>();
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Host host = host();

    /// A node that looks for others.
    private record Party(GossipDiscovery discovery, BlockingQueue<String> changes) {

        List<Endpoint> lookup() throws IOException {
            return discovery.lookup(TIMEOUT);
        }

        /// Each new node is told of, so nothing else need be waited for.
        void awaitHeard(Endpoint... expected) throws IOException, InterruptedException {
            while (!lookup().equals(List.of(expected))) {
                assertThat(changes.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
                        .as("within %s, not %s", DEADLINE, lookup())
                        .isNotNull();
            }
        }
    }

    @BeforeEach
    void assumeMulticast() throws IOException {
        try (GossipSocket probe = GossipSocket.open(gossip)) {
            probe.send(() -> new byte[] {1});
        } catch (IOException e) {
            abort("SKIPPED: this machine has no multicast on loopback: " + e.getMessage());
        }
    }

    @AfterEach
    void close() {
        parties.forEach(party -> party.discovery.close());
        host.scheduler().close();
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("0.0.0.0", port))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody has it.
            }
        }
    }

    /// The JVM's, which remembers the threads that it starts.
    private Host host() {
        Host jvm = Host.jvm();
        Scheduler remembering = (Scheduler) Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (_, method, arguments) -> {
                    Object result = method.invoke(jvm.scheduler(), arguments);
                    if (result instanceof Thread thread) {
                        threads.add(thread);
                    }
                    return result;
                });
        return new Host(remembering, jvm.clock(), jvm.entropy());
    }

    private Party open(Gossip options, String listens, int at) throws IOException {
        BlockingQueue<String> changes = new LinkedBlockingQueue<>();
        Seat seat = new Seat(NodeName.of("n" + at), new Endpoint(listens, at), host, () -> changes.add("changed"));
        Party party = new Party((GossipDiscovery) options.open(seat), changes);
        parties.add(party);
        return party;
    }

    private Party open(Gossip options, int at) throws IOException {
        return open(options, "127.0.0.1", at);
    }

    private static Endpoint at(int port) {
        return new Endpoint("127.0.0.1", port);
    }

    /// For what nobody announces.
    private static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s within %s", what, DEADLINE)
                    .isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void nodesOfOneMachineHearEachOther() throws Exception {
        Party a = open(gossip.secret(SECRET), 7801);
        Party b = open(gossip.secret(SECRET), 7802);
        Party c = open(gossip.secret(SECRET), 7803);

        a.awaitHeard(at(7802), at(7803));
        b.awaitHeard(at(7801), at(7803));
        c.awaitHeard(at(7801), at(7802));
    }

    @Test
    void nodesWithoutASecretHearEachOther() throws Exception {
        Party a = open(gossip, 7801);
        Party b = open(gossip, 7802);

        a.awaitHeard(at(7802));
        b.awaitHeard(at(7801));
    }

    @Test
    void nodesWithDifferentSecretsDoNotHearEachOther() throws Exception {
        Party a = open(gossip.secret(SECRET), 7801);
        Party b = open(gossip.secret("another secret than theirs"), 7802);
        Party c = open(gossip, 7803);
        Party d = open(gossip.secret(SECRET), 7804);

        until("both strangers are heard", () -> a.discovery.refused(Kind.SECRET) >= 2);
        until("both strangers are heard", () -> b.discovery.refused(Kind.SECRET) >= 3);
        until("the strangers are heard", () -> c.discovery.refused(Kind.SECRET) >= 3);

        a.awaitHeard(at(7804));
        d.awaitHeard(at(7801));
        assertThat(b.lookup()).isEmpty();
        assertThat(c.lookup()).isEmpty();
    }

    @Test
    void aNodeThatListensOnAllAddressesIsFoundWhereItSpeaks() throws Exception {
        Party a = open(gossip, 7801);
        open(gossip, "0.0.0.0", 7802);
        open(gossip, "::", 7803);

        a.awaitHeard(at(7802), at(7803));
    }

    @Test
    void theInterfaceCanBeNamed() throws Exception {
        String name = NetworkInterface.getByInetAddress(LOOPBACK).getName();
        Party a = open(gossip.multicastIf(name), 7801);
        open(gossip.ifAddr("127.0.0.1"), 7802);

        a.awaitHeard(at(7802));
    }

    @Test
    void allOptionsCanBeGivenAtOnce() throws Exception {
        Gossip all = Gossip.of()
                .port(port)
                .ifAddr("127.0.0.1")
                .multicastAddr("233.252.1.33")
                .multicastIf("127.0.0.1")
                .multicastTtl(0)
                .secret(SECRET);
        Party a = open(all, 7801);
        Party b = open(all, 7802);

        a.awaitHeard(at(7802));
        b.awaitHeard(at(7801));
    }

    @Test
    void whatStrangersSendIsCountedAndEndsNothing() throws Exception {
        Party a = open(gossip.secret(SECRET), 7801);
        try (DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            for (int length : new int[] {0, 1, 100, 511, 512, 513, 8_000}) {
                stranger.send(new DatagramPacket(new byte[length], length, LOOPBACK, port));
            }
        }
        until("all are heard", () -> a.discovery.refused(Kind.FOREIGN) == 7);

        open(gossip.secret(SECRET), 7802);
        a.awaitHeard(at(7802));
    }

    @Test
    void whoClosesCanOpenAgain() throws Exception {
        Party a = open(gossip, 7801);
        Party b = open(gossip, 7802);
        a.awaitHeard(at(7802));

        b.discovery.close();
        b.discovery.close();
        Party again = open(gossip, 7803);

        again.awaitHeard(at(7801));
        a.awaitHeard(at(7802), at(7803));
    }

    @Test
    void noThreadOutlivesTheClose() throws Exception {
        Party a = open(gossip, 7801);
        assertThat(threads).hasSize(2);

        a.discovery.close();

        for (Thread thread : threads) {
            assertThat(thread.join(DEADLINE)).as("%s ended", thread).isTrue();
        }
    }

    @Test
    void aPortThatSomebodyHasToHimselfIsRefused() throws Exception {
        try (DatagramSocket selfish = new DatagramSocket(new InetSocketAddress("0.0.0.0", port))) {
            assertThat(selfish.isBound()).isTrue();

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> open(gossip, 7801))
                    .withMessageStartingWith("port: UDP port " + port + " cannot be listened on (")
                    .withMessageContaining("another one");
        }
        assertThat(open(gossip, 7801).lookup()).isEmpty();
    }

    @Test
    void anInterfaceOfAnotherMachineIsRefused() {
        for (String stranger : List.of("203.0.113.254", "nothing7")) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> open(gossip.multicastIf(stranger), 7801))
                    .withMessageStartingWith("multicastIf: " + stranger + " is not of this machine")
                    .withMessageContaining("127.0.0.1");
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(gossip.ifAddr("203.0.113.254"), 7801))
                .withMessageStartingWith("ifAddr: 203.0.113.254 is not of this machine");
        assertThat(threads).isEmpty();
    }

    @Test
    void nodesHearEachOtherByBroadcast() throws Exception {
        if (!hasBroadcast()) {
            abort("SKIPPED: no interface of this machine has a broadcast address");
        }
        Gossip broadcast = Gossip.of().port(port).broadcastOnly(true).secret(SECRET);
        Party a = open(broadcast, 7801);
        Party b = open(broadcast, 7802);

        a.awaitHeard(at(7802));
        b.awaitHeard(at(7801));
    }

    private static boolean hasBroadcast() throws IOException {
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (each.isUp()
                    && each.getInterfaceAddresses().stream()
                            .map(InterfaceAddress::getBroadcast)
                            .anyMatch(Objects::nonNull)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void broadcastNeedsAnInterfaceThatHasIt() throws Exception {
        if (NetworkInterface.getByInetAddress(LOOPBACK).getInterfaceAddresses().stream()
                .anyMatch(address -> address.getBroadcast() != null)) {
            abort("SKIPPED: loopback has a broadcast address here");
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(gossip.broadcastOnly(true), 7801))
                .withMessageStartingWith("multicastIf: 127.0.0.1 has no broadcast address");
    }

    @Test
    void aNodeUnderAnUnsuitableNameCannotSpeak() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> open(gossip, "ü", 7801))
                .withMessageStartingWith("host: ");
        assertThat(threads).isEmpty();
    }
}
