package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Finds nodes by the addresses of a name in DNS, A and AAAA, which all listen on one port. As
/// libcluster's `DNSPoll`.
///
/// A name that does not exist or has no address, and a server that fails or does not answer, are
/// failed lookups and never an empty answer, which would mean that all nodes are gone. When only
/// one of A and AAAA is answered, that is the answer. Nothing is cached: each lookup asks anew,
/// whatever the records' time to live.
///
/// @param query the name, as `donations.example.com`. The system's search list completes it as it
///     does elsewhere on the machine, unless it ends in a dot or a server is given
/// @param nodeBasename what libcluster puts before the `@`; read for its sake and not used, since
///     nodes tell their names when they are connected to
/// @param pollingInterval how long after an answer the next question follows
/// @param port where all nodes listen, 1 to 65,535
/// @param server whom to ask; the system's servers when empty, as they are configured at that time
public record DnsPoll(
        String query,
        Optional<String> nodeBasename,
        Duration pollingInterval,
        int port,
        Optional<InetSocketAddress> server)
        implements DiscoveryStrategy {

    public DnsPoll {
        DnsOptions.name("query", query);
        DnsOptions.requireBasename("nodeBasename", nodeBasename);
        DnsOptions.requireInterval(pollingInterval);
        DnsOptions.requirePort(port);
        DnsOptions.requireServer(server);
    }

    /// Asks the system's servers every 5 seconds for nodes on [Endpoint#PORT].
    public static DnsPoll of(String query) {
        return new DnsPoll(query, Optional.empty(), DnsOptions.POLLING_INTERVAL, Endpoint.PORT, Optional.empty());
    }

    public DnsPoll nodeBasename(String nodeBasename) {
        return new DnsPoll(query, Optional.of(nodeBasename), pollingInterval, port, server);
    }

    public DnsPoll pollingInterval(Duration pollingInterval) {
        return new DnsPoll(query, nodeBasename, pollingInterval, port, server);
    }

    public DnsPoll port(int port) {
        return new DnsPoll(query, nodeBasename, pollingInterval, port, server);
    }

    public DnsPoll server(InetSocketAddress server) {
        return new DnsPoll(query, nodeBasename, pollingInterval, port, Optional.of(server));
    }

    @Override
    public String name() {
        return "DnsPoll";
    }

    @Override
    public Duration interval() {
        return pollingInterval;
    }

    @Override
    public Discovery open(Seat seat) {
        DnsSource source = new DnsSource(
                server,
                "query '" + query + "'",
                "check it, and that nodes are registered under it",
                seat.host().clock());
        return new DnsAddresses(source, DnsOptions.name("query", query), port);
    }
}
