package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import dev.pando.cluster.spi.Firewall;
import dev.pando.cluster.spi.Refusal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.Receiver;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// JGroups over TCP.
///
/// Its defaults are not safe for this use. Each setting here that departs from them is there for a reason:
/// one bundler thread for all members lets a hung member freeze the rest; Nagle's algorithm costs 40 ms;
/// without a maximum length a stranger can make the node allocate gigabytes; the creator of object messages
/// runs Java deserialisation before any authentication; the diagnostics handler lets anybody change the
/// stack; the socket failure detector listens on all addresses and blocks the view's thread for long unless
/// told otherwise.
final class JGroupsEngine implements Engine {

    private static final Logger log = LoggerFactory.getLogger(JGroupsEngine.class);
    private static final int BUNDLE_BYTES = 64_000;
    private static final int LENGTH_MAX = 1 << 20;
    /// Parts of a message that is larger than this.
    private static final int FRAGMENT_BYTES = 60_000;
    /// Frames to one member that it has not acknowledged, each of which is kept until then. A full one has about 48 kB
    /// and a fragment 60 kB, so a member that hangs costs 24 MB and not more.
    private static final int WINDOW = 400;

    static {
        JGroupsLog.install();
        JGroupsObjectMessage.install();
    }

    private final ClusterConfig config;
    /// Open to tests, which look at the settings that are really in force.
    final JChannel channel;
    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();
    private final JGroupsTcp tcp;
    private final JGroupsSockets sockets;
    private final JGroupsBundler bundler = new JGroupsBundler(BUNDLE_BYTES);

    private record JGroupsMember(Address address) implements Member {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    JGroupsEngine(ClusterConfig config) {
        this(config, Firewall.open());
    }

    JGroupsEngine(ClusterConfig config, Firewall firewall) {
        this.config = config;
        tcp = new JGroupsTcp(this::refused, firewall);
        sockets = new JGroupsSockets(config.tls().orElse(null), this::refused, tcp::sweepIfCrowded);
        try {
            channel = new JChannel(stack());
        } catch (Exception e) {
            throw new IllegalStateException("the stack cannot be made: " + e.getMessage(), e);
        }
        tcp.getDiagnosticsHandler().setEnabled(false);
    }

    /// For tests.
    JGroupsTcp transport() {
        return tcp;
    }

    private void refused(Refusal kind, Object origin, String why) {
        Listener told = listener.get();
        if (told != null) {
            told.refused(kind, String.valueOf(origin), why);
        }
    }

    private List<Protocol> stack() throws Exception {
        InetAddress address = config.address();
        tcp.setSocketFactory(sockets);
        tcp.setBindAddr(address);
        tcp.setBindPort(config.port());
        tcp.setPortRange(0);
        tcp.tcpNodelay(true);
        tcp.setSockConnTimeout(300);
        tcp.setMaxLength(LENGTH_MAX);
        tcp.useVirtualThreads(true);
        // What is in order is handled by the thread that has read it: another one would only cost time.
        tcp.setMessageProcessingPolicy("direct");
        tcp.setThreadFactory(new JGroupsThreads());
        tcp.setBundler(bundler);
        tcp.setBufferedOutputStreamSize(BUNDLE_BYTES + 1536);

        TCPPING hosts = new TCPPING();
        hosts.setInitialHosts(known(config.seeds()));
        hosts.setPortRange(0);
        hosts.asyncDiscovery(true);
        hosts.returnEntireCache(true);

        FD_SOCK2 detector = new JGroupsDetector(this::refused);
        detector.setBindAddress(address);
        detector.setOffset(ClusterConfig.DETECTOR_OFFSET);
        detector.setPortRange(0);
        detector.setValue("connect_timeout", 300);

        UNICAST4 unicast = new UNICAST4();
        unicast.changeCapacity(WINDOW);
        unicast.setXmitInterval(200);
        unicast.sendAtomically(true);

        NAKACK4 multicast = new NAKACK4();
        multicast.changeCapacity(8192);
        multicast.useMcastXmit(false);

        Cookie cookie = config.cookie().orElseGet(Cookie::ofUser);

        GMS membership = new GMS();
        membership.setJoinTimeout(300);
        membership.setMaxJoinAttempts(10);
        membership.printLocalAddress(false);

        FRAG4 fragments = new FRAG4();
        fragments.setFragSize(FRAGMENT_BYTES);
        return List.of(
                tcp,
                hosts,
                new MERGE3().setMinInterval(500).setMaxInterval(2000),
                detector,
                new FD_ALL3().setTimeout(5000).setInterval(1000),
                // Looks at its suspects every so often, so one is kept for this long, or up to twice as long.
                new VERIFY_SUSPECT2().setTimeout(200),
                multicast,
                unicast,
                new JGroupsAuth(cookie, tcp.guard(), this::refused),
                membership,
                fragments);
    }

