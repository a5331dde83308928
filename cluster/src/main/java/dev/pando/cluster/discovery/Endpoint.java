package dev.pando.cluster.discovery;

import java.util.Objects;

/// Where a node listens. Says nothing of who it is: identity and address are separate things.
///
/// @param host an address, or a name that is looked up when it is connected to
/// @param port 1 to 65,535
public record Endpoint(String host, int port) implements Comparable<Endpoint> {

    /// The port of a node whose port is not given.
    public static final int PORT = 7800;

    /// How many ports, from [#PORT] on, nodes of one machine share: 7800 to 7809.
    public static final int PORTS = 10;

    private static final int PORT_MAX = 65_535;

    public Endpoint {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty() || host.chars().anyMatch(c -> Character.isWhitespace(c) || c == '@' || c == '/')) {
            throw new IllegalArgumentException("host: '" + host + "' is neither an address nor a name of a host");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
    }

    /// Reads `host`, `host:port`, `[address]:port` for IPv6, each with `name@` before it or without.
    ///
    /// @param option what the text was given for, for the message when it cannot be read
    /// @throws IllegalArgumentException when it cannot
    public static Endpoint parse(String option, String text) {
        String place = text.substring(text.indexOf('@') + 1).strip();
        int colon = place.lastIndexOf(':');
        boolean bare = colon < 0 || place.endsWith("]") || (place.indexOf(':') != colon && !place.startsWith("["));
        try {
            return bare
                    ? new Endpoint(unbracketed(place), PORT)
                    : new Endpoint(
                            unbracketed(place.substring(0, colon)), Integer.parseInt(place.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + ": '" + text + "' is not host:port, such as 10.0.0.1:" + PORT + ", or a host", e);
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public int compareTo(Endpoint other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    /// `host:port`, as [#parse] reads it.
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
