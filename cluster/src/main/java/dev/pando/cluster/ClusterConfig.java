package dev.pando.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a node takes part in a cluster.
///
/// @param cluster nodes with another cluster name are not seen
/// @param host the address to listen on
/// @param port the port to listen on; `port + 100` is used too, to notice the death of a process at once
/// @param hosts `host:port` of nodes to look for; `name@host:port` is understood. This node itself may be
///     among them.
/// @param cookie the shared secret; the user's own when empty
/// @param tls what the nodes prove themselves with, and encrypt; nothing when empty
/// @param insecure allows an address other than loopback without TLS
/// @param labels what others may want to know of this node, such as its region; they see it with its
///     membership
/// @param messageBytesMax the largest encoded message that is sent, 1 KiB to 24 MiB; a larger one is
///     refused at its sender
public record ClusterConfig(
        String cluster,
        String host,
        int port,
        List<String> hosts,
        Optional<Cookie> cookie,
        Optional<Tls> tls,
        boolean insecure,
        SortedMap<String, String> labels,
        int messageBytesMax) {

    /// 16 MiB.
    public static final int MESSAGE_BYTES_MAX = 16 << 20;

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
        if (!address.isLoopbackAddress() && tls.isEmpty() && !insecure) {
            throw new IllegalArgumentException("host: " + host
                    + " can be reached from other machines, and there is no TLS; give tls, listen on 127.0.0.1, or"
                    + " set insecure");
        }
        hosts.forEach(text -> parse("hosts", text));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        if (messageBytesMax < 1 << 10 || messageBytesMax > 24 << 20) {
            throw new IllegalArgumentException(
                    "messageBytesMax: " + messageBytesMax + " is not between 1 KiB and 24 MiB");
        }
    }

    /// A cluster of this machine's nodes, listening on 127.0.0.1:7800, with the user's cookie.
    public static ClusterConfig of(String cluster) {
        return new ClusterConfig(
                cluster,
                "127.0.0.1",
                PORT,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                Collections.emptySortedMap(),
                MESSAGE_BYTES_MAX);
    }

    public ClusterConfig listen(String host, int port) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, tls, insecure, labels, messageBytesMax);
    }

    public ClusterConfig hosts(List<String> hosts) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, tls, insecure, labels, messageBytesMax);
    }

    public ClusterConfig cookie(Cookie cookie) {
        return new ClusterConfig(
                cluster, host, port, hosts, Optional.of(cookie), tls, insecure, labels, messageBytesMax);
    }

    /// Nodes that prove themselves to each other, and encrypt. The cookie counts as well.
    public ClusterConfig tls(Tls tls) {
        return new ClusterConfig(
                cluster, host, port, hosts, cookie, Optional.of(tls), insecure, labels, messageBytesMax);
    }

    public ClusterConfig insecure(boolean insecure) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, tls, insecure, labels, messageBytesMax);
    }

    /// Adds a label, such as `region` and `us-east`.
    public ClusterConfig label(String key, String value) {
        SortedMap<String, String> more = new TreeMap<>(labels);
        more.put(key, value);
        return new ClusterConfig(cluster, host, port, hosts, cookie, tls, insecure, more, messageBytesMax);
    }

    public ClusterConfig messageBytesMax(int messageBytesMax) {
        return new ClusterConfig(cluster, host, port, hosts, cookie, tls, insecure, labels, messageBytesMax);
    }

    InetAddress address() {
        return resolve(host, "host");
    }

    List<InetSocketAddress> seeds() {
        List<InetSocketAddress> seeds = new ArrayList<>();
        hosts.forEach(text -> seeds.add(parse("hosts", text)));
        return seeds;
    }

    /// @param option what the text was given for
    static InetSocketAddress parse(String option, String text) {
        String endpoint = text.substring(text.indexOf('@') + 1);
        int colon = endpoint.lastIndexOf(':');
        try {
            int port = Integer.parseInt(endpoint.substring(colon + 1));
            if (colon < 1 || port < 1 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new InetSocketAddress(endpoint.substring(0, colon), port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    option + ": '" + text + "' is not host:port, such as 127.0.0.1:" + PORT, e);
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
