package dev.pando.core;

import java.time.Duration;

/// How a supervisor has a server of its node go on as another process. For supervisors across nodes; a server itself
/// implements [Handoff].
///
/// [#suspend] is followed by [#release] when the successor runs, or else by [#resume]. Nothing is handled in between,
/// so nothing is handled twice.
public final class HandOver {

    /// How long a process that has moved says so to those who have not heard of it.
    static final Duration LINGERS = Duration.ofSeconds(2);

    /// What the runtime tells the loop of a server.
    sealed interface Order {

        record Resume() implements Order {}

        record Release(Pid successor) implements Order {}

        record Merge(Exported other) implements Order {}
    }

    /// As an [Order], answered.
    record Suspend() implements Call<Exported> {}

    /// Makes a server handle nothing more, and takes its state. Waits for what it handles at the moment.
    ///
    /// @throws ExitException with `Overloaded` when calls are open that it is to answer later, since they
    ///     would be lost; with the reason for which `export` failed; with `NotAccepted` when it does not
    ///     implement [Handoff]; it goes on then. With `Timeout` when it does not answer in time: it may be
    ///     suspended all the same, and has to be resumed
    public static Exported suspend(Node node, Pid server, Duration timeout) {
        return node.call(server, new Suspend(), timeout);
    }

    /// Lets a suspended server go on.
    public static void resume(Node node, Pid server) {
        node.deliverHere(server, new Order.Resume());
    }

    /// Ends a suspended server in favour of its successor. Runs its `terminate`. What has come meanwhile, and what
    /// comes within two seconds, is passed on: calls by way of their callers, see [ExitReason.Moved].
    public static void release(Node node, Pid server, Pid successor) {
        node.deliverHere(server, new Order.Release(successor));
    }

    /// Has a server take in the state of another one.
    public static void merge(Node node, Pid server, Exported other) {
        node.deliverHere(server, new Order.Merge(other));
    }

    private HandOver() {}
}
