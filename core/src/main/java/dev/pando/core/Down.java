package dev.pando.core;

/// The end of a monitored process. Exactly one per monitor.
///
/// @param target the destination as given to [Self#monitor]
public record Down(Ref ref, Dest target, ExitReason reason) implements Signal {}
