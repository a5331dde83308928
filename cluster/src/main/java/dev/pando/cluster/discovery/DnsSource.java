package dev.pando.cluster.discovery;

import dev.pando.core.spi.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// What the lookups of a DNS strategy have in common.
///
/// @param server the system's when empty
/// @param subject the option and its value, for messages
/// @param advice what to look at when there is nobody
record DnsSource(Optional<InetSocketAddress> server, String subject, String advice, Clock clock) {

    private static final Duration LIMIT_MAX = Duration.ofMinutes(1);

    DnsLookup begin(Duration timeout) {
        Duration limit = timeout.compareTo(LIMIT_MAX) < 0 ? timeout : LIMIT_MAX;
        return new DnsLookup(this, DnsServers.of(server), clock, limit);
    }
}