    /// JGroups takes an address that it cannot resolve for its own machine.
    private static List<InetSocketAddress> known(List<InetSocketAddress> seeds) {
        return seeds.stream()
                .filter(seed -> {
                    if (seed.isUnresolved()) {
                        log.warn("hosts: {} is unknown, and not looked for", seed.getHostString());
                    }
                    return !seed.isUnresolved();
                })
                .toList();
    }

    @Override
    public void join(Listener joined) {
        listener.set(joined);
        channel.setReceiver(new Receiver() {
            @Override
            public void receive(Message message) {
                joined.frame(new JGroupsMember(message.getSrc()), bytes(message));
            }

            @Override
            public void viewAccepted(org.jgroups.View view) {
                log.debug("view {}", view);
                joined.view(new View(view.getMembers().stream()
                        .map(address -> (Member) new JGroupsMember(address))
                        .toList()));
            }
        });
        try {
            channel.connect(config.cluster());
        } catch (Exception e) {
            close();
            throw new IllegalStateException(
                    "cannot join cluster '" + config.cluster() + "' from " + config.host() + ":" + config.port() + ": "
                            + remedy(e),
                    e);
        }
    }

    private String remedy(Exception failure) {
        String why = failure.getMessage();
        return switch (failure) {
            case SecurityException _ -> "its nodes have another cookie; give this one the same (" + why + ")";
            case BindException _ ->
                "port " + config.port() + " is taken, or the address is not of this machine (" + why + ")";
            default ->
                why + " (port " + config.port() + " and port " + (config.port() + ClusterConfig.DETECTOR_OFFSET)
                        + " must be free)";
        };
    }

    private static byte[] bytes(Message message) {
        if (!message.hasArray()) {
            return new byte[0];
        }
        if (message.getOffset() == 0 && message.getLength() == message.getArray().length) {
            // As it is made for each message that comes from the wire.
            return message.getArray();
        }
        byte[] data = new byte[message.getLength()];
        System.arraycopy(message.getArray(), message.getOffset(), data, 0, data.length);
        return data;
    }

    @Override
    public Member self() {
        return new JGroupsMember(channel.getAddress());
    }

    /// Two groups that know each other's addresses merge at the next round of MERGE3, or here: each tells
    /// the other who it is with, and the next call compares.
    @Override
    public synchronized void seek(InetSocketAddress address) {
        MERGE3 merging = channel.getProtocolStack().findProtocol(MERGE3.class);
        TCPPING known = channel.getProtocolStack().findProtocol(TCPPING.class);
        PhysicalAddress wanted = new IpAddress(address.getAddress(), address.getPort());
        List<PhysicalAddress> hosts = new ArrayList<>(known.getInitialHosts());
        if (hosts.contains(wanted)) {
            merging.checkInconsistencies();
        } else {
            hosts.add(wanted);
            known.setInitialHosts2(hosts);
        }
        merging.sendInfo();
    }

    /// Those that it was started with stay.
    @Override
    public synchronized void forget(InetSocketAddress address) {
        TCPPING known = channel.getProtocolStack().findProtocol(TCPPING.class);
        PhysicalAddress unwanted = new IpAddress(address.getAddress(), address.getPort());
        List<PhysicalAddress> hosts = new ArrayList<>(known.getInitialHosts());
        if (!config.seeds().contains(address) && hosts.remove(unwanted)) {
            known.setInitialHosts2(hosts);
        }
    }

    @Override
    public Optional<InetSocketAddress> address(Member member) {
        Object physical = channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, ((JGroupsMember) member).address()));
        return physical instanceof IpAddress ip
                ? Optional.of(new InetSocketAddress(ip.getIpAddress(), ip.getPort()))
                : Optional.empty();
    }

    @Override
    public void send(Member to, byte[] frame) {
        try {
            JGroupsFrame message = new JGroupsFrame(((JGroupsMember) to).address(), frame);
            channel.send(message);
            if (message.isHeld()) {
                bundler.write(message);
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot send to " + to + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        channel.close();
        // The transport's socket stays open when a protocol above it could not start.
        sockets.close();
    }
}
