package dev.pando.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where one call waits for its answer. Completed at most once; what comes later is dropped.
final class Slot {

    final Ref ref;
    /// The other node, when the server is not here.
    final Optional<NodeName> remote;
    private final Thread caller;
    private volatile @Nullable Object outcome;

    /// An answer that is not a value.
    record Failure(ExitReason reason) {}

    Slot(Ref ref, Optional<NodeName> remote, Thread caller) {
        this.ref = ref;
        this.remote = remote;
        this.caller = caller;
    }

    Thread complete(Object value) {
        outcome = value;
        return caller;
    }

    @Nullable
    Object outcome() {
        return outcome;
    }
}
