package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Addresses of a name, from a real server.
@Timeout(60)
class DnsPollIT {

    private static final String NAME = "nodes." + Dnsmasq.DOMAIN;
    private static final String ONE = "host-record=" + NAME + ",127.0.0.2";
    private static final String TWO = "host-record=" + NAME + ",127.0.0.3";
    private static final String SIX = "host-record=" + NAME + ",2001:db8::1";

    @TempDir
    private Path folder;

    private Dnsmasq server;

    @BeforeEach
    void start() throws Exception {
        server = Dnsmasq.start(folder, ONE, TWO, SIX);
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.end();
        }
    }

    private DnsPoll poll(String query) {
        return DnsPoll.of(query).server(server.address());
    }

    @Test
    void nodesAreFoundByTheirAddressesOfBothFamiliesInOrder() throws Exception {
        assertThat(Lookups.answer(poll(NAME)))
                .containsExactly("127.0.0.2:7800", "127.0.0.3:7800", "[2001:db8:0:0:0:0:0:1]:7800");
    }

    @Test
    void allNodesListenOnThePortOfTheStrategy() throws Exception {
        server.restart(ONE);

        assertThat(Lookups.answer(poll(NAME).port(7805).nodeBasename("donations")))
                .containsExactly("127.0.0.2:7805");
    }

    @Test
    void nodesWithAddressesOfOneFamilyOnlyAreFound() throws Exception {
        server.restart(ONE);
        assertThat(Lookups.answer(poll(NAME))).containsExactly("127.0.0.2:7800");

        server.restart(SIX);
        assertThat(Lookups.answer(poll(NAME))).containsExactly("[2001:db8:0:0:0:0:0:1]:7800");
    }

    @Test
    void whatChangesIsSeenByTheNextLookupForHoweverLongItMayBeKept() throws Exception {
        try (Discovery discovery = Lookups.open(poll(NAME))) {
            assertThat(Lookups.answer(discovery)).hasSize(3);
            assertThat(Lookups.answer(discovery)).hasSize(3);

            server.restart(TWO);
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.3:7800");

            server.restart(ONE, TWO);
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7800", "127.0.0.3:7800");
        }
    }

    @Test
    void anAliasIsFollowed() throws Exception {
        server.restart(ONE, "cname=alias." + Dnsmasq.DOMAIN + "," + NAME);

        assertThat(Lookups.answer(poll("alias." + Dnsmasq.DOMAIN))).containsExactly("127.0.0.2:7800");
    }

    @Test
    void moreNodesThanADatagramHoldsAreFound() throws Exception {
        server.restart(IntStream.rangeClosed(1, 250)
                .mapToObj(i -> "host-record=" + NAME + ",10.1.2." + i)
                .toArray(String[]::new));

        // This server serves one TCP connection and nobody else meanwhile, so AAAA may be left without an answer.
        try (Discovery discovery = Lookups.open(poll(NAME))) {
            assertThat(discovery.lookup(Duration.ofSeconds(3)))
                    .hasSize(250)
                    .contains(new Endpoint("10.1.2.1", 7800), new Endpoint("10.1.2.250", 7800));
        }
    }

    @Test
    void aNameThatDoesNotExistIsAFailureThatSaysWhatToDo() throws Exception {
        try (Discovery discovery = Lookups.open(poll("none." + Dnsmasq.DOMAIN))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no node at query 'none.pando.test', asked of 127.0.0.1:"
                            + server.address().getPort()
                            + ": none.pando.test. A NXDOMAIN, none.pando.test. AAAA NXDOMAIN; there is no such name,"
                            + " or not yet: check it, and that nodes are registered under it");
        }
    }

    @Test
    void aNameWithoutAddressesIsAFailureAndNoEmptyAnswer() throws Exception {
        server.restart("txt-record=" + NAME + ",soon");

        try (Discovery discovery = Lookups.open(poll(NAME))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(NAME + ". A no record, " + NAME + ". AAAA no record")
                    .hasMessageContaining("nobody is there yet");

            server.restart(ONE);
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7800");
        }
    }

    @Test
    void aServerThatRefusesIsAFailure() throws Exception {
        try (Discovery discovery = Lookups.open(poll("elsewhere.example"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("elsewhere.example. A REFUSED")
                    .hasMessageContaining("log");
        }
    }

    @Test
    void aServerThatIsGoneIsAFailureUntilItIsBack() throws Exception {
        try (Discovery discovery = Lookups.open(poll(NAME))) {
            server.end();
            long startNanos = System.nanoTime();
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("query '" + NAME + "'")
                    .hasMessageContaining("127.0.0.1:" + server.address().getPort())
                    .hasMessageContaining("see that the server runs");
            assertThat(sinceMillis(startNanos)).isLessThan(Lookups.TIMEOUT.toMillis());

            server.restart(ONE);
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7800");
        }
    }

    @Test
    void aServerThatNeverAnswersCostsTheTimeoutAndNoMore() throws Exception {
        try (DatagramSocket silent = silent();
                Discovery discovery = Lookups.open(DnsPoll.of(NAME).server(address(silent)))) {
            long startNanos = System.nanoTime();
            assertThatThrownBy(() -> discovery.lookup(Duration.ofMillis(700)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within 700 ms")
                    .hasMessageContaining("see that the server runs");
            assertThat(sinceMillis(startNanos)).isBetween(690L, 2000L);
        }
    }

    @Test
    void aLookupEndsWhenItIsInterrupted() throws Exception {
        try (DatagramSocket silent = silent();
                Discovery discovery = Lookups.open(DnsPoll.of(NAME).server(address(silent)))) {
            FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
                try {
                    discovery.lookup(Duration.ofMinutes(1));
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            Thread looker = Thread.ofVirtual().start(interrupted);
            // It looks when its question has come.
            silent.receive(new DatagramPacket(new byte[512], 512));

            looker.interrupt();

            assertThat(interrupted.get()).isTrue();
        }
    }

    @Test
    void openingAsksNobody() throws Exception {
        server.end();

        Lookups.open(poll(NAME)).close();
    }

    private static DatagramSocket silent() throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static long sinceMillis(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }
}
