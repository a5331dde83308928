package dev.pando.core;

import dev.pando.core.spi.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// Wall time that never goes back and never falls behind what was seen from others, so that an effect has a
/// higher stamp
/// than its cause (Kulkarni et al., "Logical Physical Clocks", 2014).
///
/// A stamp is one `long`: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
public final class HybridClock {

    private static final int COUNTER_BITS = 16;

    private final Clock clock;
    private final AtomicLong last = new AtomicLong();

    HybridClock(Clock clock) {
        this.clock = clock;
    }

    /// The next stamp; higher than every stamp given or observed before.
    public long next() {
        long wall = clock.now().toEpochMilli() << COUNTER_BITS;
        return last.updateAndGet(before -> Math.max(before + 1, wall));
    }

    /// Takes note of a stamp made elsewhere.
    public void observe(long stamp) {
        last.accumulateAndGet(stamp, Math::max);
    }
}
