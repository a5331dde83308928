package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsOptionsTest {

    private static final String WORD_63 = "a".repeat(63);

    private final DnsPoll poll = DnsPoll.of("nodes.example");
    private final KubernetesDns addresses = KubernetesDns.of("donations");
    private final KubernetesDnsSrv services = KubernetesDnsSrv.of("donations", "prod");

    @Test
    void theSystemsServersAreAskedEveryFiveSecondsUnlessToldOtherwise() {
        assertThat(poll.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(poll.port()).isEqualTo(7800);
        assertThat(poll.nodeBasename()).isEmpty();
        assertThat(poll.server()).isEmpty();

        assertThat(addresses.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(addresses.port()).isEqualTo(7800);
        assertThat(addresses.namespace()).isEmpty();
        assertThat(addresses.server()).isEmpty();

        assertThat(services.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(services.server()).isEmpty();
    }

    @Test
    void eachStrategyIsCalledByItsName() {
        assertThat(poll.name()).isEqualTo("DnsPoll");
        assertThat(addresses.name()).isEqualTo("KubernetesDns");
        assertThat(services.name()).isEqualTo("KubernetesDnsSrv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "@", "a b", "a..b", ".a", "a@b", "a/b", "ä.example"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsPoll.of(name))
                .withMessageStartingWith("query: '" + name + "'")
                .withMessageContaining("give");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesDns.of(name))
                .withMessageStartingWith("service: '" + name + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesDnsSrv.of(name, "prod"))
                .withMessageStartingWith("service: '" + name + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesDnsSrv.of("donations", name))
                .withMessageStartingWith("namespace: '" + name + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.clusterDomain(name))
                .withMessageStartingWith("clusterDomain: '" + name + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.clusterDomain(name))
                .withMessageStartingWith("clusterDomain: '" + name + "'");
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        String long253 = String.join(".", WORD_63, WORD_63, WORD_63, "a".repeat(61));

        assertThat(DnsPoll.of(long253).query()).isEqualTo(long253);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsPoll.of(WORD_63 + "a"))
                .withMessageContaining("63");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.clusterDomain(long253))
                .withMessageContaining("253 characters in all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.namespace("prod").clusterDomain(long253))
                .withMessageContaining("253 characters in all");
    }

    @Test
    void namespacesAndTheirServicesAreSingleWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.namespace("prod.svc"))
                .withMessage("namespace: 'prod.svc' has a dot; give one word");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesDnsSrv.of("donations", "prod."))
                .withMessage("namespace: 'prod.' has a dot; give one word");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesDns.of("donations.prod").namespace("prod"))
                .withMessage("service: 'donations.prod' has a dot; give one word");

        assertThat(KubernetesDns.of("donations.prod").service()).isEqualTo("donations.prod");
        assertThat(KubernetesDnsSrv.of("_pando._tcp.donations", "prod").service())
                .contains("donations");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0})
    void anIntervalThatIsNotAboveZeroIsRefused(long seconds) {
        Duration interval = Duration.ofSeconds(seconds);

        for (Runnable made : new Runnable[] {
            () -> poll.pollingInterval(interval),
            () -> addresses.pollingInterval(interval),
            () -> services.pollingInterval(interval)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(made::run)
                    .withMessageStartingWith("pollingInterval: " + interval + " is not above 0");
        }
        assertThat(services.pollingInterval(Duration.ofMillis(1)).interval()).isEqualTo(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 65_536})
    void aPortThatIsNoneIsRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> poll.port(port))
                .withMessage("port: " + port + " is not between 1 and 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.port(port))
                .withMessage("port: " + port + " is not between 1 and 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "donations@"})
    void aBasenameThatIsNoneIsRefused(String base) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> poll.nodeBasename(base))
                .withMessageStartingWith("nodeBasename: '" + base + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.applicationName(base))
                .withMessageStartingWith("applicationName: '" + base + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.applicationName(base))
                .withMessageStartingWith("applicationName: '" + base + "'");
    }

    @Test
    void aServerNeedsAnAddressAndAPort() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("ns.example", 53);
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> poll.server(unresolved))
                .withMessageStartingWith("server: ns.example")
                .withMessageContaining("has no address or no port");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addresses.server(anywhere))
                .withMessageContaining("10.0.0.1:0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.server(anywhere))
                .withMessageContaining("10.0.0.1:0");
        assertThat(poll.server(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 53))
                        .server())
                .map(InetSocketAddress::getPort)
                .isEqualTo(Optional.of(53));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void withoutAVariableTheClusterDomainIsThatOfMostClusters(String variable) {
        assertThat(DnsOptions.clusterDomainOr(variable)).isEqualTo("cluster.local");
    }

    @Test
    void theClusterDomainIsTakenWithAndWithoutADotAtItsEnd() {
        assertThat(DnsOptions.clusterDomainOr("pando.test.")).isEqualTo("pando.test.");
        assertThat(services.clusterDomain("pando.test.")).isEqualTo(services.clusterDomain("pando.test"));
        assertThat(addresses.clusterDomain("pando.test.").clusterDomain()).isEqualTo("pando.test");
    }
}
