package dev.pando.cli;

import dev.pando.core.Cast;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Step;

/// The process of a node in a namespace that is flooded. Its mailbox is bounded, as that of a process should be that
/// others can send to faster than it reads.
record ChaosSink() implements GenServer<ChaosSink.Flood, Boolean> {

    static final Name NAME = new Name("chaos.sink");

    private static final int MAILBOX = 1_000;

    record Flood(String junk) implements Cast {}

    @Override
    public int mailboxMax() {
        return MAILBOX;
    }

    @Override
    public Boolean init() {
        return true;
    }

    @Override
    public Step<Boolean> handle(Flood message, Boolean state) {
        return Step.noReply(state);
    }
}
