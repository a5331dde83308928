package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.regex.Pattern;

/// What a node says of itself.
///
/// @param id of this start of the node, drawn by chance
/// @param count grows with each heartbeat of this start
/// @param sent by the sender's clock, to a millisecond
/// @param host where it listens; empty when the address that the heartbeat comes from is meant
record Heartbeat(long id, long count, Instant sent, String host, int port) implements Heard {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:%_-]{0,253}");
    private static final int PORT_MAX = 65_535;

    Heartbeat {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host: it is not an address or name of up to 253 letters, digits and .:%_-");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
    }

    /// Where the sender listens.
    Endpoint endpoint(InetSocketAddress origin) {
        return new Endpoint(host.isEmpty() ? origin.getAddress().getHostAddress() : host, port);
    }
}
