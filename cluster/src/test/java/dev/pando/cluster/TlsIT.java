package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.Certificates.Issued;
import dev.pando.cluster.LocalCluster.Party;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.ExitException;
import dev.pando.core.Pid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that prove themselves to each other.
class TlsIT {

    @TempDir
    private static Path folder;

    private static Issued one;
    private static Issued two;
    private static Issued foreign;

    private final LocalCluster local = new LocalCluster(3);

    @BeforeAll
    static void make() throws IOException {
        Certificates ours = new Certificates(folder.resolve("ours"));
        one = ours.issue("one");
        two = ours.issue("two", "-keyalg", "RSA", "-keysize", "2048");
        foreign = new Certificates(folder.resolve("foreign")).issue("foreign");
    }

    @AfterEach
    void close() {
        local.close();
    }

    private List<Party> two() {
        List<Party> parties = List.of(
                local.join(local.config(0).tls(one.pem()), "node0"),
                local.join(local.config(1).tls(two.pkcs12()), "node1"));
        LocalCluster.assertTogether(parties);
        return parties;
    }

    private static void assertTalking(List<Party> parties) {
        Pid echo = parties.get(1).node().start(new Echo());
        assertThat(parties.get(0).node().call(echo, new Echo.Say("x"))).isEqualTo("x0");
        assertThat(parties.get(0).node().call(echo, new Echo.Weigh("x".repeat(500_000))))
                .isEqualTo(500_000);
    }

    /// What a client with this context sees when it writes and reads; the server's word comes after the handshake.
    private String outcome(SSLContext context, String... protocols) throws IOException {
        try (SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"), local.port(0))) {
            socket.setSoTimeout((int) Waits.DEADLINE.toMillis());
            socket.setEnabledProtocols(protocols);
            socket.startHandshake();
            socket.getOutputStream().write("hello, who is there".getBytes(StandardCharsets.US_ASCII));
            return socket.getSession().getProtocol() + " "
                    + socket.getInputStream().read();
        } catch (SSLException | SocketException e) {
            return "refused: " + e.getMessage();
        }
    }

    @Test
    void nodesWithCertificatesOfOneCaFormACluster() {
        assertTalking(two());
    }

    @Test
    void nothingOfWhatNodesSayCanBeReadOnTheWire() throws IOException {
        two();

        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), local.port(0))) {
            socket.setSoTimeout((int) Waits.DEADLINE.toMillis());
            socket.getOutputStream().write("bela".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            // An alert of TLS, and the end.
            assertThat(socket.getInputStream().read()).isIn(-1, 21);
        }
    }

    @Test
    void aNodeWithoutTlsIsNotSeen() {
        List<Party> parties = two();

        Party plain = local.join(local.config(2), "plain");

        assertThat(plain.cluster().nodes()).isEmpty();
        Waits.until(
                "its connections are counted",
                () -> parties.getFirst().cluster().refused(Refusal.TLS) > 0);
        assertThat(parties.getFirst().cluster().nodes())
                .containsExactly(parties.get(1).name());
        assertTalking(parties);
    }

    @Test
    void aNodeOfAnotherCaIsNotSeen() {
        List<Party> parties = two();

        Party stranger = local.join(local.config(2).tls(foreign.pem()), "stranger");

        assertThat(stranger.cluster().nodes()).isEmpty();
        Waits.until(
                "its connections are counted",
                () -> parties.getFirst().cluster().refused(Refusal.TLS) > 0);
        assertThat(parties.getFirst().cluster().nodes())
                .containsExactly(parties.get(1).name());
        assertTalking(parties);
    }

    @Test
    void withTlsTheCookieStillCounts() {
        List<Party> parties = two();
        ClusterConfig wrong = local.config(2).tls(one.pem()).cookie(Cookie.random());

        assertThatThrownBy(() -> Cluster.join(local.node("stranger"), wrong))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("cookie");

        assertThat(parties.stream()
                        .mapToLong(party -> party.cluster().refused(Refusal.COOKIE))
                        .sum())
                .isPositive();
        assertTalking(parties);
    }

    @Test
    void onlyTls13WithACertificateOfTheCaIsSpoken() throws Exception {
        List<Party> parties = two();
        SSLContext nobody = SSLContext.getInstance("TLS");
        nobody.init(null, new javax.net.ssl.TrustManager[] {TrustAll.INSTANCE}, null);

        assertThat(outcome(two.pem().context(), "TLSv1.3")).startsWith("TLSv1.3");
        assertThat(outcome(nobody, "TLSv1.3")).startsWith("refused: ");
        assertThat(outcome(nobody, "TLSv1.2")).startsWith("refused: ");
        assertThat(outcome(foreign.pem().context(), "TLSv1.3")).startsWith("refused: ");

        // One that does not trust the node resets the connection, and its alert may be lost with that.
        Cluster asked = parties.getFirst().cluster();
        Waits.until("all are counted", () -> asked.refused(Refusal.TLS) + asked.refused(Refusal.HALF_OPEN) >= 3);
        assertThat(asked.refused(Refusal.TLS)).isGreaterThanOrEqualTo(2);
        assertTalking(parties);
    }

    @Test
    void aNodeThatLeavesAndComesBackIsLetInAgain() {
        List<Party> parties = two();
        parties.get(1).node().close();
        Waits.until("it is gone", () -> parties.getFirst().cluster().nodes().isEmpty());

        Party again = local.join(local.config(1).tls(two.pem()), "node1");

        List<Party> now = List.of(parties.getFirst(), again);
        LocalCluster.assertTogether(now);
        assertTalking(now);
    }

    @Test
    void handshakesThatDoNotGoOnKeepNobodyWaiting() throws IOException {
        List<Party> parties = two();
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), local.port(0)));
            }

            Party third = local.join(local.config(2).tls(one.pem()), "node2");

            LocalCluster.assertTogether(List.of(parties.get(0), parties.get(1), third));
            Waits.until("all are counted", () -> parties.getFirst().cluster().refused(Refusal.HALF_OPEN) >= 200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /// For a client that does not care whom it talks to.
    private static final class TrustAll implements javax.net.ssl.X509TrustManager {
        static final TrustAll INSTANCE = new TrustAll();

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String kind) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
