package dev.pando.testkit;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Scheduler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one node runs on: its share of the simulation's threads, a clock and a stream of chance of its own.
///
/// It can stand still for a while, as a process that is stopped or collects garbage: nothing of it runs, and what was
/// due meanwhile happens late, in its order. After a crash nothing of it runs any more.
final class Machine implements Scheduler {

    private enum State {
        RUNNING,
        PAUSED,
        CRASHED
    }

    private final String name;
    private final Kernel kernel;
    private final SimulatedClock clock;
    private final RandomGenerator chance;
    private final Set<Kernel.Fiber> held = new LinkedHashSet<>();
    private final List<Pending> late = new ArrayList<>();
    private final Set<Pending> pending = new LinkedHashSet<>();
    private State state = State.RUNNING;

    Machine(String name, Kernel kernel, RandomGenerator chance) {
        this.name = name;
        this.kernel = kernel;
        this.clock = new SimulatedClock(kernel);
        this.chance = chance;
    }

    String name() {
        return name;
    }

    Host host() {
        return new Host(this, clock, () -> chance);
    }

    SimulatedClock clock() {
        return clock;
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    boolean isCrashed() {
        return state == State.CRASHED;
    }

    // ---- what is done to it, from outside of it

    void pause() {
        if (state == State.RUNNING) {
            state = State.PAUSED;
            kernel.holdBack(this);
        }
    }

    void crash() {
        state = State.CRASHED;
        kernel.holdBack(this);
    }

    /// Lets it go on after a pause; also after a crash, when it is to be taken apart at the end of the run.
    void resume() {
        state = State.RUNNING;
        List<Pending> due = List.copyOf(late);
        late.clear();
        List<Kernel.Fiber> ready = List.copyOf(held);
        held.clear();
        due.forEach(Pending::fire);
        kernel.release(ready);
    }

    /// Whether a thread that is ready has to wait for the machine; it is then kept for [#resume].
    boolean holds(Kernel.Fiber fiber) {
        boolean holds = state != State.RUNNING;
        if (holds) {
            held.add(fiber);
        }
        return holds;
    }

    // ---- the scheduler of its node

    @Override
    public Thread start(String name, Runnable body) {
        return kernel.start(this, name, body).thread;
    }

    @Override
    public void park() {
        kernel.park();
    }

    @Override
    public void parkUntil(long deadlineNanos) {
        kernel.parkUntil(clock.kernelNanos(deadlineNanos));
    }

    @Override
    public void giveWay() {
        kernel.giveWay();
    }

    @Override
    public void unpark(Thread thread) {
        kernel.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        kernel.interrupt(thread);
    }

    @Override
    public Timer at(long deadlineNanos, Runnable action) {
        Pending timer = new Pending(action);
        pending.add(timer);
        timer.scheduled = kernel.at(clock.kernelNanos(deadlineNanos), timer::due);
        return timer;
    }

    @Override
    public void close() {
        List.copyOf(pending).forEach(Pending::cancel);
    }

    /// A timer of the node.
    private final class Pending implements Timer {

        private final Runnable action;
        private Kernel.@Nullable Action scheduled;

        Pending(Runnable action) {
            this.action = action;
        }

        private void due() {
            if (state == State.RUNNING) {
                fire();
            } else {
                late.add(this);
            }
        }

        private void fire() {
            if (pending.remove(this)) {
                action.run();
            }
        }

        @Override
        public boolean cancel() {
            boolean cancelled = pending.remove(this);
            if (cancelled && scheduled != null) {
                kernel.cancel(scheduled);
            }
            return cancelled;
        }
    }
}
