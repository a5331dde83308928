package dev.pando.testkit;

import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Step;

/// Answers with the number it is told.
record Echo() implements GenServer<Echo.Say, Integer> {

    static final Name NAME = new Name("echo");

    record Say(int number) implements Call<Integer> {}

    @Override
    public Integer init() {
        return 0;
    }

    @Override
    public Step<Integer> handle(Say say, Integer heard) {
        return Step.reply(say, say.number(), heard + 1);
    }
}
