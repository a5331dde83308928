package dev.pando.horde;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Step;

/// A child whose `init` fails with a reason that no node speaks.
record Unspeakable(String id) implements GenServer<Worker.Message, Integer> {

    record Secret(String text) {}

    @Override
    public Integer init() {
        throw new ExitException(ExitReason.Other.of(new Secret(id)));
    }

    @Override
    public Step<Integer> handle(Worker.Message message, Integer state) {
        return Step.noReply(state);
    }
}
