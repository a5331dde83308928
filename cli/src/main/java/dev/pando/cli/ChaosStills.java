package dev.pando.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// When this process did not run though it could. Kept until they are asked for: a process that
/// stood still may learn of it only after what it waited for has come.
///
/// Safe for use by several threads.
final class ChaosStills {

    private static final Duration BEAT = Duration.ofMillis(5);

    private final long boundNanos;
    private final List<Still> stills = new ArrayList<>();
    private long longestNanos;

    private record Still(long begun, long ended) {
        long within(long from, long until) {
            return Math.max(0, Math.min(ended, until) - Math.max(begun, from));
        }
    }

    /// None yet.
    ///
    /// @param boundNanos what is shorter is no excuse
    ChaosStills(long boundNanos) {
        this.boundNanos = boundNanos;
    }

    /// Notes them from now on.
    void watch() {
        Thread beat = new Thread(this::beat, "beat");
        beat.setDaemon(true);
        beat.start();
    }

    private void beat() {
        while (true) {
            long begun = System.nanoTime();
            try {
                Thread.sleep(BEAT);
            } catch (InterruptedException e) {
                return;
            }
            stoodStill(begun + BEAT.toNanos(), System.nanoTime());
        }
    }

    synchronized void stoodStill(long begun, long ended) {
        longestNanos = Math.max(longestNanos, ended - begun);
        if (ended - begun > boundNanos) {
            stills.add(new Still(begun, ended));
        }
    }

    /// For how long of a span it stood still.
    synchronized long within(long begun, long ended) {
        return stills.stream().mapToLong(still -> still.within(begun, ended)).sum();
    }

    synchronized long longestNanos() {
        return longestNanos;
    }

    synchronized void clear() {
        stills.clear();
        longestNanos = 0;
    }
}
