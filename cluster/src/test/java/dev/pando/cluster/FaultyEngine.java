package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An engine in this JVM that does what the test says: a view comes when the test sets it, and the wire to
/// another member can lose, hold, hang or break. What is on the wire when a member leaves still arrives.
/// Each wire delivers on a thread of its own. It is its own member.
final class FaultyEngine implements Engine, Engine.Member {

    private final String label;
    private final Map<FaultyEngine, Wire> wires = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();
    private volatile boolean closed;

    FaultyEngine(String label) {
        this.label = label;
    }

    /// All see all, the first of them as the oldest.
    static void meet(FaultyEngine... members) {
        for (FaultyEngine member : members) {
            member.sees(members);
        }
    }

    /// Installs a view on this member only.
    void sees(FaultyEngine... members) {
        Listener joined = listener.get();
        if (joined != null) {
            joined.view(new View(List.of(members)));
        }
    }

    /// The wire from here to there.
    Wire to(FaultyEngine other) {
        return wires.computeIfAbsent(other, Wire::new);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void join(Listener joined) {
        listener.set(joined);
        sees(this);
    }

    @Override
    public Member self() {
        return this;
    }

    @Override
    public void send(Member to, byte[] frame) {
        to((FaultyEngine) to).send(frame);
    }

    @Override
    public void close() {
        closed = true;
        wires.values().forEach(Wire::close);
    }

    @Override
    public String toString() {
        return label;
    }

    final class Wire {
        private final FaultyEngine target;
        private final Deque<byte[]> frames = new ArrayDeque<>();
        private int losses;
        private int blocked;
        private boolean cut;
        private boolean held;
        private boolean hanging;
        private boolean broken;
        private Optional<Error> failure = Optional.empty();

        private Wire(FaultyEngine target) {
            this.target = target;
            Thread.ofVirtual().name("wire " + label + " to " + target).start(this::deliverAll);
        }

        /// Frames are lost from now on.
        synchronized void cut(boolean on) {
            cut = on;
        }

        /// The next frames are lost.
        synchronized void lose(int count) {
            losses = count;
        }

        synchronized boolean hasLostAll() {
            return losses == 0;
        }

        synchronized boolean isCarrying() {
            return !frames.isEmpty();
        }

        /// Whether somebody is blocked in `send`.
        synchronized boolean isHolding() {
            return blocked > 0;
        }

        /// Frames wait until this is taken back.
        synchronized void hold(boolean on) {
            held = on;
            notifyAll();
        }

        /// `send` blocks.
        synchronized void hang(boolean on) {
            hanging = on;
            notifyAll();
        }

        /// `send` throws.
        synchronized void broken(boolean on) {
            broken = on;
        }

        /// The next `send` throws this.
        synchronized void fail(Error once) {
            failure = Optional.of(once);
        }

        private synchronized void send(byte[] frame) {
            Optional<Error> due = failure;
            failure = Optional.empty();
            if (due.isPresent()) {
                throw due.get();
            }
            blocked++;
            waitWhile(() -> hanging && !closed);
            blocked--;
            if (closed || broken) {
                throw new IllegalStateException("no wire to " + target);
            }
            if (losses > 0) {
                losses--;
            } else if (!cut) {
                frames.add(frame);
                notifyAll();
            }
        }

        private synchronized void close() {
            notifyAll();
        }

        private void deliverAll() {
            while (true) {
                byte[] frame;
                synchronized (this) {
                    waitWhile(() -> !closed && (held || frames.isEmpty()));
                    if (held || frames.isEmpty()) {
                        return;
                    }
                    frame = frames.remove();
                }
                Listener there = target.listener.get();
                if (there != null && !target.closed) {
                    there.frame(FaultyEngine.this, frame);
                }
            }
        }

        private synchronized void waitWhile(BooleanSupplier condition) {
            try {
                while (condition.getAsBoolean()) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
