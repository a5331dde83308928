package dev.pando.core;

/// The end of a linked process, told to a process that traps exits.
public record Exit(Pid from, ExitReason reason) implements Signal {}
