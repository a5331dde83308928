package dev.pando.core;

/// Ends a process with its reason when nobody catches it; thrown by a failed call, and in a process that is told
/// to exit.
public final class ExitException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ExitReason reason;

    public ExitException(ExitReason reason) {
        super(reason.toString());
        this.reason = reason;
    }

    private ExitException(ExitReason reason, boolean stack) {
        super(reason.toString(), null, stack, stack);
        this.reason = reason;
    }

    /// For a process that is told to exit. Where it was then is of no interest, and may be a million places.
    static ExitException told(ExitReason reason) {
        return new ExitException(reason, false);
    }

    ExitException(ExitReason reason, String while_) {
        super(while_ + ": " + reason);
        this.reason = reason;
    }

    public ExitReason reason() {
        return reason;
    }
}
