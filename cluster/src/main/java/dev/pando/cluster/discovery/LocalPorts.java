package dev.pando.cluster.discovery;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// The nodes of this machine, as libcluster's `LocalEpmd`: whoever listens on one of some ports,
/// on the host that this node listens on. There is no daemon to ask, so each port is an answer,
/// and is tried.
///
/// @param from the first port
/// @param to the last one, at most 1,000 ports in all
/// @param interval how long until they are asked for again
public record LocalPorts(int from, int to, Duration interval) implements DiscoveryStrategy {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int PORTS_MAX = 1_000;
    private static final int PORT_MAX = 65_535;

    public LocalPorts {
        if (from < 1 || from > PORT_MAX) {
            throw new IllegalArgumentException("from: " + from + " is not between 1 and " + PORT_MAX);
        }
        int last = Math.min(PORT_MAX, from + PORTS_MAX - 1);
        if (to < from || to > last) {
            throw new IllegalArgumentException("to: " + to + " is not between " + from + " (from) and " + last);
        }
        Intervals.check("interval", interval);
    }

    /// The ports 7800 to 7809, every 2 seconds.
    public static LocalPorts of() {
        return new LocalPorts(Endpoint.PORT, Endpoint.PORT + Endpoint.PORTS - 1, INTERVAL);
    }

    public LocalPorts ports(int from, int to) {
        return new LocalPorts(from, to, interval);
    }

    public LocalPorts interval(Duration interval) {
        return new LocalPorts(from, to, interval);
    }

    @Override
    public String name() {
        return "LocalPorts";
    }

    @Override
    public Discovery open(Seat seat) {
        String host = reachable(seat.listens().host());
        List<Endpoint> endpoints = IntStream.rangeClosed(from, to)
                .filter(port -> port != seat.listens().port())
                .mapToObj(port -> new Endpoint(host, port))
                .toList();
        return _ -> endpoints;
    }

    /// Who listens on all addresses listens on loopback too.
    private static String reachable(String host) {
        if (!Literals.isWildcard(host)) {
            return host;
        }
        return host.contains(":") ? "::1" : "127.0.0.1";
    }
}
