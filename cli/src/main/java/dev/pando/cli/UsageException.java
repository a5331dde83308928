package dev.pando.cli;

/// Something the user gave that cannot be used. The message says what, where and what to pass; it is shown alone.
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Shows the message of a failure whose message was written for users.
    UsageException(Exception cause) {
        super(cause.getMessage(), cause);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    UsageException(String message) {
        super(message);
    }
}
