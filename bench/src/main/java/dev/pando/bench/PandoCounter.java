package dev.pando.bench;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.GenServer;
import dev.pando.core.Step;

/// Counts what it is sent.
record PandoCounter() implements GenServer<PandoCounter.Message, Long> {

    sealed interface Message {}

    /// Counts, and answers with the count.
    record Next() implements Message, Call<Long> {}

    record Hit() implements Message, Cast {}

    @Override
    public Long init() {
        return 0L;
    }

    @Override
    public Step<Long> handle(Message message, Long count) {
        Long next = count + 1;
        return switch (message) {
            case Next request -> reply(request, next, next);
            case Hit _ -> noReply(next);
        };
    }
}
