package dev.pando.core;

/// Tells a server that implements [Handoff] that it starts afresh although there has been one before it: the first
/// thing it handles.
///
/// @param reason why there is no state
public record StateLost(ExitReason reason) implements Notice {}
