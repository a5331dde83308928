package dev.pando.core.wire;

/// A value or a frame that the codec refuses. The message names the type or field, and what to do about it.
public final class WireException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public WireException(String message) {
        super(message);
    }

    WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
