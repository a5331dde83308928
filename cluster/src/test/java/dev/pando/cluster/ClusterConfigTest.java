package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterConfigTest {

    private final ClusterConfig config = ClusterConfig.of("test");

    @Test
    void aClusterIsOfThisMachineUnlessToldOtherwise() {
        assertThat(config.address()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(config.port()).isEqualTo(7800);
        assertThat(config.hosts()).isEmpty();
        assertThat(config.cookie()).isEmpty();
        assertThat(config.insecure()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1"})
    void anAddressThatOthersCanReachIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.listen(host, 7800))
                .withMessageStartingWith("host: " + host)
                .withMessageContaining("127.0.0.1")
                .withMessageContaining("tls")
                .withMessageContaining("insecure");
    }

    @Test
    void anAddressThatOthersCanReachIsTakenWhenInsecureIsSet() {
        ClusterConfig open = config.insecure(true).listen("192.0.2.1", 7800);

        assertThat(open.address()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
        assertThatIllegalArgumentException().isThrownBy(() -> open.insecure(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void everyLoopbackAddressIsTaken(String host) {
        assertThat(config.listen(host, 7800).address().isLoopbackAddress()).isTrue();
    }

    @Test
    void anUnknownAddressIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.listen("1.2.3.4.5", 7800))
                .withMessageStartingWith("host: 1.2.3.4.5")
                .withMessageContaining("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_436, 65_536, Integer.MAX_VALUE})
    void aPortThatLeavesNoRoomForTheDetectorsIsRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.listen("127.0.0.1", port))
                .withMessageStartingWith("port: " + port)
                .withMessageContaining("between 1 and 65435");
    }

    @Test
    void thePortsAtTheEdgesAreTaken() {
        assertThat(config.listen("127.0.0.1", 1).port()).isEqualTo(1);
        assertThat(config.listen("127.0.0.1", 65_435).port()).isEqualTo(65_435);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aClusterWithoutANameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterConfig.of(name))
                .withMessageStartingWith("cluster: ")
                .withMessageContaining("give");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1",
                ":7800",
                "a@:7800",
                "127.0.0.1:",
                "127.0.0.1:x",
                "127.0.0.1:0",
                "127.0.0.1:-1",
                "127.0.0.1:65536",
                "127.0.0.1:99999999999",
                "127.0.0.1:7800 "
            })
    void aHostThatIsNotHostAndPortIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.hosts(List.of("127.0.0.1:7801", host)))
                .withMessageStartingWith("hosts: '" + host + "'")
                .withMessageContaining("host:port")
                .withMessageContaining("127.0.0.1:7800");
    }

    @Test
    void hostsAreReadWithAndWithoutANodesName() {
        assertThat(config.hosts(List.of("127.0.0.1:7801", "a@127.0.0.1:7802", "[::1]:7803"))
                        .seeds())
                .containsExactly(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7801),
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7802),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 7803));
    }

    @Test
    void hostsAreCopied() {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1:7801"));
        ClusterConfig copied = config.hosts(hosts);

        hosts.clear();

        assertThat(copied.hosts()).containsExactly("127.0.0.1:7801");
    }
}
