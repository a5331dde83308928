package dev.pando.cluster.discovery;

import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;

/// Seats of a node that looks for others.
final class Seats {

    private static final Host JVM = Host.jvm();

    static Seat at(String host, int port) {
        return new Seat(NodeName.of("here"), new Endpoint(host, port), JVM, () -> {});
    }

    static Seat at(Clock clock, Runnable changed) {
        return new Seat(
                NodeName.of("here"),
                new Endpoint("127.0.0.1", Endpoint.PORT),
                new Host(JVM.scheduler(), clock, JVM.entropy()),
                changed);
    }

    private Seats() {}
}
