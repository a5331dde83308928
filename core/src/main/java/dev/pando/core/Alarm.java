package dev.pando.core;

import dev.pando.core.spi.Scheduler;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Ends the waits of one process at their deadlines.
///
/// A timed park costs the JVM a timer each, and nearly all waits end before their time. So the process waits untimed,
/// and its alarm stays set when a wait ends early: it goes off once for many waits, and is then set for the one that
/// is going on.
///
/// The process writes `wakeNanos` before it looks at `setNanos`, and the alarm looks at `wakeNanos` after it has reset
/// `setNanos`: one of them sees the other.
final class Alarm {

    static final long NEVER = Long.MAX_VALUE;

    private final LocalProcess sleeper;
    private final AtomicLong wakeNanos = new AtomicLong(NEVER);
    private volatile long setNanos = NEVER;
    private Scheduler.@Nullable Timer timer;
    private boolean cancelled;

    Alarm(LocalProcess sleeper) {
        this.sleeper = sleeper;
    }

    /// Sees to it that a wait which follows ends at the deadline, or earlier for no reason.
    void wakeAt(long deadlineNanos) {
        wakeNanos.set(deadlineNanos);
        long set = setNanos;
        if (set == NEVER || deadlineNanos - set < 0) {
            set(deadlineNanos);
        }
    }

    /// The wait has ended.
    void letSleep() {
        wakeNanos.lazySet(NEVER);
    }

    private synchronized void set(long deadlineNanos) {
        if (cancelled) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        setNanos = deadlineNanos;
        timer = sleeper.node.host().scheduler().at(deadlineNanos, this::goOff);
    }

    private void goOff() {
        synchronized (this) {
            timer = null;
            setNanos = NEVER;
        }
        long wake = wakeNanos.get();
        if (wake == NEVER) {
            return;
        }
        if (sleeper.node.host().clock().nanos() - wake >= 0) {
            sleeper.rouse();
        } else {
            set(wake);
        }
    }

    /// The process waits no more.
    synchronized void cancel() {
        cancelled = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
