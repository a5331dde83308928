package dev.pando.core;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A supervision tree as a value: children are started in order, restarted by their rules, stopped in reverse
/// order.
///
/// When a child does not start, the ones before it are stopped, and the reason is [ExitReason.NotStarted].
///
/// When more than `restarts` restarts fall within `period`, the supervisor stops all children and exits with
/// `Shutdown`; its own parent decides further. A restart that fails is tried again, and counts again. A child
/// whose `init` exits with `Normal` has nothing to do and is left alone, as with OTP's `ignore`.
///
/// A running supervisor answers the calls of its [Message]s, from any node.
public record Supervisor(Strategy strategy, List<ChildSpec> children, int restarts, Duration period, BackOff backOff)
        implements Behaviour {

    /// What a running supervisor can be asked.
    public sealed interface Message {}

    /// Adds a child and starts it. Its place is after all others.
    public record StartChild(ChildSpec spec) implements Message, Call<ChildStart> {}

    /// Stops a child and keeps its specification, unless it is temporary.
    public record TerminateChild(String id) implements Message, Call<ChildChange> {}

    /// Starts a child that was terminated or has finished.
    public record RestartChild(String id) implements Message, Call<ChildStart> {}

    /// Forgets a child that does not run.
    public record DeleteChild(String id) implements Message, Call<ChildChange> {}

    /// All children, in the order of their start.
    public record WhichChildren() implements Message, Call<List<ChildStatus>> {}

    public record CountChildren() implements Message, Call<ChildCount> {}

    /// What became of a request to start a child.
    public sealed interface ChildStart {
        record Running(Pid pid) implements ChildStart {}

        record AlreadyStarted(Pid pid) implements ChildStart {}

        /// There is such a child, and it does not run; restart or delete it.
        record AlreadyPresent() implements ChildStart {}

        /// It waits to be restarted.
        record Restarting() implements ChildStart {}

        /// Its `init` exited with `Normal`: it has nothing to do. Kept as a child that does not run, unless
        /// temporary.
        record Ignored() implements ChildStart {}

        record NotFound() implements ChildStart {}

        record Failed(ExitReason reason) implements ChildStart {}
    }

    /// What became of a request to terminate or delete a child.
    public enum ChildChange {
        DONE,
        NOT_FOUND,
        /// A running child cannot be deleted; terminate it first.
        RUNNING,
        /// It waits to be restarted; terminate it first.
        RESTARTING
    }

    /// How a child stands.
    ///
    /// @param pid absent while the child does not run
    /// @param restarting whether it waits to be restarted
    public record ChildStatus(String id, Optional<Pid> pid, boolean restarting, Restart restart, boolean supervisor) {}

    /// How many children there are.
    ///
    /// @param specs all children, running or not
    /// @param active those that run
    public record ChildCount(int specs, int active, int supervisors, int workers) {}

    public Supervisor {
        children = List.copyOf(children);
        Set<String> ids = new HashSet<>();
        for (ChildSpec child : children) {
            if (!ids.add(child.id())) {
                throw new IllegalArgumentException("two children have the id '" + child.id() + "'");
            }
        }
        if (restarts < 0 || period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException(
                    "intensity " + restarts + " in " + period + ": give a count of 0 or more and a period above 0");
        }
    }

    /// A supervisor that allows 3 restarts in 5 seconds, each at once.
    public static Supervisor of(Strategy strategy, ChildSpec... children) {
        return new Supervisor(strategy, List.of(children), 3, Duration.ofSeconds(5), BackOff.NONE);
    }

    public Supervisor intensity(int restarts, Duration period) {
        return new Supervisor(strategy, children, restarts, period, backOff);
    }

    public Supervisor backOff(Duration min, Duration max) {
        return new Supervisor(strategy, children, restarts, period, new BackOff(min, max));
    }
}
