package dev.pando.core;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The scheduler of the JVM, which knows the threads that run at the moment, and counts those started so far.
record Roster(Scheduler on, ConcurrentHashMap<Thread, String> running, AtomicInteger started) implements Scheduler {

    static Roster jvm() {
        return new Roster(Host.jvm().scheduler(), new ConcurrentHashMap<>(), new AtomicInteger());
    }

    Host host() {
        Host jvm = Host.jvm();
        jvm.scheduler().close();
        return new Host(this, jvm.clock(), jvm.entropy());
    }

    /// Whether a process of such a behaviour has a thread.
    boolean hasThread(Class<?> behaviour) {
        return running.containsValue(behaviour.getSimpleName());
    }

    @Override
    public Thread start(String name, Runnable body) {
        started.incrementAndGet();
        return on.start(name, () -> {
            running.put(Thread.currentThread(), name);
            try {
                body.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
    }

    @Override
    public void park() {
        on.park();
    }

    @Override
    public void parkUntil(long deadlineNanos) {
        on.parkUntil(deadlineNanos);
    }

    @Override
    public void giveWay() {
        on.giveWay();
    }

    @Override
    public void unpark(Thread thread) {
        on.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        on.interrupt(thread);
    }

    @Override
    public Timer at(long deadlineNanos, Runnable action) {
        return on.at(deadlineNanos, action);
    }

    @Override
    public void close() {
        on.close();
    }
}
