package dev.pando.bench;

import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Step;

/// A supervised child that answers with the number it is asked. Its state is its id.
record PandoWorker(String id) implements GenServer<PandoWorker.Ask, String> {

    record Ask(long number) implements Call<Long> {}

    static ChildSpec spec(int number) {
        String id = id(number);
        return ChildSpec.of(id, new PandoWorker(id));
    }

    static String id(int number) {
        return "worker-" + number;
    }

    @Override
    public String init() {
        return id;
    }

    @Override
    public Step<String> handle(Ask ask, String state) {
        return reply(ask, ask.number(), state);
    }
}
