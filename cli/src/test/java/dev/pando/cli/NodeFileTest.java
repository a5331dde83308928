package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.discovery.DnsPoll;
import dev.pando.cluster.discovery.Gossip;
import dev.pando.cluster.discovery.KubernetesDns;
import dev.pando.cluster.discovery.StaticHosts;
import dev.pando.cluster.discovery.Topology;
import dev.pando.kubernetes.Kubernetes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class NodeFileTest {

    @TempDir
    Path folder;

    private NodeFile read(String text) throws IOException {
        Path file = folder.resolve("node.conf");
        Files.writeString(file, text);
        return NodeFile.read(file);
    }

    private Topology topology(String strategy, String config) throws IOException {
        return read("pando.topologies.t { strategy = \"" + strategy + "\", config { " + config + " } }")
                .topologies()
                .getFirst();
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "examples", "discovery"))) {
            return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreRead(Path file) {
        assertThat(NodeFile.read(file).topologies()).hasSize(1);
    }

    @Test
    void aFileSaysWhatTheCommandLineDoes() throws IOException {
        NodeFile file = read("""
            pando {
              name = node1
              listen = "127.0.0.1:7801"
              cluster = shop
              connect = ["127.0.0.1:7802"]
              cookie_file = cookie
              insecure = true
              labels { region = us-east }
              tls { cert = c.pem, key = k.pem, ca = a.pem }
            }
            """);

        assertThat(file.name()).contains("node1");
        assertThat(file.listen()).contains("127.0.0.1:7801");
        assertThat(file.cluster()).contains("shop");
        assertThat(file.connect()).containsExactly("127.0.0.1:7802");
        assertThat(file.cookieFile()).contains(Path.of("cookie"));
        assertThat(file.insecure()).isTrue();
        assertThat(file.labels()).containsEntry("region", "us-east");
        assertThat(file.tls())
                .contains(new NodeFile.Certificates(Path.of("c.pem"), Path.of("k.pem"), Path.of("a.pem")));
        assertThat(file.topologies()).isEmpty();
    }

    @Test
    void optionsHaveTheNamesThatLibclusterGivesThem() throws IOException {
        assertThat(topology(
                                "Cluster.Strategy.Epmd",
                                "hosts = [\"donation@node1.example.com\", \"b:1\"], timeout = 1000")
                        .strategy())
                .isEqualTo(new StaticHosts(List.of("donation@node1.example.com", "b:1"), Duration.ofSeconds(1)));
        assertThat(topology(
                                "Cluster.Strategy.Gossip",
                                "port = 45893, multicast_addr = \"230.1.1.251\", multicast_ttl = 2, secret ="
                                        + " secret_token")
                        .strategy())
                .isEqualTo(Gossip.of()
                        .port(45_893)
                        .multicastAddr("230.1.1.251")
                        .multicastTtl(2)
                        .secret("secret_token"));
        assertThat(topology(
                                "DNSPoll",
                                "query = q.example, node_basename = b, polling_interval = 2 s, resolver = \"10.0.0.1\"")
                        .strategy())
                .isEqualTo(DnsPoll.of("q.example")
                        .nodeBasename("b")
                        .pollingInterval(Duration.ofSeconds(2))
                        .server(new InetSocketAddress("10.0.0.1", 53)));
    }

    @Test
    void theGuidesKubernetesIsUnderstood() throws IOException {
        assertThat(topology("Cluster.Strategy.Kubernetes", """
            mode = dns
            kubernetes_node_basename = donation
            kubernetes_selector = "app=donation-processor"
            kubernetes_namespace = finance
            polling_interval = 10000
            kubernetes_master = "kubernetes.default.svc"
            """).strategy())
                .isEqualTo(Kubernetes.of("donation", "app=donation-processor")
                        .mode(Kubernetes.Mode.DNS)
                        .namespace("finance")
                        .pollingInterval(Duration.ofSeconds(10))
                        .master(URI.create("https://kubernetes.default.svc")));
        assertThatThrownBy(() -> topology(
                        "Kubernetes", "mode = srv, kubernetes_node_basename = a, kubernetes_selector = \"a=b\""))
                .hasMessage("pando.topologies.t.config.mode: 'srv' is none of [ip, dns, hostname]");
    }

    @Test
    void theGuidesProductionPatternIsUnderstood() throws IOException {
        assertThat(topology("Cluster.Strategy.Kubernetes.DNS", """
            service = donation-service
            application_name = finance
            kubernetes_namespace = production
            """).strategy())
                .isEqualTo(KubernetesDns.of("donation-service")
                        .applicationName("finance")
                        .namespace("production"));
    }

    @Test
    void severalTopologiesHaveTheirOwnTimes() throws IOException {
        NodeFile file = read("""
            pando.topologies {
              a { strategy = LocalEpmd, lookup = 1 s, connect = 2 s, misses = 7 }
              b { strategy = LocalEpmd }
            }
            """);

        assertThat(file.topologies()).extracting(Topology::name).containsExactly("a", "b");
        Topology first = file.topologies().getFirst();
        assertThat(first.lookup()).isEqualTo(Duration.ofSeconds(1));
        assertThat(first.connect()).isEqualTo(Duration.ofSeconds(2));
        assertThat(first.misses()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pando.topologies.t.strategy = Rancher|pando.topologies.t.strategy: 'Rancher' is none of [DNSPoll,"
                        + " Epmd,",
                "pando.topologies.t.config.port = 1|pando.topologies.t.strategy: is missing",
                "pando.topologies.t { strategy = Gossip, config.prot = 1 }|pando.topologies.t.config.prot: there is no"
                        + " such option; there are [",
                "pando.topologies.t { strategy = Gossip, config.port = 70000 }|pando.topologies.t.config: port: 70000"
                        + " is not between 1 and 65535",
                "pando.topologies.t { strategy = Gossip, config.port = many }|pando.topologies.t.config.port:",
                "pando.topologies.t { strategy = DNSPoll }|pando.topologies.t.config.query: is missing",
                "pando.topologies.t { strategy = Epmd }|pando.topologies.t.config: hosts:",
                "pando.topologies.t { strategy = LocalEpmd, misses = 0 }|pando.topologies.t: t.misses: 0 is less than"
                        + " 1",
                "pando.lisen = a|pando.lisen: there is no such option; there are [",
                "pando.tls.cert = a|pando.tls.key: is missing",
                "other = 1|pando: is missing",
                "pando { other|--config:"
            })
    void whatIsWrongIsSaidWithItsPath(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(UsageException.class).hasMessageContaining(message);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> NodeFile.read(folder.resolve("none.conf")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("none.conf is no file that can be read");
    }
}
