package dev.pando.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Virtual threads outside of any process that do something at the same time.
final class Race {

    private final CountDownLatch start = new CountDownLatch(1);
    private final List<FutureTask<Boolean>> runners = new ArrayList<>();

    /// One more thread.
    Race add(ProcessBody steps) {
        FutureTask<Boolean> runner = new FutureTask<>(() -> {
            Steps.await(start);
            steps.run();
            return true;
        });
        runners.add(runner);
        Thread.ofVirtual().start(runner);
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
