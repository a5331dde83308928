package dev.pando.core;

import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildCount;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [DynamicSupervisor] as the body of a process.
final class DynamicSupervisorLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(DynamicSupervisor.class);

    private final DynamicSupervisor supervisor;
    private final LocalProcess self;
    private final Map<Pid, ChildSpec> children = new LinkedHashMap<>();
    /// Children whose restart failed, and that wait for the next attempt.
    private final List<ChildSpec> waiting = new ArrayList<>();
    private final Deque<Long> restarts = new ArrayDeque<>();

    /// A child's restart is to be tried again; other requests come in between.
    private record Again(ChildSpec spec) {}

    DynamicSupervisorLoop(DynamicSupervisor supervisor, LocalProcess self) {
        this.supervisor = supervisor;
        this.self = self;
    }

    @Override
    public void begin() {
        self.trapExits(true);
        self.ready();
    }

    @Override
    public void handle(Object item) {
        switch (item) {
            case Exit(Pid from, ExitReason reason) when self.isParent(from) -> end(reason);
            case Exit(Pid from, ExitReason reason) -> ended(from, reason);
            case StopRequest(ExitReason reason) -> end(reason);
            case Again(ChildSpec spec) -> {
                waiting.remove(spec);
                restart(spec);
            }
            case Request request -> answer(request);
            default -> {}
        }
    }

    private void ended(Pid pid, ExitReason reason) {
        ChildSpec spec = children.remove(pid);
        if (spec != null && spec.restart().after(reason)) {
            restart(spec);
        }
    }

    private void restart(ChildSpec spec) {
        long now = self.node.host().clock().nanos();
        restarts.addLast(now);
        while (now - restarts.getFirst() > Node.nanos(supervisor.period())) {
            restarts.removeFirst();
        }
        if (restarts.size() > supervisor.restarts()) {
            log.error("{} gives up: more than {} restarts in {}", self, supervisor.restarts(), supervisor.period());
            end(ExitReason.shutdown());
        }
        if (start(spec) instanceof ChildStart.Failed failed) {
            log.warn("{} could not restart child '{}': {}", self, spec.id(), failed.reason());
            waiting.add(spec);
            self.deliver(new Again(spec));
        }
    }

    private ChildStart start(ChildSpec spec) {
        try {
            Pid pid = self.node.startAndWait(Launch.child(self, spec, 0));
            children.put(pid, spec);
            return new ChildStart.Running(pid);
        } catch (RuntimeException failure) {
            self.check();
            ExitReason reason = Node.reasonOf(failure);
            return reason instanceof ExitReason.Normal ? new ChildStart.Ignored() : new ChildStart.Failed(reason);
        }
    }

    // ---- requests

    private void answer(Request request) {
        if (request.message() instanceof DynamicSupervisor.Message message) {
            self.node.calls().reply(request, answer(message));
        } else if (request.message() instanceof StateRequest) {
            self.node.calls().reply(request, which());
        } else {
            var reason = new ExitReason.NotAccepted(
                    DynamicSupervisor.class.getName(),
                    request.message().getClass().getName());
            self.node.calls().fail(request, reason);
        }
    }

    private Object answer(DynamicSupervisor.Message message) {
        return switch (message) {
            case DynamicSupervisor.StartChild(ChildSpec spec) -> isFull() ? full() : start(spec);
            case DynamicSupervisor.TerminateChild(Pid child) -> terminate(child);
            case DynamicSupervisor.WhichChildren() -> which();
            case DynamicSupervisor.CountChildren() -> count();
        };
    }

    private boolean isFull() {
        return children.size() + waiting.size() >= supervisor.childrenMax();
    }

    private ChildStart full() {
        return new ChildStart.Failed(
                ExitReason.Other.of("there are " + supervisor.childrenMax() + " children already"));
    }

    private ChildChange terminate(Pid pid) {
        ChildSpec spec = children.remove(pid);
        if (spec == null) {
            return ChildChange.NOT_FOUND;
        }
        Map<Ref, Pid> stopping = new LinkedHashMap<>();
        stopping.put(tellToStop(pid, spec), pid);
        awaitEnd(stopping, spec.shutdown());
        return ChildChange.DONE;
    }

    private List<ChildStatus> which() {
        List<ChildStatus> all = new ArrayList<>();
        children.forEach((pid, spec) -> all.add(status(spec, Optional.of(pid))));
        waiting.forEach(spec -> all.add(status(spec, Optional.empty())));
        return all;
    }

    private static ChildStatus status(ChildSpec spec, Optional<Pid> pid) {
        return new ChildStatus(spec.id(), pid, pid.isEmpty(), spec.restart(), isSupervisor(spec));
    }

    private ChildCount count() {
        int supervisors = 0;
        for (ChildSpec spec : children.values()) {
            supervisors += isSupervisor(spec) ? 1 : 0;
        }
        for (ChildSpec spec : waiting) {
            supervisors += isSupervisor(spec) ? 1 : 0;
        }
        int specs = children.size() + waiting.size();
        return new ChildCount(specs, children.size(), supervisors, specs - supervisors);
    }

    private static boolean isSupervisor(ChildSpec spec) {
        return spec.behaviour() instanceof Supervisor || spec.behaviour() instanceof DynamicSupervisor;
    }

    // ---- stop

    /// Stops all children at once, each within the time it may take.
    private void end(ExitReason reason) {
        Map<Duration, Map<Ref, Pid>> byTime = new TreeMap<>();
        children.forEach((pid, spec) -> byTime.computeIfAbsent(spec.shutdown(), _ -> new LinkedHashMap<>())
                .put(tellToStop(pid, spec), pid));
        children.clear();
        long start = self.node.host().clock().nanos();
        byTime.forEach((time, stopping) -> {
            long spent = self.node.host().clock().nanos() - start;
            Duration left = time.minusNanos(spent);
            awaitEnd(stopping, left.isNegative() ? Duration.ZERO : left);
        });
        throw new ExitException(reason);
    }

    private static Ref tellToStop(Pid pid, ChildSpec spec) {
        Ref ref = Self.monitor(pid);
        Self.unlink(pid);
        Self.exit(pid, spec.shutdown().isZero() ? ExitReason.killed() : ExitReason.shutdown());
        return ref;
    }

    private void awaitEnd(Map<Ref, Pid> stopping, Duration time) {
        long deadline = self.node.deadline(time);
        while (!stopping.isEmpty()) {
            Duration left = Duration.ofNanos(
                    Math.max(0, deadline - self.node.host().clock().nanos()));
            Optional<Down> down = Self.receive(Down.class, one -> stopping.containsKey(one.ref()), left);
            if (down.isEmpty()) {
                stopping.values().forEach(pid -> Self.exit(pid, ExitReason.killed()));
                deadline = self.node.deadline(Node.FOREVER);
            } else {
                stopping.remove(down.get().ref());
            }
        }
    }
}
