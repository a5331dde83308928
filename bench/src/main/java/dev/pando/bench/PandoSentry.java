package dev.pando.bench;

import static dev.pando.core.Step.noReply;

import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;

/// Tells when its own node has lost another one.
///
/// @param watched a process of that one
/// @param told who hears of it
record PandoSentry(Pid watched, Pid told) implements GenServer<PandoSentry.Fallen, Ref> {

    /// What it tells.
    record Fallen(Pid watched) implements Cast {}

    @Override
    public Ref init() {
        return Self.monitor(watched);
    }

    @Override
    public Step<Ref> handle(Fallen message, Ref monitor) {
        return noReply(monitor);
    }

    @Override
    public Step<Ref> handleInfo(Signal signal, Ref monitor) {
        if (!(signal instanceof Down)) {
            return noReply(monitor);
        }
        Self.send(told, new Fallen(watched));
        return Step.stop(ExitReason.normal(), monitor);
    }
}
