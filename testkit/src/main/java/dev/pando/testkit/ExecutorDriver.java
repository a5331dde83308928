package dev.pando.testkit;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Virtual threads whose scheduler is this driver: they run on the kernel's thread, a platform thread, one after the
/// other. Half as fast again as the baton, and one that blocks outside of the simulation is seen at once; but the JDK's
/// way to make such threads is not public.
final class ExecutorDriver implements Driver, Executor {

    private static final int CHARACTERISTICS = 0;
    private static final MethodType FACTORY =
            MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class);
    private static final @Nullable MethodHandle MAKE = find();

    /// What can go on; touched on the kernel's thread alone, where also those run that wake others.
    private final Queue<Runnable> steps = new ArrayDeque<>();
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

    @Override
    public void runs() {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            step.run();
        }
        if (kernel != null) {
            kernel.blocked();
        }
    }

    /// Called by the JDK when a thread can go on: on the thread that has woken it, or on the carrier of that one.
    @Override
    public void execute(Runnable step) {
        if (kernel == null || kernel.isHolder(Thread.currentThread()) || Thread.currentThread() == thread) {
            steps.add(step);
        } else {
            kernel.foreign(Thread.currentThread());
        }
    }
}
