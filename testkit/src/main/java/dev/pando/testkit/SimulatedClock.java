package dev.pando.testkit;

import dev.pando.core.spi.Clock;
import java.time.Instant;

/// The clock of a simulated machine: it may be ahead or behind, and run fast or slow; it never goes backwards.
final class SimulatedClock implements Clock {

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MILLION = 1_000_000;
    /// A tenth is far beyond any clock that works.
    private static final long DRIFT_MAX = 100_000;

    private final Kernel kernel;
    private long sinceNanos;
    private long thenNanos;
    private long driftPpm;
    private long aheadNanos;

    SimulatedClock(Kernel kernel) {
        this.kernel = kernel;
    }

    /// Makes it gain so many millionths from now on; a negative number makes it lose.
    void drift(long ppm) {
        if (Math.abs(ppm) > DRIFT_MAX) {
            throw new IllegalArgumentException(
                    "a drift of " + ppm + " ppm; it must be between -" + DRIFT_MAX + " and " + DRIFT_MAX);
        }
        thenNanos = nanos();
        sinceNanos = kernel.nanos();
        driftPpm = ppm;
    }

    /// Sets wall time ahead of the other machines', or behind by a negative number; monotonic time does not jump.
    void ahead(long nanos) {
        aheadNanos = nanos;
    }

    @Override
    public long nanos() {
        long passed = kernel.nanos() - sinceNanos;
        return thenNanos + passed + passed / MILLION * driftPpm + passed % MILLION * driftPpm / MILLION;
    }

    @Override
    public Instant now() {
        return EPOCH.plusNanos(nanos() + aheadNanos);
    }

    /// When it is that late by this clock, in the time of the run; never too early.
    long kernelNanos(long deadlineNanos) {
        long left = deadlineNanos - nanos();
        if (left <= 0) {
            return kernel.nanos();
        }
        if (driftPpm == 0) {
            return saturated(kernel.nanos(), left);
        }
        long rate = MILLION + driftPpm;
        long passes = left / rate * MILLION + (left % rate * MILLION + rate - 1) / rate;
        return saturated(kernel.nanos(), passes + 1);
    }

    private static long saturated(long now, long more) {
        long sum = now + more;
        return sum < now ? Long.MAX_VALUE : sum;
    }
}
