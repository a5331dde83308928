package dev.pando.cluster;

import org.jgroups.Address;
import org.jgroups.BytesMessage;

/// A message that whoever sends it also writes to the socket, once it has passed the stack.
///
/// A thread of the transport would cost a change of threads each way. It is not written inside of the stack, where a
/// lock is held that others need who send to the same member: one that reads nothing would stop them, too.
final class JGroupsFrame extends BytesMessage {

    private final Thread writer = Thread.currentThread();
    private boolean held;

    JGroupsFrame(Address destination, byte[] frame) {
        super(destination, frame);
    }

    /// At the bottom of the stack: whether it is left to its sender. Not when it is sent again.
    boolean hold() {
        boolean first = Thread.currentThread() == writer && !held;
        if (first) {
            held = true;
        }
        return first;
    }

    /// For its sender: whether it has passed the stack, and is to be written.
    boolean isHeld() {
        return held;
    }
}
