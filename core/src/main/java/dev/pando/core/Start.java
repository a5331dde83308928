package dev.pando.core;

/// The outcome of starting a child whose id may be running already.
public sealed interface Start {

    Pid pid();

    record Started(Pid pid) implements Start {}

    record AlreadyStarted(Pid pid) implements Start {}
}
