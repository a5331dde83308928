package dev.pando.cluster;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import java.util.function.Consumer;

/// The JVM's scheduler, which tells what it is about to do. Who is told of a thread that parks must not block: a lock
/// inside could use up the thread's permit, and its wake-up would be lost.
///
/// @param parking with the thread that parks; one that is unparked in between does not park at all
/// @param unparking with the thread to unpark
/// @param started with a new thread
record HookedScheduler(Scheduler on, Consumer<Thread> parking, Consumer<Thread> unparking, Consumer<Thread> started)
        implements Scheduler {

    static HookedScheduler jvm() {
        return new HookedScheduler(Host.jvm().scheduler(), _ -> {}, _ -> {}, _ -> {});
    }

    HookedScheduler parking(Consumer<Thread> told) {
        return new HookedScheduler(on, told, unparking, started);
    }

    HookedScheduler unparking(Consumer<Thread> told) {
        return new HookedScheduler(on, parking, told, started);
    }

    HookedScheduler started(Consumer<Thread> told) {
        return new HookedScheduler(on, parking, unparking, told);
    }

    /// The JVM's clock and chance with this scheduler.
    Host host() {
        Host jvm = Host.jvm();
        jvm.scheduler().close();
        return new Host(this, jvm.clock(), jvm.entropy());
    }

    @Override
    public Thread start(String name, Runnable body) {
        Thread thread = on.start(name, body);
        started.accept(thread);
        return thread;
    }

    @Override
    public void park() {
        parking.accept(Thread.currentThread());
        on.park();
    }

    @Override
    public void parkUntil(long deadlineNanos) {
        parking.accept(Thread.currentThread());
        on.parkUntil(deadlineNanos);
    }

    @Override
    public void giveWay() {
        on.giveWay();
    }

    @Override
    public void unpark(Thread thread) {
        unparking.accept(thread);
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
