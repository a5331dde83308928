package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPortsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static List<Endpoint> lookup(LocalPorts ports, String host, int port) throws Exception {
        try (Discovery discovery = ports.open(Seats.at(host, port))) {
            return discovery.lookup(TIMEOUT);
        }
    }

    @Test
    void eachPortButOnesOwnIsAnAnswer() throws Exception {
        assertThat(lookup(LocalPorts.of(), "127.0.0.1", 7803))
                .extracting(Endpoint::port)
                .containsExactly(7800, 7801, 7802, 7804, 7805, 7806, 7807, 7808, 7809);
        assertThat(lookup(LocalPorts.of().ports(9000, 9001), "127.0.0.1", 7803))
                .extracting(Endpoint::port)
                .containsExactly(9000, 9001);
    }

    @Test
    void aNodeThatIsAloneOnItsPortsFindsNobody() throws Exception {
        assertThat(lookup(LocalPorts.of().ports(7800, 7800), "127.0.0.1", 7800)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "192.0.2.2, 192.0.2.2",
        "alpha.local, alpha.local",
        "0.0.0.0, 127.0.0.1",
        "::, ::1",
        "2001:db8::1, 2001:db8::1"
    })
    void theOthersAreLookedForWhereThisNodeListens(String listens, String expected) throws Exception {
        assertThat(lookup(LocalPorts.of(), listens, 7800))
                .extracting(Endpoint::host)
                .containsOnly(expected);
    }

    @Test
    void theyAreAskedForEveryTwoSecondsUnlessToldOtherwise() {
        assertThat(LocalPorts.of().interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(LocalPorts.of().interval(TIMEOUT).interval()).isEqualTo(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10, from: 0 is not between 1 and 65535",
        "65536, 65536, from: 65536 is not between 1 and 65535",
        "7800, 7799, to: 7799 is not between 7800 (from) and 8799",
        "7800, 8800, to: 8800 is not between 7800 (from) and 8799",
        "65000, 65536, to: 65536 is not between 65000 (from) and 65535"
    })
    void portsThatAreNoneAreRefused(int from, int to, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalPorts.of().ports(from, to))
                .withMessage(message);
    }

    @Test
    void anIntervalThatIsNotPositiveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalPorts.of().interval(Duration.ZERO))
                .withMessageStartingWith("interval: PT0S");
    }
}
