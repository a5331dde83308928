package dev.pando.horde;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Threads outside of any node that do something at the same time.
final class Callers<T> {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CountDownLatch start = new CountDownLatch(1);
    private final List<FutureTask<T>> tasks = new ArrayList<>();

    /// One more thread; it waits for [#go].
    void add(Callable<T> task) {
        FutureTask<T> waiting = new FutureTask<>(() -> {
            start.await();
            return task.call();
        });
        tasks.add(waiting);
        Thread.ofVirtual().start(waiting);
    }

    Callers<T> go() {
        start.countDown();
        return this;
    }

    /// The results in order; fails as the first task does that fails.
    List<T> results() {
        List<T> results = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            try {
                results.add(task.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError("a caller failed", e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError("a caller has no answer after " + LIMIT, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return results;
    }
}
