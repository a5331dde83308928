package dev.pando.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Threads outside of any process that do something at the same time. Platform threads: virtual ones that look again
/// and again, yielding, keep their carriers from what is submitted from outside, such as one that was blocked.
final class Race {

    private static final int TIMES = Integer.getInteger("pando.rounds", 1);

    private final CountDownLatch start = new CountDownLatch(1);
    private final List<FutureTask<Boolean>> runners = new ArrayList<>();

    /// How often a race is run that is run so many times as a rule; `-Dpando.rounds=10` makes that ten times as many.
    static int rounds(int rule) {
        return rule * TIMES;
    }

    /// One more thread.
    Race add(ProcessBody steps) {
        FutureTask<Boolean> runner = new FutureTask<>(() -> {
            Steps.await(start);
            steps.run();
            return true;
        });
        runners.add(runner);
        Thread.ofPlatform().daemon().start(runner);
        return this;
    }

    /// Lets all go, and waits for their ends; fails when one has failed.
    void run() {
        start.countDown();
        for (FutureTask<Boolean> runner : runners) {
            try {
                runner.get(Steps.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (Exception e) {
                throw new AssertionError("a thread of a race failed", e);
            }
        }
    }
}
