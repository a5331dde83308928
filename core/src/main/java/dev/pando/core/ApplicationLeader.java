package dev.pando.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts and stops the tree of an [Application], in a process that is the parent of the top supervisor: OTP's
/// application master.
final class ApplicationLeader {

    static final Name NAME = new Name("pando.application");

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private final Application application;
    private final Node node;

    enum Order {
        START,
        STOP
    }

    ApplicationLeader(Application application) {
        this.application = application;
        this.node = application.node();
    }

    /// Waits for the order to start, and returns when all is over.
    Ending lead() {
        Self.trapExits(true);
        if (Self.receive(Object.class) != Order.START) {
            return new Ending.Stopped();
        }
        Pid top = Self.launch(application.tree());
        boolean started = false;
        while (true) {
            switch (Self.receive(Object.class)) {
                case Initialized _ -> {
                    started = true;
                    log.info("{} has started", node);
                }
                case Exit(Pid from, ExitReason reason)
                when from.equals(top) -> {
                    phase("afterStop", application.afterStop(), application.deadline());
                    return started ? new Ending.GaveUp(reason) : new Ending.NotStarted(reason);
                }
                case Order.STOP -> {
                    return stop(top, started);
                }
                // What a node that is being closed sends.
                case Exit _ -> {
                    return stop(top, started);
                }
                default -> {}
            }
        }
    }

    private Ending stop(Pid top, boolean started) {
        long deadline = node.deadline(application.deadline());
        log.info("{} stops", node);
        if (!started) {
            // A supervisor that starts its children hears of nothing else.
            Optional<Signal> outcome = Self.receive(
                    Signal.class, signal -> signal instanceof Initialized || isExitOf(top, signal), left(deadline));
            if (outcome.isEmpty()) {
                return kill();
            }
            if (outcome.get() instanceof Exit(Pid _, ExitReason reason)) {
                phase("afterStop", application.afterStop(), left(deadline));
                return new Ending.NotStarted(reason);
            }
        }
        phase("beforeStop", application.beforeStop(), left(deadline).dividedBy(2));
        Self.exit(top, ExitReason.shutdown());
        boolean inTime = awaitExit(top, left(deadline)) && phase("afterStop", application.afterStop(), left(deadline));
        return inTime ? new Ending.Stopped() : kill();
    }

    /// Runs user code in a process of its own; `false` when that took too long and was killed.
    private boolean phase(String name, ProcessBody body, Duration time) {
        Pid pid;
        try {
            pid = Self.spawnLink(body);
        } catch (IllegalStateException closed) {
            log.warn("{}: {} does not run: {}", node, name, closed.getMessage());
            return true;
        }
        boolean inTime = awaitExit(pid, time);
        if (!inTime) {
            log.warn("{}: {} took more than {} and is killed", node, name, time);
            Self.exit(pid, ExitReason.killed());
        }
        return inTime;
    }

    private static boolean awaitExit(Pid pid, Duration time) {
        return Self.receive(Signal.class, signal -> isExitOf(pid, signal), time).isPresent();
    }

    private static boolean isExitOf(Pid pid, Signal signal) {
        return signal instanceof Exit exit && exit.from().equals(pid);
    }

    private Duration left(long deadlineNanos) {
        return Duration.ofNanos(deadlineNanos - node.host().clock().nanos());
    }

    private Ending kill() {
        List<LocalProcess> left = descendants(node, Self.pid());
        left.forEach(LocalProcess::kill);
        return new Ending.CutShort("not stopped within " + application.deadline(), names(left));
    }

    /// The processes below one that still live, each after its parent.
    static List<LocalProcess> descendants(Node node, Pid of) {
        Set<Pid> parents = new LinkedHashSet<>(List.of(of));
        List<LocalProcess> found = new ArrayList<>();
        for (LocalProcess process : node.living()) {
            if (process.parentPid().filter(parents::contains).isPresent()) {
                parents.add(process.pid);
                found.add(process);
            }
        }
        return found;
    }

    static List<String> names(List<LocalProcess> processes) {
        return processes.stream().map(LocalProcess::toString).toList();
    }
}
