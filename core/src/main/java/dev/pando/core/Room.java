package dev.pando.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The bound of one mailbox, and the senders of this node that wait for room in it.
///
/// Senders look at the length and then put, each by itself, so the bound may be exceeded by as many messages as
/// there are senders at that moment.
final class Room {

    private final Mailbox mailbox;
    private final int max;
    private final Deque<Thread> waiting = new ArrayDeque<>();

    Room(Mailbox mailbox, int max) {
        this.mailbox = mailbox;
        this.max = max;
    }

    boolean isFull() {
        return mailbox.length() >= max;
    }

    /// Waits for room for a message of the calling thread; `false` when there is none until the deadline. What ends
    /// the receiver makes room.
    boolean await(LocalProcess receiver, long deadlineNanos) {
        LocalProcess sender = Self.orNull();
        if (sender == receiver || !isFull()) {
            return true;
        }
        Thread self = Thread.currentThread();
        if (sender != null) {
            sender.setAlarm(deadlineNanos);
        }
        try {
            while (queue(self, receiver)) {
                if (receiver.node.host().clock().nanos() - deadlineNanos >= 0) {
                    return false;
                }
                park(receiver.node, sender, deadlineNanos);
            }
            return true;
        } finally {
            leave(self);
            if (sender != null) {
                sender.endAlarm(deadlineNanos);
            }
        }
    }

    private static void park(Node node, @Nullable LocalProcess sender, long deadlineNanos) {
        if (sender != null) {
            sender.park();
            sender.check();
            return;
        }
        node.parkUntil(deadlineNanos);
        if (Thread.currentThread().isInterrupted()) {
            throw new ExitException(ExitReason.killed(), "interrupted while waiting for room in a mailbox");
        }
    }

    /// Puts a sender into the queue; `false` when it need not wait.
    private synchronized boolean queue(Thread sender, LocalProcess receiver) {
        boolean waits = isFull() && receiver.endedFor().isEmpty();
        if (waits && !waiting.contains(sender)) {
            waiting.add(sender);
        }
        return waits;
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized void leave(Thread sender) {
        waiting.remove(sender);
    }

    /// The receiver has taken a message: one sender may go on.
    void tookOne(Node node) {
        Thread next;
        synchronized (this) {
            next = isFull() ? null : waiting.poll();
        }
        if (next != null) {
            node.host().scheduler().unpark(next);
        }
    }

    /// The receiver has ended.
    void open(Node node) {
        Deque<Thread> all;
        synchronized (this) {
            all = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        all.forEach(node.host().scheduler()::unpark);
    }
}
