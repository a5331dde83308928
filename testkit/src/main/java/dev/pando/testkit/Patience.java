package dev.pando.testkit;

import java.util.concurrent.TimeUnit;

/// How long the thread that has the baton may take, in real time.
///
/// It is looked at again and again, and what counts is how often in a row it was found in the same state. On a busy
/// machine who looks waits for a processor as well, and then has not looked.
final class Patience {

    private static final long WAITS_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long COMPUTES_NANOS = TimeUnit.MINUTES.toNanos(1);
    /// The JVM has monitors of its own, such as that of a class which another simulation is just loading, and who holds
    /// one may be without a processor for long.
    private static final long MONITOR_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long everyNanos;
    private Thread.State found = Thread.State.RUNNABLE;
    private long nanos;

    /// @param everyNanos real time between two looks
    Patience(long everyNanos) {
        this.everyNanos = everyNanos;
    }

    /// The run goes on.
    void restart() {
        nanos = 0;
    }

    /// Looks once more; `true` when it is lost.
    boolean isOver(Thread.State state) {
        nanos = state == found ? nanos + everyNanos : 0;
        found = state;
        return nanos >= limit(state);
    }

    private static long limit(Thread.State state) {
        return switch (state) {
            case RUNNABLE -> COMPUTES_NANOS;
            case BLOCKED -> MONITOR_NANOS;
            case NEW, WAITING, TIMED_WAITING, TERMINATED -> WAITS_NANOS;
        };
    }
}
