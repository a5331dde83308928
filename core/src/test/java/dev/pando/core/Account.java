package dev.pando.core;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

/// An account held by one process; created on first use, never shared.
public record Account(String owner) implements GenServer<Account.Message, Account.State> {

    public sealed interface Message {}

    public record Deposit(long cents) implements Message, Cast {}

    public record Withdraw(long cents) implements Message, Call<Receipt> {}

    public record Balance() implements Message, Call<Long> {}

    public sealed interface Receipt {}

    public record Paid(long cents) implements Receipt {}

    public record Refused(long available) implements Receipt {}

    public record State(long cents) {}

    @Override
    public State init() {
        return new State(0);
    }

    @Override
    public Step<State> handle(Message message, State state) {
        return switch (message) {
            case Deposit(long cents) -> noReply(new State(state.cents() + cents));
            case Balance balance -> reply(balance, state.cents(), state);
            case Withdraw withdraw -> withdraw(withdraw, state);
        };
    }

    private Step<State> withdraw(Withdraw request, State state) {
        if (request.cents() > state.cents()) {
            return reply(request, new Refused(state.cents()), state);
        }
        return reply(request, new Paid(request.cents()), new State(state.cents() - request.cents()));
    }
}
