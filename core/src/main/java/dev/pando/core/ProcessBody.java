package dev.pando.core;

/// The body of a plain process. Runs on a virtual thread of its own and may block; returning is a normal exit, an
/// exception is a crash.
@FunctionalInterface
public non-sealed interface ProcessBody extends Behaviour {

    void run() throws Exception;
}
