package dev.pando.core;

/// The return address of one call, for an answer after `handle` has returned. May be given to other processes,
/// also on other nodes; the first answer counts, later ones are dropped.
public record From<R>(Ref ref, Pid server) {

    /// Answers from inside a process; see [Node#reply] for elsewhere.
    public void reply(R value) {
        Self.node().reply(this, value);
    }
}
