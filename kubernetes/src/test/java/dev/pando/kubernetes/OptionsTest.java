package dev.pando.kubernetes;

import static dev.pando.kubernetes.Kubernetes.IpLookupMode.ENDPOINTS;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.PODS;
import static dev.pando.kubernetes.Kubernetes.Mode.HOSTNAME;
import static dev.pando.kubernetes.Kubernetes.Mode.IP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Which options are taken, and what is said of those that are not.
final class OptionsTest {

    private static final Kubernetes PLAIN = Kubernetes.of("pando", "app=pando");

    private static void refused(ThrowingCallable made, String... parts) {
        assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(parts);
    }

    @Test
    void defaultsAreThoseOfThePodItRunsIn() {
        assertThat(PLAIN)
                .isEqualTo(new Kubernetes(
                        "pando",
                        "app=pando",
                        Optional.empty(),
                        IP,
                        ENDPOINTS,
                        Optional.empty(),
                        "cluster",
                        Optional.empty(),
                        Path.of("/var/run/secrets/kubernetes.io/serviceaccount"),
                        false,
                        Duration.ofSeconds(5),
                        7800,
                        false));
        assertThat(PLAIN.name()).isEqualTo("kubernetes");
        assertThat(PLAIN.interval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void eachOptionChangesItselfAlone() {
        assertThat(PLAIN.namespace("shop")
                        .serviceName("nodes")
                        .mode(HOSTNAME)
                        .ipLookupMode(PODS)
                        .clusterName("other")
                        .master(URI.create("https://10.0.0.1:6443"))
                        .serviceAccountPath(Path.of("account"))
                        .useCachedResources(true)
                        .pollingInterval(Duration.ofSeconds(7))
                        .port(4000)
                        .notReadyAddresses(true))
                .isEqualTo(new Kubernetes(
                        "pando",
                        "app=pando",
                        Optional.of("shop"),
                        HOSTNAME,
                        PODS,
                        Optional.of("nodes"),
                        "other",
                        Optional.of(URI.create("https://10.0.0.1:6443")),
                        Path.of("account"),
                        true,
                        Duration.ofSeconds(7),
                        4000,
                        true));
    }

    @Test
    void aWrongOptionIsNamedWithWhatWouldBeAllowed() {
        refused(() -> Kubernetes.of("", "app=pando"), "nodeBasename: ''", "1 to 64");
        refused(() -> Kubernetes.of("a@b", "app=pando"), "nodeBasename: 'a@b'");
        refused(() -> Kubernetes.of("pando", " "), "selector: ", "app=pando");
        refused(() -> PLAIN.namespace("Shop"), "namespace: 'Shop'");
        refused(() -> PLAIN.serviceName("a.b"), "serviceName: 'a.b'");
        refused(() -> PLAIN.mode(HOSTNAME), "serviceName: is missing", "before mode HOSTNAME");
        refused(() -> PLAIN.clusterName("a b"), "clusterName: 'a b'");
        refused(() -> PLAIN.master(URI.create("10.0.0.1")), "master: 10.0.0.1", "https://10.0.0.1:6443");
        refused(() -> PLAIN.master(URI.create("ftp://10.0.0.1")), "master: ftp://10.0.0.1");
        refused(() -> PLAIN.pollingInterval(Duration.ZERO), "pollingInterval: PT0S", "PT5S");
        refused(() -> PLAIN.port(0), "port: 0", "65535");
    }
}
