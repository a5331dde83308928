package dev.pando.core;

import java.time.Duration;

/// How a supervisor has a server of its node go on as another process. For supervisors across
/// nodes; a server itself implements [Handoff].
///
/// [#suspend] is followed by [#release] when the successor runs, or else by [#resume]. Nothing is
/// handled in between, so nothing is handled twice. None of them waits.
public final class HandOver {

    /// How long a process that has moved says so to those who have not heard of it.
    static final Duration LINGERS = Duration.ofSeconds(2);

    /// What the runtime tells the loop of a server.
    sealed interface Order {

        record Suspend(Ref id, Pid asking) implements Order {}

        record Resume(Ref id) implements Order {}

        record Release(Ref id, Pid successor) implements Order {}

        record Merge(Exported other) implements Order {}
    }

    /// Answers [#suspend].
    ///
    /// @param id as it was given
    public record Suspended(Pid server, Ref id, Outcome outcome) implements Notice {}

    public sealed interface Outcome {

        /// It handles nothing more.
        record Taken(Exported exported) implements Outcome {}

        /// It goes on: `Overloaded` when calls are open that it is to answer later, and that would
        /// be lost; the reason for which `export` failed; `NotAccepted` when it does not implement
        /// [Handoff].
        record Refused(ExitReason reason) implements Outcome {}
    }

    /// Makes a server handle nothing more, once it is through with what it handles at the moment,
    /// and take its state. [Suspended] follows, unless the server ends.
    ///
    /// @param id names this suspension, see [Node#newRef]
    /// @param asking gets the answer
    public static void suspend(Node node, Pid server, Ref id, Pid asking) {
        node.deliverHere(server, new Order.Suspend(id, asking));
    }

    /// Takes a suspension back, answered or not. Nothing happens when the server has another one.
    public static void resume(Node node, Pid server, Ref id) {
        node.deliverHere(server, new Order.Resume(id));
    }

    /// Ends a suspended server in favour of its successor. Runs its `terminate`. What has come
    /// meanwhile, and what comes within two seconds, is passed on: calls by way of their callers,
    /// see [ExitReason.Moved].
    public static void release(Node node, Pid server, Ref id, Pid successor) {
        node.deliverHere(server, new Order.Release(id, successor));
    }

    /// Has a server take in the state of another one.
    public static void merge(Node node, Pid server, Exported other) {
        node.deliverHere(server, new Order.Merge(other));
    }

    private HandOver() {}
}
