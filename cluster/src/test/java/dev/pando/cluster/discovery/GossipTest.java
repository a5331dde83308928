package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipTest {

    private static final String SECRET = "0123456789abcdef";

    @Test
    void theOptionsAreThoseOfLibcluster() {
        Gossip gossip = Gossip.of();

        assertThat(gossip.port()).isEqualTo(45_892);
        assertThat(gossip.ifAddr()).isEqualTo("0.0.0.0");
        assertThat(gossip.multicastAddr()).isEqualTo("233.252.1.32");
        assertThat(gossip.multicastIf()).isEmpty();
        assertThat(gossip.multicastTtl()).isEqualTo(1);
        assertThat(gossip.broadcastOnly()).isFalse();
        assertThat(gossip.secret()).isEmpty();
        assertThat(gossip.interval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void eachOptionCanBeGiven() {
        Gossip gossip = Gossip.of()
                .port(1)
                .ifAddr("127.0.0.1")
                .multicastAddr("239.1.2.3")
                .multicastIf("lo")
                .multicastTtl(255)
                .broadcastOnly(true)
                .secret(SECRET);

        assertThat(gossip.port()).isEqualTo(1);
        assertThat(gossip.ifAddr()).isEqualTo("127.0.0.1");
        assertThat(gossip.multicastAddr()).isEqualTo("239.1.2.3");
        assertThat(gossip.multicastIf()).contains("lo");
        assertThat(gossip.multicastTtl()).isEqualTo(255);
        assertThat(gossip.broadcastOnly()).isTrue();
        assertThat(gossip.secret()).contains(SECRET);
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(Gossip.of().secret(SECRET).toString())
                .doesNotContain(SECRET)
                .contains("secret=hidden", "port=45892");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void aPortThatIsNoneIsRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().port(port))
                .withMessage("port: " + port + " is not between 1 and 65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void aTtlThatIsNoneIsRefused(int ttl) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().multicastTtl(ttl))
                .withMessage("multicastTtl: " + ttl + " is not between 0 and 255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.1", "0.0.0.0", "240.0.0.1", "2001:db8::1"})
    void aGroupThatIsNoneIsRefused(String group) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().multicastAddr(group))
                .withMessageStartingWith("multicastAddr: ")
                .withMessageContaining(group);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eth0", "localhost", "10.0.0.1:7800"})
    void anIfAddrThatIsNoAddressIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().ifAddr(address))
                .withMessageStartingWith("ifAddr: '" + address + "' is not an address");
    }

    @Test
    void aBlankInterfaceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().multicastIf(" "))
                .withMessageStartingWith("multicastIf: ");
    }

    @Test
    void addressesOfTwoKindsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().ifAddr("2001:db8::1"))
                .withMessageStartingWith("ifAddr: 2001:db8::1 and multicastAddr 233.252.1.32");
        assertThat(Gossip.of().multicastAddr("ff02::1:20").ifAddr("2001:db8::1").ifAddr())
                .isEqualTo("2001:db8::1");
    }

    @Test
    void broadcastIsRefusedWithAGroupOfIpv6() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().multicastAddr("ff02::1:20").broadcastOnly(true))
                .withMessageStartingWith("broadcastOnly: ");
    }

    @Test
    void aShortSecretIsRefusedAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Gossip.of().secret("0123456789a"))
                .withMessage("secret: it needs at least 12 characters");
    }
}
