package dev.pando.testkit;

import org.jspecify.annotations.Nullable;

/// A simulated run that cannot go on, or that has left something behind; the message says who and where.
public final class SimulationFailure extends AssertionError {

    private static final long serialVersionUID = 1;

    SimulationFailure(String message) {
        this(message, null);
    }

    SimulationFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
