package dev.pando.cli;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.Exit;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;

/// The process of a node in a namespace that the others send to, call and link to. It gets node events in the same
/// mailbox, so it knows in which session a message came.
record ChaosProbe(ChaosLog log) implements GenServer<ChaosProbe.Message, ChaosLog> {

    static final Name NAME = new Name("chaos");
    static final Protocols PROTOCOLS = Protocols.of(Tell.class, Ask.class, Where.class, ChaosSink.Flood.class);

    sealed interface Message permits Tell, Ask, Where {}

    record Tell(String from, long incarnation, long epoch, long sequence) implements Cast, Message {}

    /// Answered with the value after it.
    record Ask(long value) implements Call<Long>, Message {}

    /// Answered with the process itself.
    record Where() implements Call<Pid>, Message {}

    @Override
    public ChaosLog init() {
        Self.trapExits(true);
        return log;
    }

    @Override
    public Step<ChaosLog> handle(Message message, ChaosLog state) {
        switch (message) {
            case Tell tell -> state.tell(tell.from(), tell.incarnation(), tell.epoch(), tell.sequence());
            case Ask ask -> {
                return Step.reply(ask, ask.value() + 1, state);
            }
            case Where where -> {
                return Step.reply(where, Self.pid(), state);
            }
        }
        return Step.noReply(state);
    }

    @Override
    public Step<ChaosLog> handleInfo(Signal signal, ChaosLog state) {
        switch (signal) {
            case NodeUp up -> state.up(up.node().toString(), up.incarnation());
            case NodeDown down -> state.down(down.node().toString(), down.incarnation());
            case Exit exit ->
                state.linkEnded(exit.from().node().toString(), exit.from().incarnation());
            default -> {}
        }
        return Step.noReply(state);
    }
}
