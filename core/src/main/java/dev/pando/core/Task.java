package dev.pando.core;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/// A computation in a process of its own, whose result the process that started it waits for.
///
/// Only that process can wait, and once.
public final class Task<T> {

    private final Pid pid;
    private final Ref monitor;
    private final Pid owner;
    private final boolean linked;

    /// What a task sends before it ends. It may end before its owner has come to monitor it, so a failure says
    /// why too.
    private sealed interface Outcome {
        Pid task();
    }

    private record Done(Pid task, Object value) implements Outcome {}

    private record Failed(Pid task, ExitReason reason) implements Outcome {}

    private Task(Pid pid, Ref monitor, boolean linked) {
        this.pid = pid;
        this.monitor = monitor;
        this.owner = Self.pid();
        this.linked = linked;
    }

    /// Starts a computation, linked to this process: when it fails, this process ends with it, unless it traps
    /// exits.
    public static <T> Task<T> async(Callable<T> body) {
        Pid owner = Self.pid();
        Pid pid = Self.spawnLink(() -> compute(body, owner));
        return new Task<>(pid, Self.monitor(pid), true);
    }

    /// Starts a computation under a dynamic supervisor, which stops it when it stops itself. When it fails, only
    /// [#await] hears of it.
    ///
    /// @throws ExitException when the supervisor cannot start it
    public static <T> Task<T> supervised(Dest supervisor, Callable<T> body) {
        Pid owner = Self.pid();
        ProcessBody task = () -> compute(body, owner);
        ChildSpec spec = ChildSpec.of("task", task).restart(Restart.TEMPORARY);
        return switch (Self.call(supervisor, new DynamicSupervisor.StartChild(spec))) {
            case Supervisor.ChildStart.Running(Pid pid) -> new Task<>(pid, Self.monitor(pid), false);
            case Supervisor.ChildStart refused ->
                throw new ExitException(ExitReason.Other.of("task not started: " + refused));
        };
    }

    private static <T> void compute(Callable<T> body, Pid owner) throws Exception {
        try {
            T value = body.call();
            Self.send(owner, new Done(Self.pid(), value));
        } catch (Exception e) {
            Self.send(owner, new Failed(Self.pid(), Node.reasonOf(e)));
            throw e;
        }
    }

    public Pid pid() {
        return pid;
    }

    /// The result, waiting 5 seconds at most.
    public T await() {
        return await(Node.CALL);
    }

    /// The result. When the time is up, the task is killed.
    ///
    /// @throws ExitException with `Timeout`, or the reason for which the task ended
    /// @throws IllegalStateException in another process than the one that started the task
    @SuppressWarnings("unchecked")
    public T await(Duration timeout) {
        if (!owner.equals(Self.pid())) {
            throw new IllegalStateException("only " + owner + ", which started the task, can wait for it");
        }
        Optional<Object> outcome = Self.receive(Object.class, this::isOutcome, timeout);
        if (outcome.isEmpty()) {
            abandon();
            throw new ExitException(new ExitReason.Timeout(timeout), "task " + pid);
        }
        release();
        return switch (outcome.get()) {
            case Done(Pid _, Object value) -> (T) value;
            case Failed(Pid _, ExitReason reason) -> throw new ExitException(reason, "task " + pid);
            case Down down -> throw new ExitException(down.reason(), "task " + pid);
            default -> throw new IllegalStateException("not an outcome: " + outcome);
        };
    }

    private boolean isOutcome(Object item) {
        return (item instanceof Outcome outcome && outcome.task().equals(pid))
                || (item instanceof Down down && down.ref().equals(monitor));
    }

    private void abandon() {
        release();
        Self.exit(pid, ExitReason.killed());
    }

    private void release() {
        Self.demonitor(monitor);
        if (linked) {
            Self.unlink(pid);
        }
    }
}
