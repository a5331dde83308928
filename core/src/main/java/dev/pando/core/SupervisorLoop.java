package dev.pando.core;

import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildCount;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [Supervisor] as the body of a process.
///
/// Top down: start, serve, the end of a child and what follows for its group, requests, stop.
final class SupervisorLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private final Supervisor supervisor;
    private final LocalProcess self;
    private final List<Child> children = new ArrayList<>();
    private final Deque<Long> restarts = new ArrayDeque<>();
    /// In a row, before the last one.
    private int failures = -1;
    private long startedNanos;

    private static final class Child {
        final ChildSpec spec;
        /// Absent while it does not run: terminated, finished, or about to be restarted.
        @Nullable
        Pid pid;

        boolean restarting;
        int restarts;

        Child(ChildSpec spec) {
            this.spec = spec;
        }
    }

    /// The time has come to start the children of a group that wait for it.
    private record Again(List<Child> group, ExitReason reason) {}

    SupervisorLoop(Supervisor supervisor, LocalProcess self) {
        this.supervisor = supervisor;
        this.self = self;
    }

    @Override
    public void begin() {
        self.trapExits(true);
        try {
            for (ChildSpec spec : supervisor.children()) {
                Child child = new Child(spec);
                start(child);
                if (isKept(child)) {
                    children.add(child);
                }
            }
        } catch (RuntimeException failure) {
            stop(children);
            throw failure;
        }
        self.ready();
    }

    @Override
    public void handle(Object item) {
        switch (item) {
            case Exit(Pid from, ExitReason reason) when self.isParent(from) -> end(reason);
            case Exit(Pid from, ExitReason reason) -> ended(from, reason);
            case StopRequest(ExitReason reason) -> end(reason);
            case Again(List<Child> group, ExitReason reason) -> startWaiting(group, reason);
            case Request request -> answer(request);
            default -> {}
        }
    }

    private void start(Child child) {
        try {
            child.pid = launch(child);
        } catch (ExitException | IllegalStateException failure) {
            if (!isIgnored(failure)) {
                throw new ExitException(new ExitReason.NotStarted(child.spec.id(), Node.reasonOf(failure)));
            }
        }
    }

    private Pid launch(Child child) {
        return self.node.startAndWait(Launch.child(self, child.spec, child.restarts));
    }

    private static boolean isIgnored(RuntimeException failure) {
        return failure instanceof ExitException exit && exit.reason() instanceof ExitReason.Normal;
    }

    private static boolean isKept(Child child) {
        return child.pid != null || child.spec.restart() != Restart.TEMPORARY;
    }

    // ---- the end of a child

    private void ended(Pid pid, ExitReason reason) {
        Optional<Child> found =
                children.stream().filter(child -> pid.equals(child.pid)).findFirst();
        if (found.isEmpty()) {
            return;
        }
        Child child = found.get();
        child.pid = null;
        if (child.spec.restart().after(reason)) {
            restart(child, reason);
        } else if (child.spec.restart() == Restart.TEMPORARY) {
            children.remove(child);
        }
    }

    /// Stops the children that share the fate of one, and has all of them started again.
    private void restart(Child failed, ExitReason reason) {
        List<Child> group = switch (supervisor.strategy()) {
            case ONE_FOR_ONE -> List.of(failed);
            case ONE_FOR_ALL -> List.copyOf(children);
            case REST_FOR_ONE -> List.copyOf(children.subList(children.indexOf(failed), children.size()));
        };
        stop(group);
        for (Child child : group) {
            if (child.spec.restart() == Restart.TEMPORARY) {
                children.remove(child);
            } else {
                child.restarting = true;
            }
        }
        count(reason);
        if (supervisor.backOff().isNone()) {
            startWaiting(group, reason);
        } else {
            startLater(group, reason);
        }
    }

    /// Arranges another attempt. Without a back-off it follows at once, but requests that wait come first.
    private void startLater(List<Child> group, ExitReason reason) {
        if (supervisor.backOff().isNone()) {
            self.deliver(new Again(group, reason));
            return;
        }
        long now = self.node.host().clock().nanos();
        boolean calm = now - startedNanos > Node.nanos(supervisor.backOff().max());
        failures = calm ? 0 : failures + 1;
        Duration delay = supervisor.backOff().delay(failures);
        long jitter = self.node.host().entropy().random().nextLong(Node.nanos(delay) / 4 + 1);
        // What it waits is no time that it has run for.
        startedNanos = now + Node.nanos(delay) + jitter;
        Self.sendAfter(delay.plusNanos(jitter), new Again(group, reason));
    }

    /// Starts the children of a group that wait for it, in order. When one does not start, it and the later ones
    /// wait for the next attempt; other groups do not.
    private void startWaiting(List<Child> group, ExitReason reason) {
        for (Child child : group) {
            if (!child.restarting) {
                continue;
            }
            child.restarts++;
            try {
                start(child);
                child.restarting = false;
            } catch (RuntimeException failure) {
                self.check();
                log.warn("{}: {}", self, failure.getMessage());
                count(reason);
                startLater(group, reason);
                return;
            }
        }
    }

    /// Counts one restart, and gives up when there have been too many.
    private void count(ExitReason reason) {
        long now = self.node.host().clock().nanos();
        restarts.addLast(now);
        while (now - restarts.getFirst() > Node.nanos(supervisor.period())) {
            restarts.removeFirst();
        }
        if (restarts.size() > supervisor.restarts()) {
            log.error(
                    "{} gives up: more than {} restarts in {}, the last after {}",
                    self,
                    supervisor.restarts(),
                    supervisor.period(),
                    reason);
            end(ExitReason.shutdown());
        }
    }

    // ---- requests

    private void answer(Request request) {
        if (request.message() instanceof Supervisor.Message message) {
            self.node.calls().reply(request, answer(message));
        } else if (request.message() instanceof StateRequest) {
            self.node.calls().reply(request, answer(new Supervisor.WhichChildren()));
        } else {
            var reason = new ExitReason.NotAccepted(
                    Supervisor.class.getName(), request.message().getClass().getName());
            self.node.calls().fail(request, reason);
        }
    }

    private Object answer(Supervisor.Message message) {
        return switch (message) {
            case Supervisor.StartChild(ChildSpec spec) -> add(spec);
            case Supervisor.RestartChild(String id) ->
                find(id).map(this::startAgain).orElseGet(ChildStart.NotFound::new);
            case Supervisor.TerminateChild(String id) ->
                find(id).map(this::terminate).orElse(ChildChange.NOT_FOUND);
            case Supervisor.DeleteChild(String id) -> find(id).map(this::delete).orElse(ChildChange.NOT_FOUND);
            case Supervisor.WhichChildren() ->
                children.stream().map(SupervisorLoop::status).toList();
            case Supervisor.CountChildren() -> count();
        };
    }

    private ChildStart add(ChildSpec spec) {
        Optional<Child> known = find(spec.id());
        if (known.isPresent()) {
            Pid pid = known.get().pid;
            return pid == null ? new ChildStart.AlreadyPresent() : new ChildStart.AlreadyStarted(pid);
        }
        Child child = new Child(spec);
        ChildStart started = startNow(child);
        boolean failed = started instanceof ChildStart.Failed;
        if (!failed && isKept(child)) {
            children.add(child);
        }
        return started;
    }

    private ChildStart startAgain(Child child) {
        if (child.restarting) {
            return new ChildStart.Restarting();
        }
        Pid pid = child.pid;
        return pid == null ? startNow(child) : new ChildStart.AlreadyStarted(pid);
    }

    private ChildStart startNow(Child child) {
        try {
            Pid pid = launch(child);
            child.pid = pid;
            return new ChildStart.Running(pid);
        } catch (RuntimeException failure) {
            self.check();
            return isIgnored(failure) ? new ChildStart.Ignored() : new ChildStart.Failed(Node.reasonOf(failure));
        }
    }

    private ChildChange terminate(Child child) {
        stop(List.of(child));
        child.restarting = false;
        if (child.spec.restart() == Restart.TEMPORARY) {
            children.remove(child);
        }
        return ChildChange.DONE;
    }

    private ChildChange delete(Child child) {
        if (child.restarting) {
            return ChildChange.RESTARTING;
        }
        if (child.pid != null) {
            return ChildChange.RUNNING;
        }
        children.remove(child);
        return ChildChange.DONE;
    }

    private Optional<Child> find(String id) {
        return children.stream().filter(child -> child.spec.id().equals(id)).findFirst();
    }

    private static ChildStatus status(Child child) {
        return new ChildStatus(
                child.spec.id(),
                Optional.ofNullable(child.pid),
                child.restarting,
                child.spec.restart(),
                isSupervisor(child));
    }

    private static boolean isSupervisor(Child child) {
        return child.spec.behaviour() instanceof Supervisor || child.spec.behaviour() instanceof DynamicSupervisor;
    }

    private ChildCount count() {
        int active = 0;
        int supervisors = 0;
        for (Child child : children) {
            active += child.pid == null ? 0 : 1;
            supervisors += isSupervisor(child) ? 1 : 0;
        }
        return new ChildCount(children.size(), active, supervisors, children.size() - supervisors);
    }

    // ---- stop

    private void end(ExitReason reason) {
        stop(children);
        throw new ExitException(reason);
    }

    /// Stops children, last started first, each within the time it may take.
    private void stop(List<Child> stopped) {
        for (Child child : stopped.reversed()) {
            Pid pid = child.pid;
            if (pid != null) {
                child.pid = null;
                stop(pid, child.spec);
            }
        }
    }

    private void stop(Pid pid, ChildSpec spec) {
        Ref ref = Self.monitor(pid);
        Self.unlink(pid);
        if (spec.shutdown().isZero()) {
            Self.exit(pid, ExitReason.killed());
        } else {
            Self.exit(pid, ExitReason.shutdown());
        }
        if (Self.receive(Down.class, down -> down.ref().equals(ref), spec.shutdown())
                .isEmpty()) {
            if (!spec.shutdown().isZero()) {
                log.warn("{} kills child '{}': it did not stop within {}", self, spec.id(), spec.shutdown());
                Self.exit(pid, ExitReason.killed());
            }
            Self.receive(Down.class, down -> down.ref().equals(ref), Node.FOREVER);
        }
    }
}
