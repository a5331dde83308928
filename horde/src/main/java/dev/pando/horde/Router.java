package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/// Takes requests to the child of a key: starts it where there is none, calls it, and tries again
/// while it moves, fails over, or has just ended. For any thread and any number of callers at once;
/// it is no process.
///
/// All tries of one request bear the same id. So a worker that has handled it answers again from
/// memory and does not handle it twice, also after it has moved with its state
/// ([dev.pando.core.Handoff]). That memory ends with the worker: when its node is lost after it has
/// handled a request and before the caller has the answer, the next worker handles it again. What
/// must not happen twice even then needs an idempotency key where it happens:
/// [dev.pando.core.Self#requestId] is one.
public final class Router<K> {

    private static final Duration PAUSE_MIN = Duration.ofMillis(5);
    private static final int DOUBLINGS_MAX = 6;

    private final DistributedSupervisor supervisor;
    private final Function<K, ChildSpec> specOf;
    private final Duration attempt;
    private final Predicate<ExitReason> retried;

    private Router(
            DistributedSupervisor supervisor,
            Function<K, ChildSpec> specOf,
            Duration attempt,
            Predicate<ExitReason> retried) {
        this.supervisor = supervisor;
        this.specOf = specOf;
        this.attempt = attempt;
        this.retried = retried;
    }

    /// A router to the children of a supervisor. A try takes 5 seconds at most.
    ///
    /// @param specOf makes the spec of a key's child; the same for equal keys, with an id of its
    ///     own for each
    public static <K> Router<K> byKey(DistributedSupervisor supervisor, Function<K, ChildSpec> specOf) {
        return new Router<>(supervisor, specOf, Duration.ofSeconds(5), Router::saysNothingOfTheRequest);
    }

    /// The same with another limit for one try: a worker that does not answer for so long is asked
    /// again.
    public Router<K> attempt(Duration attempt) {
        if (!attempt.isPositive()) {
            throw new IllegalArgumentException("a try of " + attempt + ": give a time above 0");
        }
        return new Router<>(supervisor, specOf, attempt, retried);
    }

    /// The same, trying again after these reasons too: for workers whose failure is not the
    /// request's fault.
    public Router<K> alsoAfter(Predicate<ExitReason> reasons) {
        return new Router<>(supervisor, specOf, attempt, retried.or(reasons));
    }

    /// Sends a request to the child of a key and waits for its answer.
    ///
    /// @throws ExitException with what the last try failed for, when the time is up or the reason
    ///     is a matter of the request: `NotAccepted`, a crash of the worker, a start that failed
    /// @throws dev.pando.core.wire.WireException when the request, or the spec, cannot travel
    public <R> R call(K key, Call<R> request, Duration timeout) {
        ChildSpec spec = specOf.apply(key);
        Node node = supervisor.node();
        Ref id = node.newRef();
        long deadline = node.host().clock().nanos() + timeout.toNanos();
        for (int tries = 0; ; tries++) {
            try {
                return call(node, spec, id, request, left(node, deadline));
            } catch (ExitException e) {
                checkpoint();
                Duration pause = PAUSE_MIN.multipliedBy(1L << Math.min(tries, DOUBLINGS_MAX));
                if (!retried.test(e.reason()) || left(node, deadline).compareTo(pause.multipliedBy(2)) <= 0) {
                    throw e;
                }
                pause(node, pause.plusNanos(node.host().entropy().random().nextLong(pause.toNanos())));
            }
        }
    }

    private <R> R call(Node node, ChildSpec spec, Ref id, Call<R> request, Duration left) {
        Duration time = left.compareTo(attempt) < 0 ? left : attempt;
        long deadline = node.host().clock().nanos() + time.toNanos();
        Pid pid = supervisor.startOrGet(spec, time).pid();
        return node.callOnce(id, pid, request, left(node, deadline));
    }

    private static Duration left(Node node, long deadline) {
        return Duration.ofNanos(deadline - node.host().clock().nanos());
    }

    /// Lets the calling process end when it is to: that is no failure of a try.
    private static void checkpoint() {
        if (Self.inProcess()) {
            Self.checkpoint();
        }
    }

    private static void pause(Node node, Duration time) {
        if (Self.inProcess()) {
            Self.sleep(time);
        } else {
            node.host().scheduler().parkUntil(node.host().clock().nanos() + time.toNanos());
        }
    }

    /// Whether a failure is one of the way to the worker, or of its place.
    private static boolean saysNothingOfTheRequest(ExitReason reason) {
        return switch (reason) {
            case ExitReason.NoProcess _,
                    ExitReason.NoConnection _,
                    ExitReason.Timeout _,
                    ExitReason.Moved _,
                    ExitReason.Shutdown _,
                    ExitReason.Killed _,
                    ExitReason.NameConflict _,
                    ExitReason.NoQuorum _,
                    ExitReason.Overloaded _ -> true;
            case ExitReason.Normal _,
                    ExitReason.NotAccepted _,
                    ExitReason.NotStarted _,
                    ExitReason.Crash _,
                    ExitReason.Other _ -> false;
        };
    }
}
