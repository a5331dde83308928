package dev.pando.cluster.discovery;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// Nodes that say by UDP where they listen, to whoever hears it: no list of hosts and no server is
/// needed, only a network that lets multicast or broadcast through, which those of most clouds do
/// not.
///
/// A node speaks when it starts and then every 1 to 5 seconds, by chance. Whoever is heard counts
/// for 30 seconds after it was heard last. A node that listens on all addresses is looked for at
/// the one that its heartbeats come from.
///
/// With a secret, heartbeats are encrypted and authenticated (AES-256-GCM), those of nodes without
/// it do not count, and neither do those whose time is more than 60 seconds from this node's, so
/// clocks must agree that far. Without one, anybody on the network can read where nodes listen,
/// and make this node try to connect wherever they like.
///
/// Who hears a heartbeat can send it again, within these 60 seconds, to nodes that have not heard
/// it. That makes them try to connect to a node that is gone, or, when it listens on all
/// addresses, to whoever sent it again. Nothing else comes of it: whether a connection is taken is
/// decided by the cookie or TLS.
///
/// What is no heartbeat of this kind is ignored, counted, and logged once a minute with its
/// origin. [TopologyStatus#refused] tells the counts:
///
/// | kind | a packet that |
/// |---|---|
/// | `FOREIGN` | is not of this protocol, or of another version of it |
/// | `SECRET` | was made with another secret, or with none, or changed on its way |
/// | `TIME` | has a time too far from this node's |
/// | `REPEATED` | was heard before, or a later one was |
/// | `ELSEWHERE` | names a node that can be reached on its own machine only, which is another one |
/// | `FULL` | came when 1,000 nodes were kept in mind already |
///
/// @param port the UDP port on which all nodes speak and listen; several nodes of a machine share
///     it
/// @param ifAddr an address of the interface to listen on; all of them when it is `0.0.0.0` or
///     `::`
/// @param multicastAddr the group, of IPv4 or IPv6
/// @param multicastIf the interface to speak on, by its address or name; when empty, each that is
///     listened on. Then those count that can multicast, other than loopback, and loopback when
///     there is none
/// @param multicastTtl how many networks a heartbeat may cross, up to 255; with 0 it stays on the
///     machine
/// @param broadcastOnly speaks by broadcast in place of multicast: to `255.255.255.255` and to the
///     broadcast addresses of the interfaces; with `multicastIf`, to those of this one only
/// @param secret at least 12 characters, the same on all nodes
public record Gossip(
        int port,
        String ifAddr,
        String multicastAddr,
        Optional<String> multicastIf,
        int multicastTtl,
        boolean broadcastOnly,
        Optional<String> secret)
        implements DiscoveryStrategy {

    private static final int PORT = 45_892;
    private static final int PORT_MAX = 65_535;
    private static final int TTL_MAX = 255;
    private static final int SECRET_MIN = 12;
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    public Gossip {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
        if (multicastTtl < 0 || multicastTtl > TTL_MAX) {
            throw new IllegalArgumentException("multicastTtl: " + multicastTtl + " is not between 0 and " + TTL_MAX);
        }
        InetAddress group = Literals.address("multicastAddr", multicastAddr);
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("multicastAddr: " + multicastAddr
                    + " is not a multicast address; those of IPv4 are 224.0.0.0 to 239.255.255.255");
        }
        InetAddress heard = Literals.address("ifAddr", ifAddr);
        if (!heard.isAnyLocalAddress() && (heard instanceof Inet6Address) != (group instanceof Inet6Address)) {
            throw new IllegalArgumentException("ifAddr: " + ifAddr + " and multicastAddr " + multicastAddr
                    + " must both be of IPv4 or both of IPv6");
        }
        if (broadcastOnly && group instanceof Inet6Address) {
            throw new IllegalArgumentException(
                    "broadcastOnly: IPv6 has no broadcast; give a multicastAddr of IPv4, not " + multicastAddr);
        }
        if (multicastIf.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("multicastIf: it is blank; give an interface, such as eth0, or none");
        }
        if (secret.filter(text -> text.length() < SECRET_MIN).isPresent()) {
            throw new IllegalArgumentException("secret: it needs at least " + SECRET_MIN + " characters");
        }
    }

    /// On port 45892 of all interfaces, in group 233.252.1.32 with a TTL of 1, without a secret.
    public static Gossip of() {
        return new Gossip(PORT, "0.0.0.0", "233.252.1.32", Optional.empty(), 1, false, Optional.empty());
    }

    public Gossip port(int port) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, secret);
    }

    public Gossip ifAddr(String ifAddr) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, secret);
    }

    public Gossip multicastAddr(String multicastAddr) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, secret);
    }

    public Gossip multicastIf(String multicastIf) {
        return new Gossip(port, ifAddr, multicastAddr, Optional.of(multicastIf), multicastTtl, broadcastOnly, secret);
    }

    public Gossip multicastTtl(int multicastTtl) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, secret);
    }

    public Gossip broadcastOnly(boolean broadcastOnly) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, secret);
    }

    public Gossip secret(String secret) {
        return new Gossip(port, ifAddr, multicastAddr, multicastIf, multicastTtl, broadcastOnly, Optional.of(secret));
    }

    @Override
    public String name() {
        return "Gossip";
    }

    @Override
    public Duration interval() {
        return INTERVAL;
    }

    @Override
    public Discovery open(Seat seat) throws IOException {
        return GossipDiscovery.open(this, seat);
    }

    InetAddress group() {
        return InetAddress.ofLiteral(multicastAddr);
    }

    /// The options without the secret.
    @Override
    public String toString() {
        return "Gossip[port=" + port + ", ifAddr=" + ifAddr + ", multicastAddr=" + multicastAddr + ", multicastIf="
                + multicastIf.orElse("none") + ", multicastTtl=" + multicastTtl + ", broadcastOnly=" + broadcastOnly
                + ", secret=" + (secret.isPresent() ? "hidden" : "none") + "]";
    }
}
