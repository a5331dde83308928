package dev.pando.cluster;

import dev.pando.cluster.spi.Firewall;
import dev.pando.cluster.spi.Refusal;
import java.io.DataInput;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/// TCP that has read a frame before it looks inside, and looks inside itself.
///
/// JGroups reads messages from the socket itself and takes the lengths inside a frame on trust: a stranger's frame of
/// a few bytes would make the node allocate gigabytes, and keep them for as long as the rest does not come. It would
/// also take what is left of a refused message for the next frame. And it keeps connections, locks and sending threads
/// for strangers until they are members that leave, so what is left of them is swept away from time to time.
final class JGroupsTcp extends TCP {

    private static final byte LIST = 1;
    private static final byte MULTICAST = 2;
    private static final int HEAD_BYTES = Short.BYTES + Byte.BYTES;
    /// Frames that are packed full are not longer, and read at once.
    private static final int WHOLE_BYTES = 64 << 10;
    private static final int PIECE_BYTES = 8 << 10;
    private static final int CONNECTIONS_MAX = 512;
    private static final long SWEEP_SECONDS = 10;
    private static final long GOODBYE_MILLIS = 500;

    private final JGroupsReporter reporter;
    private final Firewall firewall;
    private final JGroupsGuard guard;
    private volatile @Nullable Future<?> sweeping;
    private Set<Address> lastSwept = Set.of();

