package dev.pando.core;

import java.time.Duration;

/// How long a supervisor waits before a restart: `min` the first time, twice as long each time after that, `max`
/// at most, and a quarter of it more by chance. A child that has run for `max` starts from `min` again.
///
/// Unlike OTP, which restarts at once and so burns its intensity within milliseconds.
public record BackOff(Duration min, Duration max) {

    /// At once, as in OTP.
    public static final BackOff NONE = new BackOff(Duration.ZERO, Duration.ZERO);

    public BackOff {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException("back-off from " + min + " to " + max + ": give 0 <= min <= max");
        }
    }

    /// Whether it never waits.
    public boolean isNone() {
        return max.isZero();
    }

    /// The wait before the next restart, without what chance adds.
    ///
    /// @param failures restarts in a row before this one
    public Duration delay(int failures) {
        Duration delay = min;
        for (int i = 0; i < failures && delay.compareTo(max) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(max) > 0 ? max : delay;
    }
}
