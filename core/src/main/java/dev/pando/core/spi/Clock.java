package dev.pando.core.spi;

import java.time.Instant;

/// The time of one node.
public interface Clock {

    /// Monotonic nanoseconds with an arbitrary origin; the only time that deadlines are measured in.
    long nanos();

    /// Wall time: for display, incarnations and hybrid clocks, never for measuring.
    Instant now();
}
