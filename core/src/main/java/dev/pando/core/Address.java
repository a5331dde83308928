package dev.pando.core;

/// A destination that one node resolves by itself; the kind that crosses nodes.
public sealed interface Address extends Dest permits Pid, Name {}
