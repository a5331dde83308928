package dev.pando.cluster.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// One UDP socket that speaks and listens. It is bound to all addresses: on most systems one that
/// is bound to the address of an interface hears neither multicast nor broadcast.
final class GossipSocket implements Closeable {

    private final Gossip options;
    private final GossipInterfaces interfaces;
    private final DatagramChannel channel;

    /// The interfaces that are listened on, with their index.
    private final SortedMap<String, Integer> joined = new TreeMap<>();

    /// Where a packet is sent.
    ///
    /// @param through empty when the system chooses
    private record Way(Optional<NetworkInterface> through, InetSocketAddress to) {}

    private GossipSocket(Gossip options, DatagramChannel channel) {
        this.options = options;
        this.channel = channel;
        interfaces = new GossipInterfaces(options);
    }

    /// @throws IOException when an option does not fit this machine, or the port is taken
    static GossipSocket open(Gossip options) throws IOException {
        boolean six = options.group() instanceof Inet6Address;
        DatagramChannel channel =
                DatagramChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        GossipSocket socket = new GossipSocket(options, channel);
        try {
            socket.bind(InetAddress.ofLiteral(six ? "::" : "0.0.0.0"));
            socket.join();
            socket.ways();
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void bind(InetAddress wildcard) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.multicastTtl());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
        try {
            channel.bind(new InetSocketAddress(wildcard, options.port()));
        } catch (IOException e) {
            throw new IOException(
                    "port: UDP port " + options.port() + " cannot be listened on (" + e.getMessage()
                            + "); end the program that has it to itself, or give all nodes another one",
                    e);
        }
    }

    /// Listens on the interfaces that there are by now; joining one again does no harm.
    ///
    /// @throws IOException when none of them can be listened on
    private void join() throws IOException {
        List<NetworkInterface> heard = interfaces.heard();
        if (options.broadcastOnly()) {
            return;
        }
        IOException failure = null;
        for (NetworkInterface each : heard) {
            try {
                channel.join(options.group(), each);
                joined.putIfAbsent(each.getName(), each.getIndex());
            } catch (IOException e) {
                failure = new IOException(
                        "multicast to " + options.multicastAddr() + " cannot be heard on " + each.getName() + " ("
                                + e.getMessage() + "); give another interface, or broadcastOnly",
                        e);
            }
        }
        if (failure != null && joined.isEmpty()) {
            throw failure;
        }
    }

    /// The channel may believe that it listens on an interface which went and came back, and not do
    /// so.
    private void checkJoined() throws IOException {
        for (NetworkInterface each : interfaces.heard()) {
            int index = joined.getOrDefault(each.getName(), each.getIndex());
            if (index != each.getIndex()) {
                throw new IOException("the interface " + each.getName() + " was made anew; it is listened on again"
                        + " when gossip is opened again");
            }
        }
    }

    /// Sends a packet each way, a new one every time.
    ///
    /// @throws IOException when it could not be sent in any way
    void send(Supplier<byte[]> packets) throws IOException {
        checkJoined();
        join();
        IOException failure = null;
        int sent = 0;
        for (Way way : ways()) {
            try {
                if (way.through.isPresent()) {
                    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, way.through.get());
                }
                channel.send(ByteBuffer.wrap(packets.get()), way.to);
                sent++;
            } catch (IOException e) {
                failure = new IOException("no heartbeat can be sent to " + text(way) + ": " + e.getMessage(), e);
            }
        }
        if (failure != null && sent == 0) {
            throw failure;
        }
    }

    private static String text(Way way) {
        String to = way.to.getAddress().getHostAddress() + ":" + way.to.getPort();
        return way.through.map(through -> to + " on " + through.getName()).orElse(to);
    }

    private List<Way> ways() throws IOException {
        return options.broadcastOnly() ? broadcasts() : multicasts();
    }

    private List<Way> multicasts() throws IOException {
        InetSocketAddress group = new InetSocketAddress(options.group(), options.port());
        return interfaces.spoken().stream()
                .map(each -> new Way(Optional.of(each), group))
                .toList();
    }

    private List<Way> broadcasts() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        if (options.multicastIf().isEmpty()) {
            addresses.add(InetAddress.ofLiteral("255.255.255.255"));
        }
        for (NetworkInterface each : interfaces.spoken()) {
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                InetAddress broadcast = address.getBroadcast();
                if (broadcast != null) {
                    addresses.add(broadcast);
                }
            }
        }
        if (addresses.isEmpty()) {
            throw new IOException("multicastIf: " + options.multicastIf().orElse("none")
                    + " has no broadcast address; give another interface, or not broadcastOnly");
        }
        return addresses.stream()
                .distinct()
                .map(address -> new Way(Optional.empty(), new InetSocketAddress(address, options.port())))
                .toList();
    }

    /// Blocks until a packet comes.
    InetSocketAddress receive(ByteBuffer into) throws IOException {
        return (InetSocketAddress) channel.receive(into);
    }

    /// Ends a [#receive] that waits.
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
