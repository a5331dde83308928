package dev.pando.kubernetes;

import static dev.pando.kubernetes.ApiServer.endpoint;
import static dev.pando.kubernetes.ApiServer.pod;
import static dev.pando.kubernetes.ApiServer.podAt;
import static dev.pando.kubernetes.ApiServer.slice;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.ENDPOINTS;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.PODS;
import static dev.pando.kubernetes.Kubernetes.Mode.DNS;
import static dev.pando.kubernetes.Kubernetes.Mode.HOSTNAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.discovery.Discovery;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which pods are found, and how they are addressed.
final class KubernetesTest {

    private static ApiServer server;

    @TempDir
    private Path folder;

    private Seats seats;

    @BeforeAll
    static void start() {
        server = ApiServer.http();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        server.reset();
        seats = new Seats(folder);
    }

    @AfterEach
    void close() {
        seats.close();
    }

    private Kubernetes strategy() {
        return seats.strategy(server);
    }

    private String asked() {
        return server.requests().stream()
                .map(RecordedRequest::getPath)
                .filter(path -> !path.contains("watch=true"))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    @Test
    void readyPodsBehindTheServiceAreFound() throws Exception {
        server.create(slice(
                endpoint("a", "10.0.0.1").build(), endpoint("b", "10.0.0.2").build()));

        assertThat(seats.found(strategy())).containsExactly("10.0.0.1:7800", "10.0.0.2:7800");
        assertThat(asked())
                .startsWith("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?")
                .contains("labelSelector=app%3Dpando");
    }

    @Test
    void podsAreFoundByTheirLabels() throws Exception {
        Pod other = pod("c", "10.0.0.3")
                .editMetadata()
                .withLabels(Map.of("app", "other"))
                .endMetadata()
                .build();
        server.create(podAt("a", "10.0.0.1"), podAt("b", "10.0.0.2"), other);

        assertThat(seats.found(strategy().ipLookupMode(PODS))).containsExactly("10.0.0.1:7800", "10.0.0.2:7800");
        assertThat(asked()).startsWith("/api/v1/namespaces/shop/pods?");
    }

    @Test
    void thePortIsTheOneGiven() throws Exception {
        server.create(podAt("a", "10.0.0.1"));

        assertThat(seats.found(strategy().ipLookupMode(PODS).port(4000))).containsExactly("10.0.0.1:4000");
    }

    @Test
    void noPodsIsAnAnswer() throws Exception {
        assertThat(seats.found(strategy())).isEmpty();
        assertThat(seats.found(strategy().ipLookupMode(PODS))).isEmpty();
    }

    @Test
    void modeDnsNamesAPodByItsAddress() throws Exception {
        server.create("other", podAt("a", "10.48.33.136"));
        server.create("other", slice(endpoint("a", "10.48.33.136").build()));
        Kubernetes dns = strategy().namespace("other").mode(DNS).clusterName("my_cluster");

        assertThat(seats.found(dns)).containsExactly("10-48-33-136.other.pod.my_cluster.local:7800");
        assertThat(seats.found(dns.ipLookupMode(PODS))).containsExactly("10-48-33-136.other.pod.my_cluster.local:7800");
    }

    @Test
    void modeHostnameNamesAPodBehindItsService() throws Exception {
        server.create("other", podAt("pando-0", "10.0.0.1"));
        server.create("other", slice(endpoint("pando-0", "10.0.0.1").build()));
        Kubernetes hostname = strategy()
                .namespace("other")
                .serviceName("nodes")
                .mode(HOSTNAME)
                .clusterName("my_cluster");

        assertThat(seats.found(hostname)).containsExactly("pando-0.nodes.other.svc.my_cluster.local:7800");
        assertThat(seats.found(hostname.ipLookupMode(PODS)))
                .containsExactly("pando-0.nodes.other.svc.my_cluster.local:7800");
    }

    @Test
    void podsWithoutAHostNameAreAMistakeInModeHostname() {
        server.create(
                pod("a", "10.0.0.1").editSpec().withHostname(null).endSpec().build());

        assertThatThrownBy(() -> seats.found(
                        strategy().ipLookupMode(PODS).serviceName("nodes").mode(HOSTNAME)))
                .hasMessageContaining("[a] has a host name")
                .hasMessageContaining("StatefulSet with serviceName nodes");
    }

    @Test
    void theNamespaceIsThatOfTheServiceAccountUnlessGiven() throws Exception {
        server.create(podAt("a", "10.0.0.1"), slice(endpoint("a", "10.0.0.1").build()));
        server.create(
                "other", podAt("b", "10.0.0.2"), slice(endpoint("b", "10.0.0.2").build()));

        for (Kubernetes.IpLookupMode mode : Kubernetes.IpLookupMode.values()) {
            Kubernetes strategy = strategy().ipLookupMode(mode);
            assertThat(seats.found(strategy)).containsExactly("10.0.0.1:7800");
            assertThat(seats.found(strategy.namespace("other"))).containsExactly("10.0.0.2:7800");
        }
    }

    @Test
    void cachedAnswersAreAskedForByVersionZero() throws Exception {
        server.create(podAt("a", "10.0.0.1"), slice(endpoint("a", "10.0.0.1").build()));

        for (Kubernetes.IpLookupMode mode : Kubernetes.IpLookupMode.values()) {
            assertThat(seats.found(strategy().ipLookupMode(mode).useCachedResources(true)))
                    .containsExactly("10.0.0.1:7800");
            assertThat(asked()).contains("resourceVersion=0");
        }
    }

    @Test
    void freshAnswersAreAskedForWithoutAVersion() throws Exception {
        for (Kubernetes.IpLookupMode mode : Kubernetes.IpLookupMode.values()) {
            seats.found(strategy().ipLookupMode(mode));
            assertThat(asked()).doesNotContain("resourceVersion");
        }
    }

    @Test
    void podsThatAreNotReadyAreLeftOutUnlessAskedFor() throws Exception {
        server.create(slice(
                endpoint("a", "10.0.0.1").build(),
                endpoint("b", "10.0.0.2")
                        .editConditions()
                        .withReady(false)
                        .endConditions()
                        .build()));

        assertThat(seats.found(strategy())).containsExactly("10.0.0.1:7800");
        assertThat(seats.found(strategy().notReadyAddresses(true))).containsExactly("10.0.0.1:7800", "10.0.0.2:7800");
    }

    @Test
    void conditionsThatAreNotToldAreTheUsualOnes() throws Exception {
        server.create(slice(endpoint("a", "10.0.0.1").withConditions(null).build()));

        assertThat(seats.found(strategy())).containsExactly("10.0.0.1:7800");
    }

    @Test
    void terminatingPodsAreLeftOut() throws Exception {
        Pod held = pod("b", "10.0.0.2")
                .editMetadata()
                .addToFinalizers("test/hold")
                .endMetadata()
                .build();
        server.create(podAt("a", "10.0.0.1"), held);
        server.delete(held);
        server.create(slice(
                endpoint("a", "10.0.0.1").build(),
                endpoint("b", "10.0.0.2")
                        .editConditions()
                        .withTerminating(true)
                        .endConditions()
                        .build()));

        assertThat(seats.found(strategy().ipLookupMode(PODS))).containsExactly("10.0.0.1:7800");
        assertThat(seats.found(strategy().ipLookupMode(ENDPOINTS).notReadyAddresses(true)))
                .containsExactly("10.0.0.1:7800");
    }

    @Test
    void podsThatHaveEndedOrHaveNoAddressAreLeftOut() throws Exception {
        server.create(
                podAt("a", "10.0.0.1"),
                pod("b", "10.0.0.2")
                        .editStatus()
                        .withPhase("Failed")
                        .endStatus()
                        .build(),
                pod("c", "10.0.0.3")
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build(),
                pod("d", "10.0.0.4").withStatus(null).build());

        assertThat(seats.found(strategy().ipLookupMode(PODS))).containsExactly("10.0.0.1:7800");
    }

    @Test
    void whatIsNoPodIsLeftOut() throws Exception {
        server.create(
                slice(endpoint("a", "10.0.0.1").withTargetRef(null).build()),
                slice("pando-2", "FQDN", endpoint("b", "example.org").build()));

        assertThat(seats.found(strategy())).isEmpty();
    }

    @Test
    void ipv6AddressesAreFound() throws Exception {
        server.create(slice("pando-6", "IPv6", endpoint("a", "fd00::5").build()));

        assertThat(seats.found(strategy())).containsExactly("[fd00::5]:7800");
        assertThat(seats.found(strategy().mode(DNS))).containsExactly("fd00--5.shop.pod.cluster.local:7800");
    }

    @Test
    void aPodOfTwoKindsOfAddressesIsFoundOnceByTheKindOfThisNode() throws Exception {
        server.create(pod("a", "10.0.0.1", "fd00::1").build());
        server.create(
                slice("pando-4", "IPv4", endpoint("a", "10.0.0.1").build()),
                slice("pando-6", "IPv6", endpoint("a", "fd00::1").build()));

        for (Kubernetes.IpLookupMode mode : Kubernetes.IpLookupMode.values()) {
            Kubernetes strategy = strategy().ipLookupMode(mode);
            assertThat(Seats.found(seats.open(strategy, "10.0.0.9"))).containsExactly("10.0.0.1:7800");
            assertThat(Seats.found(seats.open(strategy, "fd00::9"))).containsExactly("[fd00::1]:7800");
        }
    }

    @Test
    void podsThatComeAndGoAreFollowed() throws Exception {
        Discovery discovery = seats.open(strategy().ipLookupMode(PODS));
        assertThat(Seats.found(discovery)).isEmpty();

        server.create(podAt("a", "10.0.0.1"), podAt("b", "10.0.0.2"));
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800", "10.0.0.2:7800");

        server.delete(podAt("a", "10.0.0.1"));
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.2:7800");
    }

    @Test
    void inAPodTheServerIsWhereTheEnvironmentSays() {
        assertThat(Api.inCluster(Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "6443")))
                .isEqualTo(URI.create("https://10.96.0.1:6443"));
        assertThat(Api.inCluster(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1")))
                .isEqualTo(URI.create("https://[fd00::1]:443"));
        assertThat(Api.inCluster(Map.of())).isEqualTo(URI.create("https://kubernetes.default.svc"));
    }
}
