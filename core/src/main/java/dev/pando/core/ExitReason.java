package dev.pando.core;

import dev.pando.core.wire.Payload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;

/// Why a process ended, or why a call has no answer.
public sealed interface ExitReason {

    static ExitReason normal() {
        return new Normal();
    }

    static ExitReason shutdown() {
        return new Shutdown();
    }

    static ExitReason killed() {
        return new Killed();
    }

    /// Whether this counts as a failure: not [Normal], [Shutdown], [NameConflict] or [Moved]. A [NotStarted] is what
    /// its own reason is.
    default boolean abnormal() {
        return switch (this) {
            case Normal _, Shutdown _, NameConflict _, Moved _ -> false;
            case NotStarted(String _, ExitReason why) -> why.abnormal();
            case Killed _,
                    NoProcess _,
                    NoConnection _,
                    Timeout _,
                    NoQuorum _,
                    NotAccepted _,
                    Overloaded _,
                    Crash _,
                    Other _ -> true;
        };
    }

    /// The body returned.
    record Normal() implements ExitReason {}

    /// Told to stop by its supervisor.
    record Shutdown() implements ExitReason {}

    /// Ended without being asked. Sent to a process it cannot be trapped; from a link it is an ordinary reason.
    record Killed() implements ExitReason {}

    /// There is no such process.
    record NoProcess(String destination) implements ExitReason {}

    /// The session with the node ended, or there was none. The process may well be alive.
    record NoConnection(NodeName node) implements ExitReason {}

    /// No answer within the deadline. The request may still be carried out.
    record Timeout(Duration after) implements ExitReason {}

    /// The node sees too few voters to decide: it is alone, or on the smaller side of a partition. Nothing was done.
    record NoQuorum(NodeName node) implements ExitReason {}

    /// The message is not part of the receiver's protocol; nothing was done.
    record NotAccepted(String receiver, String message) implements ExitReason {}

    /// The receiver's mailbox is full, see [Behaviour#mailboxMax]; nothing was done.
    record Overloaded(String receiver, int mailboxMax) implements ExitReason {}

    /// Another process holds the key; this one lost it when two parts of the cluster met.
    record NameConflict(Payload key, Pid winner) implements ExitReason {}

    /// It goes on as another process, with its state. What it was sent and had not handled was not done: calls follow
    /// it by themselves.
    record Moved(Pid successor) implements ExitReason {}

    /// A child of the supervisor did not start, for the reason within. In a tree they lie within each other, down
    /// to the child that failed.
    record NotStarted(String child, ExitReason reason) implements ExitReason {
        @Override
        public String toString() {
            return "child '" + child + "' did not start: " + reason;
        }
    }

    /// An exception that nobody caught, as text, since the exception itself does not travel.
    record Crash(String type, String message, String stack) implements ExitReason {

        /// What others are told of it.
        public static Crash of(Throwable thrown) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            String message = thrown.getMessage();
            return new Crash(thrown.getClass().getName(), message == null ? "" : message, stack.toString());
        }

        @Override
        public String toString() {
            return "Crash[" + type + (message.isEmpty() ? "" : ": " + message) + "]";
        }
    }

    /// A reason of the application's own.
    record Other(Payload reason) implements ExitReason {
        public static Other of(Object reason) {
            return new Other(new Payload(reason));
        }
    }
}
