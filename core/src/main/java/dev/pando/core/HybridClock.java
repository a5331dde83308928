package dev.pando.core;

import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// Wall time that never goes back and does not fall behind what was seen from others, so that an effect has a
/// higher stamp than its cause (Kulkarni et al., "Logical Physical Clocks", 2014).
///
/// A stamp is one `long`: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16. This clock
/// follows others only as far as they may be ahead of this node's wall clock, see [#tolerate]: else one wrong clock
/// would lead all others astray, and with them every stamp that is stored somewhere.
public final class HybridClock {

    /// How far ahead another clock may be unless [#tolerate] says otherwise.
    public static final Duration TOLERANCE = Duration.ofMillis(500);

    private static final int COUNTER_BITS = 16;

    private final Clock clock;
    private final AtomicLong last = new AtomicLong();
    /// The highest stamp that had to follow one from too far ahead.
    private final AtomicLong beyond = new AtomicLong();

    private volatile long toleratedMillis = TOLERANCE.toMillis();

    HybridClock(Clock clock) {
        this.clock = clock;
    }

    /// Sets how far ahead of this node's wall clock another's may be; zero or more.
    public void tolerate(Duration ahead) {
        if (ahead.isNegative()) {
            throw new IllegalArgumentException("tolerated clock skew " + ahead + ": zero or more");
        }
        toleratedMillis = ahead.toMillis();
    }

    /// How far ahead of this node's wall clock another's may be.
    public Duration tolerated() {
        return Duration.ofMillis(toleratedMillis);
    }

    /// The first stamp of a moment.
    public static long stamp(Instant moment) {
        return moment.toEpochMilli() << COUNTER_BITS;
    }

    /// The next stamp; higher than all that this has given before, and than what was observed.
    public long next() {
        long wall = stamp(clock.now());
        return last.updateAndGet(before -> Math.max(before + 1, wall));
    }

    /// A stamp that is higher than one made elsewhere, however far ahead that is: for what comes after it in the
    /// history of one thing. Beyond what is tolerated the stamps of other things do not move, and two things can be
    /// given the same one.
    public long nextAfter(long stamp) {
        if (observe(stamp)) {
            return next();
        }
        beyond.accumulateAndGet(stamp + 1, Math::max);
        return stamp + 1;
    }

    /// Takes note of a stamp made elsewhere, and follows it as far as is tolerated.
    ///
    /// @return whether it is no further ahead than that
    public boolean observe(long stamp) {
        long limit = stamp(clock.now().plusMillis(toleratedMillis));
        last.accumulateAndGet(Math.min(stamp, limit), Math::max);
        return stamp <= limit;
    }

    /// The last stamp given or followed: what is caused by all that this node knows is to come after it.
    public long last() {
        return last.get();
    }

    /// The highest stamp given so far.
    public long highest() {
        return Math.max(last.get(), beyond.get());
    }
}
