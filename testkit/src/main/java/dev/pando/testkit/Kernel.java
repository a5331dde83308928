package dev.pando.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs the threads of a simulation one at a time, in an order that is drawn from the seed, and its time.
///
/// Each is a virtual thread of the JVM that runs only while it holds the *baton*. It gives it away when it parks, gives
/// way or ends: to one that is ready, chosen by chance, and when there is none to the kernel's own thread. That lets
/// time jump to the next action and runs it, or gives the baton back to the thread of the test. Whatever the fields say
/// is read and written by the holder alone; the hand-over is a volatile write and a read. How the baton travels is the
/// [Driver]'s business, and changes nothing of the order.
///
/// Between two of these points nobody else runs, so races inside of a step are not explored; that is what model
/// checkers are for.
final class Kernel {

    /// Real time after which the driver looks whether the run still moves.
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int STEPS_PER_INSTANT = 1_000_000;
    private static final Comparator<Action> BY_TIME =
            Comparator.comparingLong(Action::atNanos).thenComparingLong(Action::number);

    /// Something that happens at a time of the run, on the kernel's thread.
    record Action(long atNanos, long number, Runnable body) {}

    /// One thread of the simulation.
    static final class Fiber {
        final long number;
        final Machine machine;
        final String name;
        final Thread thread;
        private boolean started;
        private boolean ready;
        private boolean parked;
        private boolean permit;
        private boolean interrupted;
        private volatile boolean baton;

        private Fiber(long number, Machine machine, String name, Thread thread) {
            this.number = number;
            this.machine = machine;
            this.name = name;
            this.thread = thread;
        }

        @Override
        public String toString() {
            return machine.name() + ": " + name + " #" + number;
        }
    }

    private final Driver driver;
    private final RandomGenerator choices;
    private final Trace trace;
    private final Map<Thread, Fiber> fibers = new HashMap<>();
    private final TreeSet<Action> actions = new TreeSet<>(BY_TIME);
    private final Thread kernel;
    private final ArrayList<Fiber> ready = new ArrayList<>();
    private long numbers;
    private long actionNumbers;
    private long nanos;
    private long untilNanos;
    private BooleanSupplier over = () -> false;
    private int stepsThisInstant;
    private volatile long steps;
    private volatile long acts;
    private volatile @Nullable Fiber running;
    private volatile Thread holder;
    private volatile boolean kernelBaton;
    private volatile boolean driverBaton = true;
    private volatile boolean closed;
    private volatile @Nullable SimulationFailure failure;
    private @Nullable Thread test;

    Kernel(Driver driver, RandomGenerator choices, Trace trace) {
        this.driver = driver;
        this.choices = choices;
        this.trace = trace;
        this.holder = Thread.currentThread();
        this.kernel = driver.kernel(this::serve);
        driver.open(this);
        kernel.start();
    }

    long nanos() {
        return nanos;
    }

    boolean hasFailed() {
        return failure != null;
    }

    long steps() {
        return steps;
    }

    Trace trace() {
        return trace;
    }

    // ---- the thread of the test

