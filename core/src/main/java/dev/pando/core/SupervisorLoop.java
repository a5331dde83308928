package dev.pando.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [Supervisor] as the body of a process.
final class SupervisorLoop {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private final Supervisor supervisor;
    private final LocalProcess self;
    private final List<Child> children = new ArrayList<>();
    private final Deque<Long> restarts = new ArrayDeque<>();

    /// A child that is supposed to run; `pid` is empty after a temporary or finished one has ended.
    private static final class Child {
        final ChildSpec spec;

        @Nullable
        Pid pid;

        Child(ChildSpec spec) {
            this.spec = spec;
        }
    }

    SupervisorLoop(Supervisor supervisor, LocalProcess self) {
        this.supervisor = supervisor;
        this.self = self;
    }

    void run(Runnable ready) {
        self.trapExits(true);
        try {
            for (ChildSpec spec : supervisor.children()) {
                Child child = new Child(spec);
                start(child);
                children.add(child);
            }
        } catch (RuntimeException failure) {
            stopAll();
            throw failure;
        }
        ready.run();
        serve();
    }

    private void serve() {
        while (true) {
            switch (self.take(_ -> true)) {
                case Exit(Pid from, ExitReason reason)
                when self.parent.filter(from::equals).isPresent() -> stop(reason);
                case Exit(Pid from, ExitReason reason) -> ended(from, reason);
                case StopRequest(ExitReason reason) -> stop(reason);
                case Request request ->
                    self.node.failCall(
                            request.ref(),
                            self,
                            new ExitReason.NotAccepted(
                                    Supervisor.class.getName(),
                                    request.message().getClass().getName()));
                default -> {}
            }
        }
    }

    private void start(Child child) {
        try {
            child.pid = Self.startLink(child.spec.behaviour(), child.spec.name());
        } catch (ExitException e) {
            throw new ExitException(e.reason(), "child '" + child.spec.id() + "' did not start");
        } catch (IllegalStateException e) {
            throw new IllegalStateException("child '" + child.spec.id() + "' did not start: " + e.getMessage(), e);
        }
    }

    private void ended(Pid pid, ExitReason reason) {
        Optional<Child> ended =
                children.stream().filter(child -> pid.equals(child.pid)).findFirst();
        if (ended.isEmpty()) {
            return;
        }
        Child child = ended.get();
        child.pid = null;
        while (child.pid == null && child.spec.restart().after(reason)) {
            count(child, reason);
            try {
                start(child);
            } catch (RuntimeException failure) {
                self.check();
                log.warn("{} could not restart child '{}': {}", self, child.spec.id(), failure.getMessage());
            }
        }
    }

    /// Counts one restart, and gives up when there have been too many.
    private void count(Child child, ExitReason reason) {
        long now = self.node.host().clock().nanos();
        restarts.addLast(now);
        while (now - restarts.getFirst() > Node.nanos(supervisor.period())) {
            restarts.removeFirst();
        }
        if (restarts.size() > supervisor.restarts()) {
            log.error(
                    "{} gives up: more than {} restarts in {}, the last of child '{}' after {}",
                    self,
                    supervisor.restarts(),
                    supervisor.period(),
                    child.spec.id(),
                    reason);
            stop(ExitReason.shutdown());
        }
    }

    private void stop(ExitReason reason) {
        stopAll();
        throw new ExitException(reason);
    }

    private void stopAll() {
        for (Child child : children.reversed()) {
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
        Self.exit(pid, ExitReason.shutdown());
        if (Self.receive(Down.class, down -> down.ref().equals(ref), spec.shutdown())
                .isEmpty()) {
            log.warn("{} kills child '{}': it did not stop within {}", self, spec.id(), spec.shutdown());
            Self.exit(pid, ExitReason.killed());
            Self.receive(Down.class, down -> down.ref().equals(ref), Node.FOREVER);
        }
    }
}
