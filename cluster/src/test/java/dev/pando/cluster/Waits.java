package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for events, each with the same generous deadline: a test that passes never waits for it.
public final class Waits {

    public static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final long LOOK_NANOS = 2_000_000;

    /// The next of a queue.
    public static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T item = queue.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        if (item == null) {
            throw new AssertionError("nothing came within " + DEADLINE);
        }
        return item;
    }

    public static void until(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
                .as("latch open within %s", DEADLINE)
                .isTrue();
    }

    public static void end(Thread thread) throws InterruptedException {
        assertThat(thread.join(DEADLINE))
                .as("%s ended within %s", thread, DEADLINE)
                .isTrue();
    }

    /// For what nobody announces: looks again and again.
    public static void until(String what, BooleanSupplier holds) {
        untilEqual(what, true, holds::getAsBoolean);
    }

    /// For what nobody announces; says at the end what it has seen.
    public static void until(Supplier<String> what, BooleanSupplier holds) {
        try {
            until("", holds);
        } catch (AssertionError e) {
            throw new AssertionError(what.get(), e);
        }
    }

    /// For what nobody announces, such as the end of a library's threads: looks again and again.
    public static <T> void untilEqual(String what, T expected, Supplier<T> actual) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        T last = actual.get();
        while (!last.equals(expected)) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s within %s, not %s", what, DEADLINE, last)
                    .isNegative();
            LockSupport.parkNanos(LOOK_NANOS);
            last = actual.get();
        }
    }

    private Waits() {}
}
