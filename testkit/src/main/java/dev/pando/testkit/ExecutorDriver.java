package dev.pando.testkit;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Virtual threads whose scheduler is this driver: they run on the kernel's thread, a platform thread, one after the
/// other. Half as fast again as the baton; but the JDK's way to make such threads is not public.
final class ExecutorDriver implements Driver, Executor {

    private static final int CHARACTERISTICS = 0;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final MethodType FACTORY =
            MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class);
    private static final @Nullable MethodHandle MAKE = find();

    /// What can go on. As a rule put there on the kernel's thread, where also those run that wake others.
    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private @Nullable Kernel kernel;
    private @Nullable Thread thread;

    private static @Nullable MethodHandle find() {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findStatic(builders, "newVirtualThread", FACTORY);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /// Whether this JVM lets us make such threads.
    static boolean isPossible() {
        return MAKE != null;
    }

    ExecutorDriver() {
        if (MAKE == null) {
            throw new IllegalStateException("the executor driver needs a JDK 25 that was started with --add-opens"
                    + " java.base/java.lang=ALL-UNNAMED; leave pando.testkit.driver out to do without");
        }
    }

    @Override
    public Thread kernel(Runnable life) {
        thread = Thread.ofPlatform().daemon().name("pando-simulation").unstarted(life);
        return thread;
    }

    @Override
    public Thread fiber(String name, Runnable life) {
        try {
            if (MAKE == null) {
                throw new IllegalStateException("not possible here");
            }
            return (Thread) MAKE.invokeExact((Executor) this, name, CHARACTERISTICS, life);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a virtual thread with a scheduler cannot be made: " + e, e);
        }
    }

    @Override
    public void open(Kernel opened) {
        kernel = opened;
    }

    @Override
    public boolean comesBack() {
        return true;
    }

    /// One that blocks for a moment does so for a reason of the JVM's, such as a class that another simulation is just
    /// loading. Nobody else runs meanwhile, so the order stays.
    @Override
    public void runs() {
        Patience patience = new Patience(LOOK_NANOS);
        while (true) {
            for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
                step.run();
                patience.restart();
            }
            if (kernel == null || !kernel.isBeingRun() || kernel.isLost(patience)) {
                return;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    /// Called by the JDK when a thread can go on.
    @Override
    public void execute(Runnable step) {
        steps.add(step);
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }
}
