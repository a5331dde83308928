package dev.pando.bench;

import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Step;

/// Answers what it is asked.
record PandoEcho() implements GenServer<PandoEcho.Ask, Long> {

    record Ask(long number) implements Call<Long> {}

    /// How many it has answered.
    @Override
    public Long init() {
        return 0L;
    }

    @Override
    public Step<Long> handle(Ask ask, Long count) {
        return reply(ask, ask.number(), count + 1);
    }
}
