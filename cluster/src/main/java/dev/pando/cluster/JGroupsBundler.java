package dev.pando.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;

/// A bundler with a thread for each member, so that one that hangs holds up no other.
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
