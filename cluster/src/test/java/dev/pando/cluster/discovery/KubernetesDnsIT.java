package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Services of a Kubernetes whose domain is that of a real server.
@Timeout(60)
class KubernetesDnsIT {

    private static final String SERVICE = "donations.prod.svc." + Dnsmasq.DOMAIN;
    private static final String POD_A = "a." + SERVICE;
    private static final String POD_B = "b." + SERVICE;

    @TempDir
    private Path folder;

    private Dnsmasq server;

    @BeforeEach
    void start() throws Exception {
        server = Dnsmasq.start(
                folder, "host-record=" + SERVICE + ",127.0.0.2", "host-record=" + SERVICE + ",2001:db8::1");
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.end();
        }
    }

    private KubernetesDns addresses(String service) {
        return KubernetesDns.of(service).clusterDomain(Dnsmasq.DOMAIN).server(server.address());
    }

    private KubernetesDnsSrv services(String service) {
        return KubernetesDnsSrv.of(service, "prod")
                .clusterDomain(Dnsmasq.DOMAIN)
                .server(server.address());
    }

    private static String srv(String service, String target, int port) {
        return "srv-host=" + service + "," + target + "," + port;
    }

    private static String host(String name, String... addresses) {
        return "host-record=" + name + "," + String.join(",", addresses);
    }

    // ---- Addresses

    @Test
    void thePodsOfAServiceAreFoundInItsNamespace() throws Exception {
        assertThat(Lookups.answer(addresses("donations").namespace("prod").applicationName("donations")))
                .containsExactly("127.0.0.2:7800", "[2001:db8:0:0:0:0:0:1]:7800");
    }

    @Test
    void withoutANamespaceTheServiceIsLookedUpAsItIsWritten() throws Exception {
        assertThat(Lookups.answer(addresses(SERVICE).port(7801)))
                .containsExactly("127.0.0.2:7801", "[2001:db8:0:0:0:0:0:1]:7801");
    }

    @Test
    void aServiceOfAnotherNamespaceIsNotFound() throws Exception {
        try (Discovery discovery = Lookups.open(addresses("donations").namespace("test"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("service 'donations'")
                    .hasMessageContaining("donations.test.svc.pando.test. A NXDOMAIN")
                    .hasMessageContaining("headless");
        }
    }

    @Test
    void podsThatComeAndGoAreSeenByTheNextLookup() throws Exception {
        try (Discovery discovery = Lookups.open(addresses("donations").namespace("prod"))) {
            server.restart(host(SERVICE, "127.0.0.2"), host(SERVICE, "127.0.0.3"));
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7800", "127.0.0.3:7800");

            server.restart(host(SERVICE, "127.0.0.3"));
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.3:7800");
        }
    }

    // ---- Services

    @Test
    void portsComeFromTheRecordsAndAddressesOfBothFamiliesFromTheServer() throws Exception {
        server.restart(
                srv(SERVICE, POD_A, 7801),
                srv(SERVICE, POD_B, 7802),
                host(POD_A, "127.0.0.2", "2001:db8::2"),
                host(POD_B, "127.0.0.3"));

        assertThat(Lookups.answer(services("donations").applicationName("donations")))
                .containsExactly("127.0.0.2:7801", "127.0.0.3:7802", "[2001:db8:0:0:0:0:0:2]:7801");
    }

    @Test
    void recordsThatComeAndGoAreSeenByTheNextLookup() throws Exception {
        try (Discovery discovery = Lookups.open(services("donations"))) {
            server.restart(srv(SERVICE, POD_A, 7801), host(POD_A, "127.0.0.2"));
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7801");
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.2:7801");

            server.restart(srv(SERVICE, POD_B, 7802), host(POD_B, "127.0.0.3"));
            assertThat(Lookups.answer(discovery)).containsExactly("127.0.0.3:7802");
        }
    }

    @Test
    void targetsWhoseAddressesDoNotComeAlongAreAskedForOfTheSameServer() throws Exception {
        String far = "far.example";
        server.restart(
                srv(SERVICE, POD_A, 7801),
                srv(SERVICE, far, 7802),
                host(POD_A, "127.0.0.2"),
                // Answered, but never put beside other records.
                "address=/" + far + "/127.0.0.9");

        assertThat(Lookups.answer(services("donations"))).containsExactly("127.0.0.2:7801", "127.0.0.9:7802");
    }

    @Test
    void oneOfSeveralPortsIsAskedForByItsName() throws Exception {
        server.restart(srv(SERVICE, POD_A, 8080), srv("_pando._tcp." + SERVICE, POD_A, 7801), host(POD_A, "127.0.0.2"));

        assertThat(Lookups.answer(services("_pando._tcp.donations"))).containsExactly("127.0.0.2:7801");
    }

    @Test
    void moreTargetsThanAreAskedForAtOnceAreFound() throws Exception {
        // Short, so that they fit into a datagram: this server serves one TCP connection and nobody else meanwhile.
        server.restart(IntStream.rangeClosed(1, 45)
                .boxed()
                .flatMap(i -> Stream.of(srv(SERVICE, "p" + i + ".x", 7800 + i), "address=/p" + i + ".x/10.1.2." + i))
                .toArray(String[]::new));

        assertThat(Lookups.answer(services("donations"))).hasSize(45).contains("10.1.2.45:7845");
    }

    @Test
    void aTargetWithoutAddressIsLeftOut() throws Exception {
        server.restart(srv(SERVICE, POD_A, 7801), srv(SERVICE, "gone." + SERVICE, 7802), host(POD_A, "127.0.0.2"));

        assertThat(Lookups.answer(services("donations"))).containsExactly("127.0.0.2:7801");
    }

    @Test
    void targetsThatAllLackAnAddressAreAFailure() throws Exception {
        server.restart(srv(SERVICE, "gone." + SERVICE, 7802));

        try (Discovery discovery = Lookups.open(services("donations"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("gone." + SERVICE + ". A NXDOMAIN");
        }
    }

    @Test
    void aServiceThatIsSaidNotToBeThereIsAFailure() throws Exception {
        server.restart("srv-host=" + SERVICE);

        try (Discovery discovery = Lookups.open(services("donations"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no record that says where")
                    .hasMessageContaining("nobody is there yet");
        }
    }

    @Test
    void aServiceWithoutPortsIsAFailureThatSaysSo() throws Exception {
        try (Discovery discovery = Lookups.open(services("donations"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(SERVICE + ". SRV no record")
                    .hasMessageContaining("has a port");
        }
    }

    @Test
    void aServiceThatDoesNotExistIsAFailure() throws Exception {
        try (Discovery discovery = Lookups.open(services("none"))) {
            assertThatThrownBy(() -> Lookups.answer(discovery))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("service 'none'")
                    .hasMessageContaining("127.0.0.1:" + server.address().getPort())
                    .hasMessageContaining("none.prod.svc.pando.test. SRV NXDOMAIN");
        }
    }
}
