package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
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

    private final DistributedSupervisor supervisor;
    private final Function<K, ChildSpec> specOf;
    private final Tries tries;

    private Router(DistributedSupervisor supervisor, Function<K, ChildSpec> specOf, Tries tries) {
        this.supervisor = supervisor;
        this.specOf = specOf;
        this.tries = tries;
    }

    /// A router to the children of a supervisor. A try takes 5 seconds at most.
    ///
    /// @param specOf makes the spec of a key's child; the same for equal keys, with an id of its
    ///     own for each
    public static <K> Router<K> byKey(DistributedSupervisor supervisor, Function<K, ChildSpec> specOf) {
        return new Router<>(supervisor, specOf, Tries.on(supervisor.node()));
    }

    /// The same with another limit for one try: a worker that does not answer for so long is asked
    /// again.
    public Router<K> attempt(Duration attempt) {
        return new Router<>(supervisor, specOf, tries.each(attempt));
    }

    /// The same, trying again after these reasons too: for workers whose failure is not the
    /// request's fault.
    public Router<K> alsoAfter(Predicate<ExitReason> reasons) {
        return new Router<>(supervisor, specOf, tries.alsoAfter(reasons));
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
        return tries.run(timeout, deadline -> {
            Pid pid = supervisor.startOrGet(spec, deadline.left()).pid();
            return node.callOnce(id, pid, request, deadline.left());
        });
    }
}
