package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticHostsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static List<Endpoint> lookup(StaticHosts hosts) throws Exception {
        try (Discovery discovery = hosts.open(Seats.at("127.0.0.1", 7800))) {
            return discovery.lookup(TIMEOUT);
        }
    }

    @Test
    void eachHostIsAnAnswerInTheOrderGiven() throws Exception {
        StaticHosts hosts = StaticHosts.of("beta", "10.0.0.1:7900", "alpha@10.0.0.2:7801", "[2001:db8::1]:7802");

        assertThat(lookup(hosts))
                .containsExactly(
                        new Endpoint("beta", 7800),
                        new Endpoint("10.0.0.1", 7900),
                        new Endpoint("10.0.0.2", 7801),
                        new Endpoint("2001:db8::1", 7802));
    }

    @Test
    void aHostThatIsGivenTwiceIsOneAnswer() throws Exception {
        assertThat(lookup(StaticHosts.of("beta", "beta:7800", "x@beta"))).containsExactly(new Endpoint("beta", 7800));
    }

    @Test
    void theyAreAskedForAgainAfterTheTimeout() {
        assertThat(StaticHosts.of("beta").interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(StaticHosts.of("beta").timeout(Duration.ofMillis(500)).interval())
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void noHostsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(StaticHosts::of).withMessageStartingWith("hosts: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:0", "a:65536", "a:x", "a/b", "a b:7800", "a :7800", "x@"})
    void aHostThatIsNoneIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticHosts.of("good", host))
                .withMessageStartingWith("hosts: '" + host + "'")
                .withMessageContaining("10.0.0.1:7800");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aTimeoutThatIsNotPositiveIsRefused(long seconds) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticHosts.of("beta").timeout(Duration.ofSeconds(seconds)))
                .withMessageStartingWith("timeout: ");
    }
}
