package dev.pando.core.wire;

import org.jspecify.annotations.Nullable;

/// A value or a frame that the codec refuses. The message names the type or field, and what to do about it.
public final class WireException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int SHOWN_MAX = 200;

    public WireException(String message) {
        super(message);
    }

    WireException(String message, Throwable cause) {
        super(message, cause);
    }

    /// What came from the wire, short enough to be shown and passed on.
    static String cut(@Nullable String text) {
        return text == null || text.length() <= SHOWN_MAX ? String.valueOf(text) : text.substring(0, SHOWN_MAX) + "…";
    }
}
