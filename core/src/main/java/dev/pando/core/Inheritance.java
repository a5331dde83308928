package dev.pando.core;

/// What a server that implements [Handoff] has of the process whose place it takes. Lies in its mailbox before
/// anything else.
public sealed interface Inheritance {

    /// The state with which it goes on.
    record Of(Exported exported) implements Inheritance {}

    /// Nothing: it starts afresh, and is told so by [StateLost].
    ///
    /// @param reason why there is no state
    record Lost(ExitReason reason) implements Inheritance {}
}
