package dev.pando.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a node takes part in a cluster.
///
/// @param cluster nodes with another cluster name are not seen
/// @param host the address to listen on
/// @param port the port to listen on; `port + 100` is used too, to notice the death of a process at once
/// @param hosts `host:port` of nodes to look for; `name@host:port` is understood. This node itself may be among
///     them.
/// @param cookie the shared secret; the user's own when empty
/// @param insecure allows an address other than loopback without TLS
public record ClusterConfig(
        String cluster, String host, int port, List<String> hosts, Optional<Cookie> cookie, boolean insecure) {

    /// The distance to the port of the failure detector.
    static final int DETECTOR_OFFSET = 100;

    private static final int PORT = 7800;
    private static final int PORT_MAX = 65_535 - DETECTOR_OFFSET;

    public ClusterConfig {
        hosts = List.copyOf(hosts);
        if (cluster.isBlank()) {
            throw new IllegalArgumentException(
                    "cluster: the name is blank; give the cluster one, the same on all its nodes");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
        InetAddress address = resolve(host, "host");
        if (!address.isLoopbackAddress() && !insecure) {
            throw new IllegalArgumentException("host: " + host
                    + " can be reached from other machines, and there is no TLS; listen on 127.0.0.1, or set insecure");
        }
        hosts.forEach(ClusterConfig::parse);
    }

    /// A cluster of this machine's nodes, listening on 127.0.0.1:7800, with the user's cookie.
    public static ClusterConfig of(String cluster) {
        return new ClusterConfig(cluster, "127.0.0.1", PORT, List.of(), Optional.empty(), false);
    }

    public ClusterConfig listen(String host, int port) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, insecure);
    }

    public ClusterConfig hosts(List<String> hosts) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, insecure);
    }

    public ClusterConfig cookie(Cookie cookie) {
        return new ClusterConfig(cluster, host, port, hosts, Optional.of(cookie), insecure);
    }

    public ClusterConfig insecure(boolean insecure) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, insecure);
    }

    InetAddress address() {
        return resolve(host, "host");
    }

    List<InetSocketAddress> seeds() {
        List<InetSocketAddress> seeds = new ArrayList<>();
        hosts.forEach(text -> seeds.add(parse(text)));
        return seeds;
    }

    private static InetSocketAddress parse(String text) {
        String endpoint = text.substring(text.indexOf('@') + 1);
        int colon = endpoint.lastIndexOf(':');
        try {
            int port = Integer.parseInt(endpoint.substring(colon + 1));
            if (colon < 1 || port < 1 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new InetSocketAddress(endpoint.substring(0, colon), port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("hosts: '" + text + "' is not host:port, such as 127.0.0.1:" + PORT, e);
        }
    }

    private static InetAddress resolve(String host, String option) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    option + ": " + host + " is unknown; give an address of this machine, such as 127.0.0.1", e);
        }
    }
}
