package dev.pando.core.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Binds the seams to the JVM.
final class JvmHost implements Scheduler {

    /// An action that has neither fired nor been withdrawn, in the order in which they fire.
    private record Pending(long deadlineNanos, long number, Runnable action) implements Comparable<Pending> {
        @Override
        public int compareTo(Pending other) {
            int byDeadline = Long.signum(deadlineNanos - other.deadlineNanos);
            return byDeadline != 0 ? byDeadline : Long.compare(number, other.number);
        }
    }

    /// About half a microsecond, which is what a short answer from another carrier takes.
    private static final int LOOKS_MAX = 50;

    private static final int LOOKS = carriers() > 1 ? LOOKS_MAX : 0;

    /// Of whoever made the host. Whoever happens to start a process, or to wake a server, leaves it nothing.
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    private final ScheduledThreadPoolExecutor timers;
    private final ConcurrentSkipListSet<Pending> actions = new ConcurrentSkipListSet<>();
    private final AtomicLong created = new AtomicLong();

    private JvmHost() {
        timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("pando-timers").factory());
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// How many virtual threads run at the same time; see `java.lang.VirtualThread`.
    private static int carriers() {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.min(processors, Integer.getInteger("jdk.virtualThreadScheduler.parallelism", processors));
    }

    static Host create() {
        return new Host(new JvmHost(), new SystemClock(), ThreadLocalRandom::current, new JvmShutdown());
    }

    @Override
    public Thread start(String name, Runnable body) {
        Thread thread = Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
        thread.setContextClassLoader(classLoader);
        thread.start();
        return thread;
    }

    @Override
    public void park() {
        LockSupport.park();
    }

    @Override
    public void parkUntil(long deadlineNanos) {
        long left = deadlineNanos - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // a virtual thread goes behind those that wait for its carrier
    public void giveWay() {
        Thread.yield();
    }

    @Override
    public int looks() {
        return LOOKS;
    }

    @Override
    public void spin() {
        Thread.onSpinWait();
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        thread.interrupt();
    }

    @Override
    public Timer at(long deadlineNanos, Runnable action) {
        Pending pending = new Pending(deadlineNanos, created.incrementAndGet(), action);
        actions.add(pending);
        try {
            Future<?> alarm = timers.schedule(this::fire, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            return () -> withdraw(pending, alarm);
        } catch (RejectedExecutionException closed) {
            actions.remove(pending);
            return () -> false;
        }
    }

    /// Whoever removes an action decides what becomes of it.
    private boolean withdraw(Pending pending, Future<?> alarm) {
        boolean withdrawn = actions.remove(pending);
        if (withdrawn) {
            alarm.cancel(false);
        }
        return withdrawn;
    }

    /// Runs whatever is due, in order; alarms alone go off in any order when their deadlines are close.
    private void fire() {
        long now = System.nanoTime();
        for (Pending pending : actions) {
            if (pending.deadlineNanos - now > 0) {
                return;
            }
            if (actions.remove(pending)) {
                pending.action.run();
            }
        }
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }

    private record SystemClock() implements Clock {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    }

    private record JvmShutdown() implements Shutdown {

        /// The JVM hands each signal to a new thread of such a name, which begins the shutdown or finds it begun,
        /// and waits until the JVM halts. So they can be counted; without the JDK's internals there is no other
        /// way.
        private static final List<String> SIGNALS = List.of("SIGTERM handler", "SIGINT handler", "SIGHUP handler");

        @Override
        public Optional<Hook> hook(Runnable task) {
            Thread thread = Thread.ofPlatform().name("pando-shutdown").unstarted(task);
            try {
                Runtime.getRuntime().addShutdownHook(thread);
                return Optional.of(() -> withdraw(thread));
            } catch (IllegalStateException ending) {
                return Optional.empty();
            }
        }

        private static void withdraw(Thread hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                // it runs already
            }
        }

        @Override
        public int signals() {
            return (int) Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> SIGNALS.contains(thread.getName()))
                    .count();
        }

        @Override
        public void halt(int code) {
            Runtime.getRuntime().halt(code);
        }
    }
}