    /// Lets the run go on until nothing is left to do in this time, or the condition holds when nobody can run.
    ///
    /// @throws SimulationFailure when it cannot go on
    void run(long limitNanos, BooleanSupplier condition) {
        if (!driverBaton || closed) {
            throw new IllegalStateException(
                    closed
                            ? "the simulation is closed"
                            : "the simulation runs already; do this inside a process of it");
        }
        test = Thread.currentThread();
        untilNanos = limitNanos;
        over = condition;
        driverBaton = false;
        kernelBaton = true;
        LockSupport.unpark(kernel);
        awaitDriverBaton();
        SimulationFailure failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    private void awaitDriverBaton() {
        long seen = -1;
        Patience patience = new Patience(WATCH_NANOS);
        while (!driverBaton) {
            LockSupport.parkNanos(this, WATCH_NANOS);
            long now = steps + acts;
            if (now != seen) {
                patience.restart();
            }
            seen = now;
            Fiber fiber = running;
            Thread thread = fiber == null ? kernel : fiber.thread;
            // A thread that has the baton but not yet a processor is no news.
            Thread.State state = kernelBaton ? Thread.State.RUNNABLE : thread.getState();
            if (patience.isOver(state) && !driverBaton) {
                // The run is lost: the thread keeps the baton.
                throw fail(
                        stuck(fiber == null ? "an action or condition of the simulation" : fiber.toString(), thread));
            }
        }
        holder = Thread.currentThread();
    }

    /// Whether a thread has taken the baton and not given it away.
    boolean isBeingRun() {
        Fiber fiber = running;
        return fiber != null && !fiber.baton;
    }

    /// For the driver, which has found that the running thread waits for something that is not of the simulation: ends
    /// the run when it has done so for too long, and returns whether it has.
    boolean isLost(Patience patience) {
        Fiber fiber = running;
        if (fiber == null || !patience.isOver(fiber.thread.getState())) {
            return false;
        }
        fail(stuck(fiber.toString(), fiber.thread));
        return true;
    }

    private static String stuck(String who, Thread thread) {
        StringBuilder text = new StringBuilder(who);
        boolean busy = thread.getState() == Thread.State.RUNNABLE;
        text.append(busy ? " has been computing for a minute" : " blocks outside of the simulation");
        text.append("; a simulated process may wait in receive, call and sleep of Self only");
        for (StackTraceElement element : thread.getStackTrace()) {
            text.append("\n    at ").append(element);
        }
        return text.toString();
    }

    private SimulationFailure fail(String why) {
        SimulationFailure first = failure;
        if (first == null) {
            first = new SimulationFailure(why);
            failure = first;
        }
        return first;
    }

    /// Ends the kernel's thread. Threads that have not ended are named; a run that was lost has none.
    ///
    /// @throws SimulationFailure when some have not
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        kernelBaton = true;
        LockSupport.unpark(kernel);
        if (failure == null && !fibers.isEmpty()) {
            StringBuilder text = new StringBuilder("threads that have not ended:");
            fibers.values().stream()
                    .sorted(Comparator.comparingLong(fiber -> fiber.number))
                    .forEach(fiber -> text.append("\n    ").append(fiber));
            throw new SimulationFailure(text.toString());
        }
        if (failure == null) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            kernel.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the kernel's thread

    private void serve() {
        while (true) {
            while (!kernelBaton) {
                LockSupport.park(this);
            }
            kernelBaton = false;
            if (closed) {
                return;
            }
            try {
                while (turn()) {
                    driver.runs();
                }
            } catch (Throwable thrown) {
                failure = new SimulationFailure("an action failed: " + thrown, thrown);
                toTest();
            }
        }
    }

    /// Gives the baton away. Returns whether the kernel's thread is to go on when the driver has it back.
    private boolean turn() {
        holder = kernel;
        while (ready.isEmpty()) {
            if (failure != null || over.getAsBoolean()) {
                toTest();
                return false;
            }
            Action next = actions.isEmpty() ? null : actions.first();
            if (next == null || next.atNanos > untilNanos) {
                nanos = Math.max(nanos, untilNanos);
                toTest();
                return false;
            }
            actions.remove(next);
            acted();
            if (next.atNanos > nanos) {
                nanos = next.atNanos;
                stepsThisInstant = 0;
            }
            next.body.run();
        }
        if (failure != null) {
            toTest();
            return false;
        }
        give(choose());
        return driver.comesBack();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the holder of the baton writes
    private void acted() {
        acts++;
    }

    private void toTest() {
        driverBaton = true;
        LockSupport.unpark(test);
    }

    // ---- whoever holds the baton

    /// Has something happen at a time of the run, on the kernel's thread, where it must not block.
    Action at(long atNanos, Runnable body) {
        Action action = new Action(Math.max(atNanos, nanos), ++actionNumbers, body);
        actions.add(action);
        return action;
    }

    boolean cancel(Action action) {
        return actions.remove(action);
    }

    Fiber start(Machine machine, String name, Runnable body) {
        checkHolder("started " + name);
        Fiber[] made = new Fiber[1];
        Fiber fiber = new Fiber(++numbers, machine, name, driver.fiber(name, () -> live(made[0], body)));
        made[0] = fiber;
        fibers.put(fiber.thread, fiber);
        makeReady(fiber);
        return fiber;
    }

    private void live(Fiber self, Runnable body) {
        awaitBaton(self);
        try {
            body.run();
        } catch (Throwable thrown) {
            failure = new SimulationFailure(self + " failed: " + thrown, thrown);
        }
        fibers.remove(self.thread);
        passOn();
    }

    void park() {
        Fiber self = self("park");
        if (self.permit || self.thread.isInterrupted()) {
            self.permit = false;
            return;
        }
        self.parked = true;
        change(self);
        self.parked = false;
        self.permit = false;
    }

    void parkUntil(long atNanos) {
        Fiber self = self("park");
        if (self.permit || self.thread.isInterrupted() || atNanos <= nanos) {
            self.permit = false;
            return;
        }
        Action alarm = at(atNanos, () -> unpark(self));
        park();
        cancel(alarm);
    }

    void giveWay() {
        Fiber self = self("give way");
        makeReady(self);
        change(self);
    }

    void unpark(Thread thread) {
        checkHolder("woken " + thread.getName());
        Fiber fiber = fibers.get(thread);
        if (fiber != null) {
            unpark(fiber);
        }
    }

    private void unpark(Fiber fiber) {
        if (!fiber.permit) {
            fiber.permit = true;
            if (fiber.parked) {
                makeReady(fiber);
            }
        }
    }

    /// Takes effect when the thread runs the next time, and ends its park.
    void interrupt(Thread thread) {
        checkHolder("interrupted " + thread.getName());
        Fiber fiber = fibers.get(thread);
        if (fiber == null) {
            return;
        }
        if (fiber == running) {
            thread.interrupt();
        } else {
            fiber.interrupted = true;
            unpark(fiber);
        }
    }

    private void makeReady(Fiber fiber) {
        if (fiber.ready || fiber.machine.holds(fiber)) {
            return;
        }
        fiber.ready = true;
        ready.add(fiber);
    }

    /// Puts threads that a machine has held back where they may be chosen.
    void release(Iterable<Fiber> held) {
        held.forEach(this::makeReady);
    }

    /// Takes the threads of a machine that are about to run out of the choice.
    void holdBack(Machine machine) {
        ready.removeIf(fiber -> {
            boolean held = fiber.machine == machine;
            if (held) {
                fiber.ready = false;
                machine.holds(fiber);
            }
            return held;
        });
    }

    private Fiber choose() {
        int chosen = ready.size() == 1 ? 0 : choices.nextInt(ready.size());
        Fiber fiber = ready.get(chosen);
        Fiber last = ready.removeLast();
        if (chosen < ready.size()) {
            ready.set(chosen, last);
        }
        fiber.ready = false;
        trace.step(fiber.number);
        return fiber;
    }

    private void change(Fiber self) {
        boolean interrupted = Thread.interrupted();
        passOn();
        awaitBaton(self);
        if (interrupted || self.interrupted) {
            self.interrupted = false;
            self.thread.interrupt();
        }
    }

    private void passOn() {
        running = null;
        if (++stepsThisInstant > STEPS_PER_INSTANT && !ready.isEmpty()) {
            fail("time stands still: more than " + STEPS_PER_INSTANT + " steps at " + nanos + " ns, the next by "
                    + ready.getFirst() + "; does it poll instead of waiting?");
        }
        if (driver.comesBack()) {
            return;
        }
        if (failure == null && !ready.isEmpty()) {
            give(choose());
        } else {
            kernelBaton = true;
            LockSupport.unpark(kernel);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the holder of the baton writes
    private void give(Fiber next) {
        steps++;
        running = next;
        next.baton = true;
        if (next.started) {
            LockSupport.unpark(next.thread);
        } else {
            next.started = true;
            next.thread.start();
        }
    }

    private void awaitBaton(Fiber self) {
        while (!self.baton) {
            LockSupport.park(this);
        }
        self.baton = false;
        holder = self.thread;
    }

    private Fiber self(String what) {
        Thread current = Thread.currentThread();
        Fiber self = running;
        if (self == null || self.thread != current) {
            throw fail(current.getName() + " may not " + what
                    + ": it is no thread of the simulation; use Simulation.run or Simulation.call");
        }
        return self;
    }

    private void checkHolder(String what) {
        Thread current = Thread.currentThread();
        if (current != holder) {
            throw fail(current.getName() + " has " + what
                    + " from outside of the simulation; its order would not be the same the next time");
        }
    }
}
