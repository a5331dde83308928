package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
