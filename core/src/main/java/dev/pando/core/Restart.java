package dev.pando.core;

/// When a supervisor starts an ended child again.
public enum Restart {
    /// Always.
    PERMANENT,
    /// When it ended abnormally.
    TRANSIENT,
    /// Never.
    TEMPORARY;

    /// Whether a child that ended for this reason is started again. The loser of a name conflict never is: the
    /// winner runs elsewhere.
    public boolean after(ExitReason reason) {
        return switch (this) {
            case PERMANENT -> !(reason instanceof ExitReason.NameConflict);
            case TRANSIENT -> reason.abnormal();
            case TEMPORARY -> false;
        };
    }
}
