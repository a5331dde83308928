package dev.pando.core;

import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// The clock of the JVM with hands that can be turned forward.
final class Hands implements Clock {

    private final Host jvm = Host.jvm();
    private final AtomicLong ahead = new AtomicLong();

    Host host() {
        return new Host(jvm.scheduler(), this, jvm.entropy());
    }

    /// Turns the hands, and wakes whoever is to see it: it parks by the clock of the JVM.
    void advance(Duration time, Thread parked) {
        ahead.addAndGet(time.toNanos());
        LockSupport.unpark(parked);
    }

    @Override
    public long nanos() {
        return jvm.clock().nanos() + ahead.get();
    }

    @Override
    public Instant now() {
        return jvm.clock().now().plusNanos(ahead.get());
    }
}