    JGroupsTcp(JGroupsReporter reporter, Firewall firewall) {
        this.reporter = reporter;
        this.firewall = firewall;
        this.guard = new JGroupsGuard(reporter);
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    @Override
    public String getName() {
        return TCP.class.getSimpleName();
    }

    @Override
    public void start() throws Exception {
        super.start();
        // Looked at here, where it is counted.
        srv.setMaxLength(0);
        sweeping = getTimer().scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void stop() {
        Future<?> task = sweeping;
        if (task != null) {
            task.cancel(true);
        }
        super.stop();
    }

    /// Lets a peer that reads nothing hold the end up for a moment only.
    @Override
    protected void handleDisconnect() {
        List<Connection> open = new ArrayList<>();
        srv.forAllConnections((_, connection) -> open.add(connection));
        Future<?> impatience =
                getTimer().schedule(() -> open.forEach(this::end), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        super.handleDisconnect();
        impatience.cancel(false);
    }

    JGroupsGuard guard() {
        return guard;
    }

    // ---- what comes in

    /// @param length negative, or as many bytes as follow
    @Override
    public void receive(Address sender, DataInput in, int length) throws Exception {
        if (length < 0 || length > getMaxLength()) {
            reporter.refused(Refusal.LENGTH, sender, "a frame of " + length + " bytes; " + getMaxLength() + " may be");
            throw new EOFException("refused");
        }
        byte[] frame = read(in, length);
        if (admits(sender)) {
            receive(sender, frame, 0, length);
        }
    }

    /// A long frame costs memory as it comes: many who only announce one would otherwise take the heap.
    private static byte[] read(DataInput in, int length) throws IOException {
        byte[] frame = new byte[length <= WHOLE_BYTES ? length : PIECE_BYTES];
        in.readFully(frame);
        while (frame.length < length) {
            int read = frame.length;
            frame = Arrays.copyOf(frame, Math.min(length, 2 * read));
            in.readFully(frame, read, frame.length - read);
        }
        return frame;
    }

    private boolean admits(Address sender) {
        return !(sender instanceof IpAddress endpoint)
                || firewall.admits(new InetSocketAddress(endpoint.getIpAddress(), endpoint.getPort()));
    }

    @Override
    public void receive(Address sender, byte[] data, int offset, int length) {
        if (Objects.equals(local_physical_addr, sender)) {
            return;
        }
        try {
            read(sender, new ByteArrayDataInputStream(data, offset, length), length);
        } catch (IOException | RuntimeException e) {
            reporter.refused(Refusal.MESSAGE, sender, String.valueOf(e.getMessage()));
        }
    }

    private void read(Address sender, ByteArrayDataInputStream in, int length) throws IOException {
        if (length < HEAD_BYTES) {
            throw new IOException("a frame of " + length + " bytes says nothing");
        }
        short version = in.readShort();
        if (!Version.isBinaryCompatible(version)) {
            throw new IOException("the version of the engine is another one: " + Version.print(version));
        }
        byte flags = in.readByte();
        boolean multicast = (flags & MULTICAST) != 0;
        if ((flags & LIST) != 0) {
            JGroupsWire.Batch batch = JGroupsWire.batch(in);
            if (multicast || !unicastDestMismatch(batch.destination())) {
                process(sender, batch, multicast);
            }
        } else {
            Message message = JGroupsWire.message(in);
            if ((multicast || !unicastDestMismatch(message.getDest())) && guard.admits(message, sender)) {
                msg_processing_policy.process(message, message.isFlagSet(Message.Flag.OOB));
                msg_stats.received(message);
            }
        }
    }

    private void process(Address sender, JGroupsWire.Batch batch, boolean multicast) {
        List<Message> regular = new ArrayList<>();
        List<Message> unordered = new ArrayList<>();
        for (Message message : batch.messages()) {
            if (guard.admits(message, sender)) {
                (message.isFlagSet(Message.Flag.OOB) ? unordered : regular).add(message);
            }
        }
        process(batch, multicast, unordered, MessageBatch.Mode.OOB);
        process(batch, multicast, regular, MessageBatch.Mode.REG);
    }

    private void process(JGroupsWire.Batch batch, boolean multicast, List<Message> messages, MessageBatch.Mode mode) {
        if (messages.isEmpty()) {
            return;
        }
        MessageBatch passed = new MessageBatch(
                batch.destination(), batch.source(), batch.cluster(), multicast, mode, messages.size());
        messages.forEach(passed::add);
        msg_stats.received(passed);
        msg_processing_policy.process(passed, mode == MessageBatch.Mode.OOB);
    }

    // ---- what those leave behind who are no members

    /// Ends the connections of others, and not in this thread, which is the one that installs a view.
    @Override
    public void retainAll(Collection<Address> members) {
        srv.forAllConnections((peer, connection) -> {
            if (!members.contains(peer)) {
                getTimer().execute(() -> end(connection));
            }
        });
    }

    /// Ends a connection at once. JGroups says goodbye on it first, and so waits until the peer reads: that of a peer
    /// which hangs or is cut off, and whose socket is full, would end when the peer comes back.
    private void end(Connection connection) {
        try {
            connection.close(false);
        } catch (IOException e) {
            log.debug("the connection to {} has not ended well", connection.peerAddress(), e);
        }
        srv.closeConnection(connection, false);
    }

    @Override
    public Object down(Event event) {
        Object result = super.down(event);
        if (event.getType() == Event.VIEW_CHANGE) {
            guard.viewChanged(members);
        }
        return result;
    }

    /// A connection was accepted.
    ///
    /// @param open how many are, this one included
    /// @param total how many were since the last time that this said `true`
    boolean sweepIfCrowded(int open, int total) {
        if (open <= CONNECTIONS_MAX + members.size() && total <= CONNECTIONS_MAX) {
            return false;
        }
        getTimer().execute(() -> retainAll(ofMembers()));
        return true;
    }

    /// Closes the connections of those who have not become members since the last time.
    void sweep() {
        if (srv == null) {
            return;
        }
        Set<Address> members = ofMembers();
        Set<Address> strangers = new HashSet<>();
        srv.forAllConnections((peer, connection) -> {
            if (members.contains(peer)) {
                return;
            }
            if (lastSwept.contains(peer)) {
                end(connection);
            } else {
                strangers.add(peer);
            }
        });
        lastSwept = strangers;
        if (getBundler() instanceof JGroupsBundler bundler) {
            bundler.sweep(this.members);
        }
    }

    private Set<Address> ofMembers() {
        Set<Address> addresses = new HashSet<>();
        for (Address member : members) {
            PhysicalAddress address = getPhysicalAddressFromCache(member);
            if (address != null) {
                addresses.add(address);
            }
        }
        return addresses;
    }
}
