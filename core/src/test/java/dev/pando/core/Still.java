package dev.pando.core;

import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// A host on which nothing moves: processes live, but never run, and time stands still. So whatever happens
/// is what the threads of a test do.
///
/// @param threads those that were started; they run when a test runs them
record Still(Queue<Runnable> threads) implements Scheduler, Clock {

    static Host host() {
        return host(new ConcurrentLinkedQueue<>());
    }

    static Host host(Queue<Runnable> threads) {
        Still still = new Still(threads);
        return new Host(still, still, () -> (RandomGenerator) () -> 0);
    }

    @Override
    public Thread start(String name, Runnable body) {
        threads.add(body);
        return Thread.currentThread();
    }

    @Override
    public void park() {}

    @Override
    public void parkUntil(long deadlineNanos) {}

    @Override
    public void giveWay() {}

    @Override
    public void unpark(Thread thread) {}

    @Override
    public void interrupt(Thread thread) {}

    @Override
    public Timer at(long deadlineNanos, Runnable action) {
        return () -> false;
    }

    @Override
    public void close() {}

    @Override
    public long nanos() {
        return 0;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }
}
