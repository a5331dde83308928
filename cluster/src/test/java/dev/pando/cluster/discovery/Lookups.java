package dev.pando.cluster.discovery;

import dev.pando.core.NodeName;
import dev.pando.core.spi.Host;
import java.time.Duration;
import java.util.List;

/// Looks once, as a topology on this machine does.
final class Lookups {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Lookups() {}

    static Discovery open(DiscoveryStrategy strategy) throws Exception {
        Endpoint listens = new Endpoint("127.0.0.1", Endpoint.PORT);
        return strategy.open(new DiscoveryStrategy.Seat(NodeName.of("looker"), listens, Host.jvm(), () -> {}));
    }

    static List<String> answer(Discovery discovery) throws Exception {
        return discovery.lookup(TIMEOUT).stream().map(Endpoint::toString).toList();
    }

    static List<String> answer(DiscoveryStrategy strategy) throws Exception {
        try (Discovery discovery = open(strategy)) {
            return answer(discovery);
        }
    }
}
