package dev.pando.core;

/// A process and the monitor under which whoever started it watches it.
public record Monitored(Pid pid, Ref monitor) {}
