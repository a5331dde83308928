package dev.pando.cluster.discovery;

import java.time.Duration;
import java.util.List;

/// Always the same hosts, as libcluster's `Epmd`. Unlike there, they are asked for again and
/// again, so nodes that were lost or start later are found as well.
///
/// @param hosts `host`, `host:port` or `name@host:port`, of which the name does not count; this
///     node itself may be among them
/// @param timeout how long until they are asked for again
public record StaticHosts(List<String> hosts, Duration timeout) implements DiscoveryStrategy {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    public StaticHosts {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException(
                    "hosts: there is none; give at least one, such as 10.0.0.1:" + Endpoint.PORT);
        }
        hosts.forEach(text -> Endpoint.parse("hosts", text));
        Intervals.check("timeout", timeout);
    }

    /// Hosts that are asked for every 5 seconds.
    public static StaticHosts of(String... hosts) {
        return new StaticHosts(List.of(hosts), TIMEOUT);
    }

    public StaticHosts timeout(Duration timeout) {
        return new StaticHosts(hosts, timeout);
    }

    @Override
    public String name() {
        return "StaticHosts";
    }

    @Override
    public Duration interval() {
        return timeout;
    }

    @Override
    public Discovery open(Seat seat) {
        List<Endpoint> endpoints = hosts.stream()
                .map(text -> Endpoint.parse("hosts", text))
                .distinct()
                .toList();
        return _ -> endpoints;
    }
}
