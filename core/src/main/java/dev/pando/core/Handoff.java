package dev.pando.core;

/// What a [GenServer] implements besides when its state is to outlive the move to another node.
///
/// The runtime of a supervisor that moves it asks for the state between two messages. From then on the process
/// handles nothing; what comes meanwhile goes to the process that takes its place, or is handled here after all when
/// there is none. Only the state travels, and the answers to requests that bear an id, see [Node#callOnce]: names,
/// claims, links, monitors and timers of the process do not, and are set up anew in [#restore].
///
/// @param <S> the state of the server
/// @param <T> what travels of it: a record, a sealed interface or a JDK value, part of the node's [Protocols]
public interface Handoff<S, T> {

    /// What is to go on elsewhere; the state is not used afterwards unless the move fails.
    T export(S state) throws Exception;

    /// The first state of the process that takes another one's place; called instead of [GenServer#init], under the
    /// same rules.
    ///
    /// @param version the [#version] of whoever has exported it
    S restore(T exported, int version) throws Exception;

    /// Takes in the state of a copy that has to stand back, after a partition in which both ran. Drops it by default.
    ///
    /// Runs between two messages. An exception is logged, and the state stays as it was.
    default S merge(S state, T other, int version) throws Exception {
        return state;
    }

    /// Goes with what is exported, for releases that differ in more than added and removed fields.
    default int version() {
        return 1;
    }
}
