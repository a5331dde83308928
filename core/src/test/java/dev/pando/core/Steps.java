package dev.pando.core;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Runs the steps of a test inside processes. Every wait of a test has a limit, and ends with what it waited for.
final class Steps {

    static final Duration LIMIT = Duration.ofSeconds(10L * Race.rounds(1));

    /// Long enough to see that something wrong would happen, when nothing is to happen.
    static final Duration A_MOMENT = Duration.ofMillis(30);

    /// Runs steps as a process; what they throw is thrown here.
    static void run(Node node, ProcessBody steps) {
        get(node, () -> {
            steps.run();
            return true;
        });
    }

    /// As `run`, with a value.
    static <T> T get(Node node, Callable<T> steps) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Pid pid = node.spawn(() -> {
            thread.complete(Thread.currentThread());
            try {
                outcome.complete(steps.call());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        try {
            return get(outcome, pid.toString());
        } finally {
            join(get(thread, "thread of " + pid));
        }
    }

    /// The value of a future that is about to come.
    static <T> T get(CompletableFuture<T> future, String what) {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return thrown(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("no end of " + what, e);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T thrown(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /// The next message or signal of the type, in a process.
    static <T> T next(Class<T> type) {
        return next(type, _ -> true);
    }

    static <T> T next(Class<T> type, Predicate<? super T> fits) {
        return Self.receive(type, fits, LIMIT)
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " came"));
    }

    /// The end of a process that this process monitors.
    static ExitReason end(Ref monitor) {
        return next(Down.class, down -> down.ref().equals(monitor)).reason();
    }

    /// Waits in a process for the end of another.
    static ExitReason end(Dest target) {
        return end(Self.monitor(target));
    }

    /// Waits outside a process for the end of one; `NoProcess` when it has ended already.
    static ExitReason end(Node node, Dest target) {
        return get(node, () -> end(target));
    }

    /// Waits for the end of every process that was started before.
    static void allEnd(Node node) {
        run(node, () -> {
            Pid self = Self.pid();
            for (long serial = 1; serial < self.serial(); serial++) {
                end(new Pid(self.node(), self.incarnation(), serial));
            }
        });
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("latch still at " + latch.getCount());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits as a body that does not heed its interrupt.
    static void awaitHeedless(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // deliberately deaf
            }
        }
    }

    /// Waits for the interrupt that tells a body in its own code to exit, and swallows it.
    static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            // what was waited for
        }
    }

    static <T> T poll(BlockingQueue<T> queue) {
        try {
            T item = queue.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (item == null) {
                throw new AssertionError("nothing came into the queue");
            }
            return item;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Burns a little time, to shift one side of a race against the other.
    static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /// Waits for the start of a race.
    static void spinUntil(AtomicBoolean go) {
        until("the start of the race", go::get);
    }

    /// Waits for what nobody is told of, awake but without keeping the carrier from others.
    @SuppressWarnings("ThreadPriorityCheck")
    static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still waiting for " + what);
            }
            Thread.yield();
        }
    }

    /// Waits until a thread has ended.
    static void join(Thread thread) {
        try {
            if (!thread.join(LIMIT)) {
                throw new AssertionError(thread + " still runs");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Steps() {}
}
