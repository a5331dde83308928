package dev.pando.testkit;

import java.util.Optional;

/// Something that a client has asked for, and what came of it.
///
/// @param client whose operation it is; a client has one at a time
/// @param output empty when nobody knows whether it took effect, as after a timeout
/// @param invokedNanos when it was asked for
/// @param returnedNanos when the answer was there; for an unknown one, when the client gave up
public record Operation<I, O>(String client, I input, Optional<O> output, long invokedNanos, long returnedNanos) {

    private static final double NANOS_PER_MILLI = 1e6;

    public Operation {
        if (returnedNanos < invokedNanos) {
            throw new IllegalArgumentException(input + " of " + client + " returned at " + returnedNanos
                    + ", before it was invoked at " + invokedNanos);
        }
    }

    @Override
    public String toString() {
        return String.format(
                "%s: %s -> %s (%.3f to %.3f ms)",
                client,
                input,
                output.map(Object::toString).orElse("?"),
                invokedNanos / NANOS_PER_MILLI,
                returnedNanos / NANOS_PER_MILLI);
    }
}
