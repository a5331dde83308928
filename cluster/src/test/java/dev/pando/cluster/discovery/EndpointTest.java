package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:7801, 10.0.0.1, 7801",
        "10.0.0.1, 10.0.0.1, 7800",
        "node1@host1.example:7805, host1.example, 7805",
        "node1@host1, host1, 7800",
        "[::1]:7801, ::1, 7801",
        "[::1], ::1, 7800",
        "::1, ::1, 7800"
    })
    void hostsAreReadAsTheGuideWritesThem(String text, String host, int port) {
        Endpoint endpoint = Endpoint.parse("hosts", text);

        assertThat(endpoint).isEqualTo(new Endpoint(host, port));
        assertThat(Endpoint.parse("hosts", endpoint.toString())).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "host:", "host:port", "host:0", "host:65536", "a/b", ":7800"})
    void whatIsNoPlaceIsRefusedWithItsOption(String text) {
        assertThatThrownBy(() -> Endpoint.parse("us.hosts", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("us.hosts: '" + text + "'");
    }

    @Test
    void aTopologyWithAnOptionThatCannotBeSaysWhich() {
        DiscoveryStrategy strategy = new Fixed();

        assertThatThrownBy(() -> Topology.of(" ", strategy)).hasMessageContaining("the name is blank");
        assertThatThrownBy(() -> Topology.of("us", strategy).misses(0)).hasMessage("us.misses: 0 is less than 1");
        assertThatThrownBy(() -> Topology.of("us", strategy).connect(Duration.ZERO))
                .hasMessage("us.connect: PT0S is not above 0");
        assertThatThrownBy(() -> Topology.of("us", strategy).lookup(Duration.ofSeconds(-1)))
                .hasMessage("us.lookup: PT-1S is not above 0");
    }

    private record Fixed() implements DiscoveryStrategy {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Discovery open(Seat seat) {
            return _ -> List.of();
        }
    }
}
