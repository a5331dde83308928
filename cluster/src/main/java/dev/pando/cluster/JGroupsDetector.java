package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;
import java.io.DataInput;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.HashSet;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.blocks.cs.NioConnection;
import org.jgroups.blocks.cs.NioServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ThreadFactory;
import org.jgroups.util.Util;
import org.slf4j.LoggerFactory;

/// The socket failure detector, with bounds on what it reads and on how many connect to it.
///
/// Its connections are plain, also under TLS: it says who it is to whoever connects, and takes nothing but the end of a
/// connection as news. What that makes it suspect is verified over the transport. JGroups has no bounds here: it
/// allocates whatever a stranger's first four bytes say, keeps every connection that says nothing, and makes an object
/// of a class that a header names.
final class JGroupsDetector extends FD_SOCK2 {

    static final int CONNECTIONS_MAX = 128;

    private static final int LENGTH_MAX = 1 << 16;

    private final JGroupsReporter reporter;

    JGroupsDetector(JGroupsReporter reporter) {
        this.reporter = reporter;
        setId(ClassConfigurator.getProtocolId(FD_SOCK2.class));
    }

    @Override
    public String getName() {
        return FD_SOCK2.class.getSimpleName();
    }

    /// Reads the message twice: only one that holds nothing but the detector's own header is left to JGroups' reader.
    @Override
    public void receive(Address sender, DataInput in, int length) throws Exception {
        byte[] frame = new byte[length];
        in.readFully(frame);
        Message message = JGroupsWire.empty(new ByteArrayDataInputStream(frame, 0, length));
        if (message.getNumHeaders() != 1 || !(message.getHeader(id) instanceof FdHeader)) {
            throw new IOException("a message to the failure detector with other headers is not accepted");
        }
        super.receive(sender, new ByteArrayDataInputStream(frame, 0, length), length);
    }

    @Override
    protected NioServer createServer(int[] ports) {
        try {
            NioServer server = new Server(getThreadFactory(), ports[0]);
            server.setMaxLength(LENGTH_MAX);
            server.log(new Errors());
            return server;
        } catch (Exception e) {
            throw new IllegalStateException("port " + ports[0] + ": " + e.getMessage(), e);
        }
    }

    private Set<Address> ofMembers() {
        Set<Address> addresses = new HashSet<>();
        for (Address member : members.getMembers()) {
            addresses.addAll(getPhysicalAddresses(member));
        }
        return addresses;
    }

    /// Where a connection of the server ends with an error; it is said nowhere else.
    private final class Errors extends JGroupsLog {

        Errors() {
            super(LoggerFactory.getLogger(JGroupsDetector.class));
        }

        /// @param args the server's address, the peer's if it has greeted, and the error
        @Override
        public void warn(String format, Object... args) {
            boolean greeted = args.length > 1 && args[1] != null;
            Object origin = greeted ? args[1] : "a connection to the failure detector";
            Object error = args[args.length - 1];
            if (!greeted) {
                reporter.refused(Refusal.GREETING, origin, String.valueOf(error));
            } else {
                reporter.refused(
                        error instanceof IllegalStateException ? Refusal.LENGTH : Refusal.MESSAGE,
                        origin,
                        String.valueOf(error));
            }
        }
    }

    private final class Server extends NioServer {

        private int accepted;

        Server(ThreadFactory threads, int port) throws Exception {
            super(
                    threads,
                    JGroupsDetector.this.getSocketFactory(),
                    bind_addr,
                    port,
                    port,
                    external_addr,
                    external_port,
                    0,
                    "jgroups.nio.server.fd_sock");
        }

        @Override
        protected void handleAccept(SelectionKey key) throws Exception {
            super.handleAccept(key);
            accepted++;
            if (selector.keys().size() > CONNECTIONS_MAX + members.size() || accepted > CONNECTIONS_MAX) {
                accepted = 0;
                clear();
            }
        }

        /// Closes all connections but those of members.
        private void clear() {
            Set<Address> kept = ofMembers();
            int closed = 0;
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof NioConnection connection
                        && (connection.peerAddress() == null || !kept.contains(connection.peerAddress()))) {
                    Util.close(connection);
                    closed++;
                }
            }
            retainAll(kept);
            if (closed > 0) {
                reporter.refused(
                        Refusal.HALF_OPEN,
                        new IpAddress(bind_addr, getActualBindPort()),
                        closed + " connections to the failure detector were in the way");
            }
        }
    }
}
