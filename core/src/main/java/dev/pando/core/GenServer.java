package dev.pando.core;

/// A server process: a description that never changes (usually a record), a state that moves, a sealed protocol,
/// one switch.
///
/// All callbacks run on a virtual thread, one at a time, and may block. A server that is idle has no thread; the
/// next message may find it on another one, so nothing that belongs to a thread – a thread-local, a lock that is held –
/// outlasts a callback. An exception from a callback is a crash: [#terminate] runs, links and monitors are told, a
/// supervisor decides.
///
/// @param <M> the protocol; its messages implement [Call] or [Cast]
/// @param <S> the state
public non-sealed interface GenServer<M, S> extends Behaviour {

    /// Makes the first state. Whoever starts the server waits until this returns. To refuse, throw, or exit with
    /// a reason by [Self#exit(ExitReason)]; `Normal` means that there is nothing to do, and a supervisor leaves
    /// it at that.
    S init() throws Exception;

    /// Handles one call or cast.
    Step<S> handle(M message, S state) throws Exception;

    /// Handles what is not part of the protocol: [Down], [Exit] (when trapping), and notices. Ignored by default.
    default Step<S> handleInfo(Signal signal, S state) throws Exception {
        return Step.noReply(state);
    }

    /// Runs last: after a stop, a crash in a callback, or – when trapping exits – the exit of the parent. Does
    /// not run when the process is killed, or ended by a link without trapping.
    default void terminate(ExitReason reason, S state) throws Exception {}
}
