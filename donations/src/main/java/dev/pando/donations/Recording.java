package dev.pando.donations;

import dev.pando.core.Token;

/// What became of an attempt to record a donation.
public sealed interface Recording {

    /// The donation is in the ledger now and was not before.
    record Recorded() implements Recording {}

    /// The ledger already has this donation id, and nothing was changed.
    ///
    /// @param existing the row that is there; of the same worker if the answer to an earlier attempt was lost
    /// @param sameContent whether it is the same donation; if not, two different donations claim one id
    record Duplicate(Entry existing, boolean sameContent) implements Recording {}

    /// The donation is not in the ledger, and it is not this worker that can record it: a later one
    /// has had the id before.
    ///
    /// @param token the worker's
    /// @param highest the later worker's
    record Refused(Token token, Token highest) implements Recording {}
}
