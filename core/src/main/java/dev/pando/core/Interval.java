package dev.pando.core;

import dev.pando.core.spi.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A message that a process is sent at fixed intervals.
final class Interval implements Self.Timer {

    private final LocalProcess process;
    private final Object message;
    private final long everyNanos;
    private long dueNanos;
    private Scheduler.@Nullable Timer timer;
    private boolean over;

    Interval(LocalProcess process, Duration every, Object message) {
        if (every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("interval " + every + "; give a time above zero");
        }
        this.process = process;
        this.message = message;
        this.everyNanos = Node.nanos(every);
        this.dueNanos = process.node.host().clock().nanos();
    }

    synchronized Interval start() {
        long now = process.node.host().clock().nanos();
        long missed = Math.max(0, (now - dueNanos) / everyNanos);
        dueNanos += (missed + 1) * everyNanos;
        timer = process.node.host().scheduler().at(dueNanos, this::fire);
        return this;
    }

    private synchronized void fire() {
        if (!over && process.endedFor().isEmpty()) {
            process.deliver(message);
            start();
        }
    }

    @Override
    public synchronized boolean cancel() {
        boolean cancelled = !over && process.endedFor().isEmpty();
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        return cancelled;
    }
}
