package dev.pando.cluster;

import static org.jgroups.protocols.TP.MSG_OVERHEAD;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.util.ByteArrayDataOutputStream;

/// A bundler with a thread for each member, so that one that hangs holds up no other. What is sent for the first time
/// in a [JGroupsFrame] is written by its sender instead.
///
/// JGroups' own starts such a thread for a message that comes after it was stopped, and nobody ends it; nor the one for
/// an answer to somebody who never becomes a member.
final class JGroupsBundler extends PerDestinationBundler {

    private volatile boolean running;
    private Set<Address> lastSwept = Set.of();

    JGroupsBundler(int sizeMax) {
        setMaxSize(sizeMax);
        useSingleSenderThread(false);
        removeDelay(200);
    }

    @Override
    public void start() {
        running = true;
        super.start();
    }

    @Override
    public void stop() {
        running = false;
        super.stop();
    }

    @Override
    public void send(Message message) throws Exception {
        if (!(message instanceof JGroupsFrame frame && frame.hold())) {
            super.send(message);
        }
    }

    /// Writes a message that has passed the stack. Waits while the member's socket is full. What cannot be written is
    /// sent again later, as what gets lost on the way.
    void write(JGroupsFrame frame) {
        Address member = frame.getDest();
        try {
            sendSingleMessage(member, frame, new ByteArrayDataOutputStream(frame.size() + MSG_OVERHEAD));
        } catch (Exception e) {
            log.trace("cannot write to %s: %s", member, e.getMessage());
        }
    }

    @Override
    public void doSend(Message message) throws Exception {
        if (running) {
            super.doSend(message);
        }
        if (!running) {
            // Stopped meanwhile, and perhaps before the thread was there.
            super.stop();
        }
    }

    /// Ends the threads for those who have not become members since the last time.
    void sweep(Collection<Address> members) {
        List<Address> strangers = new ArrayList<>(dests.keySet());
        strangers.removeIf(peer -> peer.equals(NULL) || members.contains(peer));
        List<Address> gone = strangers.stream().filter(lastSwept::contains).toList();
        removeLeftMembers(gone);
        strangers.removeAll(gone);
        lastSwept = new HashSet<>(strangers);
    }

    /// For tests.
    int threads() {
        return dests.size();
    }
}
