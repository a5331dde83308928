package dev.pando.cluster.discovery;

import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that is turned by hand. Its nanoseconds overflow soon, as the system's may.
final class HandClock implements Clock {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final long ORIGIN = Long.MAX_VALUE - 5;

    private final AtomicLong nanos = new AtomicLong(ORIGIN);

    void turn(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return BEGIN.plusNanos(nanos.get() - ORIGIN);
    }
}
