package dev.pando.cluster.discovery;

import java.time.Duration;

/// How long after an answer a strategy is asked again.
final class Intervals {

    /// @param option what it was given for
    static void check(String option, Duration interval) {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException(
                    option + ": " + interval + " is not positive; give how long after an answer to ask again");
        }
    }

    private Intervals() {}
}
