package dev.pando.cluster;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Step;

/// A server that answers, or does not, or counts.
record Echo() implements GenServer<Echo.Message, Echo.State> {

    record State(int said, int asked) {}

    sealed interface Message {}

    /// Answered with the text and how many came before.
    record Say(String text) implements Message, Call<String> {}

    /// Answered with its length.
    record Weigh(String load) implements Message, Call<Integer> {}

    /// Never answered.
    record Ask() implements Message, Call<String> {}

    /// How many were asked and not answered.
    record Asked() implements Message, Call<Integer> {}

    @Override
    public State init() {
        return new State(0, 0);
    }

    @Override
    public Step<State> handle(Message message, State state) {
        return switch (message) {
            case Say say -> reply(say, say.text() + state.said(), new State(state.said() + 1, state.asked()));
            case Weigh weigh -> reply(weigh, weigh.load().length(), state);
            case Ask _ -> noReply(new State(state.said(), state.asked() + 1));
            case Asked asked -> reply(asked, state.asked(), state);
        };
    }
}
