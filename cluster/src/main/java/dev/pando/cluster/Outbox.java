package dev.pando.cluster;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Transport.Sent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What waits to be sent to one member: control frames first, then the signals of the session at hand.
///
/// Signals are bounded; patient senders wait while they are too many, in the order in which they came, until the
/// session ends. Who takes signals out puts those of the waiting in, many at a time. A signal is sent in the session
/// that it was added for, or not at all.
final class Outbox {

    private static final int SIGNALS_MAX = 4096;
    private static final int BYTES_MAX = 4 << 20;

    private final Scheduler scheduler;
    private final Deque<SessionFrame> control = new ArrayDeque<>();
    private final Deque<SignalBlock> blocks = new ArrayDeque<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    /// Threads that wait until nothing is left to send.
    private final Set<Thread> leaving = new LinkedHashSet<>();
    private int signals;
    private int bytes;
    private long signalsSent;
    private long bytesSent;
    private boolean closed;
    private boolean sending;
    private @Nullable Thread sender;
    /// The sender has found nothing to send, and has not been woken since.
    private boolean idle;
    private Optional<Session> session = Optional.empty();

    /// One session, from its beginning to its end.
    static final class Session {
        final long mine;
        final long theirs;
        long sequence;

        Session(long mine, long theirs) {
            this.mine = mine;
            this.theirs = theirs;
        }
    }

    /// A patient sender, for which there was no room.
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final byte[] signal;
        Optional<Sent> outcome = Optional.empty();

        Waiter(byte[] signal) {
            this.signal = signal;
        }
    }

    Outbox(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    synchronized Session begin(long mine, long theirs) {
        Session begun = new Session(mine, theirs);
        session = Optional.of(begun);
        signalsSent = 0;
        bytesSent = 0;
        return begun;
    }

    synchronized void end() {
        session = Optional.empty();
        blocks.clear();
        signals = 0;
        bytes = 0;
        while (!waiting.isEmpty()) {
            answerFirst(Sent.NO_PEER);
        }
        wakeLeaving();
    }

    /// Lets the sender go, and takes nothing more.
    synchronized void close() {
        end();
        closed = true;
        control.clear();
        wakeSender();
    }

    /// Adds a control frame, unless the same one still waits: while a member is slow, what is repeated must
    /// not pile up.
    synchronized void add(SessionFrame frame) {
        if (!closed && !control.contains(frame)) {
            control.add(frame);
            wakeSender();
        }
    }

    /// Adds a signal; `false` when its session is over, or ends while the sender waits for room.
    boolean add(Session entered, byte[] signal, boolean patient) {
        return add(entered, signal, patient, scheduler::park, () -> true) == Sent.TAKEN;
    }

    /// Adds a signal, waiting for room until the deadline.
    Sent addBefore(Session entered, long deadlineNanos, Clock clock, byte[] signal) {
        return add(
                entered,
                signal,
                true,
                () -> scheduler.parkUntil(deadlineNanos),
                () -> clock.nanos() - deadlineNanos < 0);
    }

    private Sent add(Session entered, byte[] signal, boolean patient, Runnable park, BooleanSupplier inTime) {
        Waiter waiter;
        synchronized (this) {
            if (session.orElse(null) != entered) {
                return Sent.NO_PEER;
            }
            if (!patient || (waiting.isEmpty() && hasRoom(signal.length))) {
                put(signal);
                return Sent.TAKEN;
            }
            waiter = new Waiter(signal);
            waiting.add(waiter);
        }
        try {
            while (inTime.getAsBoolean()) {
                park.run();
                leaveIfTold();
                Optional<Sent> outcome = outcome(waiter);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        } catch (RuntimeException e) {
            withdraw(waiter);
            throw e;
        }
        withdraw(waiter);
        return outcome(waiter).orElse(Sent.NO_ROOM);
    }

    private synchronized Optional<Sent> outcome(Waiter waiter) {
        return waiter.outcome;
    }

    private synchronized void withdraw(Waiter waiter) {
        if (waiting.remove(waiter)) {
            admitWaiting();
        }
    }

    private void put(byte[] signal) {
        SignalBlock last = blocks.peekLast();
        if (last == null || !last.takes(signal)) {
            last = new SignalBlock(last != null);
            blocks.add(last);
        }
        last.add(signal);
        signals++;
        bytes += signal.length;
        wakeSender();
    }

    /// The next frame to send, waiting for it; empty when the outbox is closed.
    Optional<SessionFrame> take() {
        while (true) {
            synchronized (this) {
                sender = Thread.currentThread();
                sending = false;
                if (closed) {
                    return Optional.empty();
                }
                SessionFrame next = control.poll();
                if (next == null && session.isPresent() && !blocks.isEmpty()) {
                    next = pack(session.get());
                }
                if (next != null) {
                    sending = true;
                    return Optional.of(next);
                }
                idle = true;
                wakeLeaving();
            }
            scheduler.park();
        }
    }

    /// Waits until all that was added has been handed to the engine; `false` when the time is up.
    boolean awaitSent(Clock clock, long deadlineNanos) {
        while (clock.nanos() - deadlineNanos < 0) {
            synchronized (this) {
                if (closed || (!sending && control.isEmpty() && blocks.isEmpty())) {
                    return true;
                }
                leaving.add(Thread.currentThread());
            }
            scheduler.parkUntil(deadlineNanos);
        }
        return false;
    }

    synchronized PeerInfo info(
            NodeName node,
            long incarnation,
            SortedMap<String, String> labels,
            long signalsReceived,
            long bytesReceived) {
        return new PeerInfo(
                node,
                incarnation,
                labels,
                signalsSent,
                bytesSent,
                signalsReceived,
                bytesReceived,
                signals,
                bytes,
                waiting.size() + leaving.size());
    }

    private SessionFrame pack(Session open) {
        SignalBlock packed = blocks.removeFirst();
        signals -= packed.count();
        bytes -= packed.signalBytes();
        signalsSent += packed.count();
        bytesSent += packed.signalBytes();
        if (signals <= SIGNALS_MAX / 2 && bytes <= BYTES_MAX / 2) {
            // Not at once for each place: who waits would send a few and wait again.
            admitWaiting();
        }
        open.sequence++;
        return new SessionFrame.Data(open.mine, open.theirs, open.sequence, packed.toBytes());
    }

    private boolean hasRoom(int length) {
        return blocks.isEmpty() || (signals < SIGNALS_MAX && bytes + length <= BYTES_MAX);
    }

    private void admitWaiting() {
        while (!waiting.isEmpty() && hasRoom(waiting.getFirst().signal.length)) {
            put(waiting.getFirst().signal);
            answerFirst(Sent.TAKEN);
        }
    }

    private void answerFirst(Sent outcome) {
        Waiter first = waiting.removeFirst();
        first.outcome = Optional.of(outcome);
        scheduler.unpark(first.thread);
    }

    private void wakeLeaving() {
        leaving.forEach(scheduler::unpark);
        leaving.clear();
    }

    private void wakeSender() {
        if (sender != null && idle) {
            idle = false;
            scheduler.unpark(sender);
        }
    }

    private static void leaveIfTold() {
        if (Self.inProcess()) {
            Self.checkpoint();
            Thread.interrupted();
        } else if (Thread.currentThread().isInterrupted()) {
            throw new ExitException(ExitReason.killed());
        }
    }
}
