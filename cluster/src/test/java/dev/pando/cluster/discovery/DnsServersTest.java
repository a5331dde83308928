package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

class DnsServersTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 53);
    private static final InetSocketAddress SIX = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 5353);

    private static List<String> expand(DnsServers servers, String name) {
        return servers.expand(DnsOptions.name("query", name)).stream()
                .map(Name::toString)
                .toList();
    }

    private static DnsServers kubernetes(int ndots) {
        List<Name> search = Stream.of("prod.svc.cluster.local.", "svc.cluster.local")
                .map(suffix -> DnsOptions.name("search", suffix))
                .toList();
        return new DnsServers(List.of(SERVER), search, ndots);
    }

    @Test
    void aShortNameIsCompletedByTheSystemsListBeforeItIsTriedAlone() {
        assertThat(expand(kubernetes(5), "donations.prod"))
                .containsExactly(
                        "donations.prod.prod.svc.cluster.local.",
                        "donations.prod.svc.cluster.local.",
                        "donations.prod.");
    }

    @Test
    void aNameWithDotsEnoughIsTriedAloneFirst() {
        assertThat(expand(kubernetes(1), "donations.prod"))
                .containsExactly(
                        "donations.prod.",
                        "donations.prod.prod.svc.cluster.local.",
                        "donations.prod.svc.cluster.local.");
    }

    @Test
    void aNameThatEndsInADotIsTriedAlone() {
        assertThat(expand(kubernetes(5), "donations.")).containsExactly("donations.");
    }

    @Test
    void aNameThatBecomesTooLongIsNotTried() {
        String long253 = String.join(".", "a".repeat(63), "a".repeat(63), "a".repeat(63), "a".repeat(61));

        assertThat(expand(kubernetes(5), long253)).containsExactly(long253 + ".");
    }

    @Test
    void aServerOfItsOwnIsAskedForNamesAsTheyAreWritten() {
        assertThat(expand(DnsServers.of(Optional.of(SERVER)), "donations")).containsExactly("donations.");
    }

    @Test
    void withoutAServerTheSystemsAreAsked() {
        assertThat(DnsServers.of(Optional.empty()).addresses()).isNotEmpty();
    }

    @Test
    void serversAreShownByAddressAndPort() {
        assertThat(new DnsServers(List.of(SERVER, SIX), List.of(), 1))
                .hasToString("10.0.0.1:53, [2001:db8:0:0:0:0:0:1]:5353");
    }
}
