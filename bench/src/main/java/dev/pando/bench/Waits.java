package dev.pando.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Waits of the thread that measures, each with a limit, and the checks of what it waited for.
final class Waits {

    /// Far beyond what anything here takes, however slow the machine.
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(1);

    static <T> T result(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the work failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the work was not done after " + LIMIT.toSeconds() + " s", e);
        }
    }

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IllegalStateException("not after " + LIMIT.toSeconds() + " s: " + what);
            }
            Thread.sleep(POLL);
        }
    }

    static void check(String what, long expected, long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + ": expected " + expected + ", but it is " + actual);
        }
    }

    private Waits() {}
}
