package dev.pando.observer;

import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// Calls one hook with one alert after the other, each in a process that is linked to the
/// monitor's. Confined to the monitor's process, which traps exits.
final class HookCalls {

    static final int WAITING_MAX = 100;

    private record Running(Pid pid, Alert alert, Self.Timer limit) {}

    private final NodeName node;
    private final Consumer<Alert> hook;
    private final Duration limit;
    private final Deque<Alert> waiting = new ArrayDeque<>();
    private Optional<Running> running = Optional.empty();

    HookCalls(NodeName node, Consumer<Alert> hook, Duration limit) {
        this.node = node;
        this.hook = hook;
        this.limit = limit;
    }

    /// The newest are worth most: they say how it is now.
    void tell(Alert alert) {
        if (waiting.size() == WAITING_MAX) {
            AlertLog.hookMissed(node, waiting.remove());
        }
        waiting.add(alert);
        next();
    }

    private void next() {
        if (running.isEmpty() && !waiting.isEmpty()) {
            Alert alert = waiting.remove();
            Pid pid = Self.spawnLink(() -> hook.accept(alert));
            running = Optional.of(new Running(pid, alert, Self.sendAfter(limit, new ClusterMonitor.HookIsSlow(pid))));
        }
    }

    /// Kills a call that has had its time.
    void slow(Pid pid) {
        if (isRunning(pid)) {
            Self.exit(pid, ExitReason.killed());
        }
    }

    /// Goes on with the next alert when the process of a call has ended.
    void ended(Exit exit) {
        running.filter(call -> call.pid().equals(exit.from())).ifPresent(call -> {
            call.limit().cancel();
            if (exit.reason().abnormal()) {
                AlertLog.hookFailed(node, call.alert(), exit.reason());
            }
            running = Optional.empty();
            next();
        });
    }

    private boolean isRunning(Pid pid) {
        return running.filter(call -> call.pid().equals(pid)).isPresent();
    }
}
