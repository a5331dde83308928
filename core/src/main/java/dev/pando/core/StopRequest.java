package dev.pando.core;

/// Asks a server or supervisor to stop in order, whoever asks and whether or not it traps exits.
record StopRequest(ExitReason reason) {}
