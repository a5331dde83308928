package dev.pando.horde;

import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Handoff;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;
import java.util.stream.Stream;

/// A child that takes amounts in, tells a book on another node of each, and takes them along when
/// it moves.
record Till(String id, NodeName books)
        implements GenServer<Till.Take, List<Integer>>, Handoff<List<Integer>, Till.Amounts> {

    static final Name BOOK = new Name("book");

    record Amounts(List<Integer> all) {}

    /// Answered with all that it has taken; 0 takes nothing.
    record Take(int amount) implements Call<Amounts> {}

    static ChildSpec spec(String id, NodeName books) {
        return ChildSpec.of(id, new Till(id, books));
    }

    /// Where each amount is to be once: what has happened outside of the worker.
    record Book() implements GenServer<Book.Message, List<Integer>> {
        sealed interface Message {}

        record Enter(int amount) implements Message, Call<Boolean> {}

        record Read() implements Message, Call<Amounts> {}

        @Override
        public List<Integer> init() {
            return List.of();
        }

        @Override
        public Step<List<Integer>> handle(Message message, List<Integer> entered) {
            return switch (message) {
                case Enter enter -> reply(enter, true, with(entered, enter.amount()));
                case Read read -> reply(read, new Amounts(entered), entered);
            };
        }
    }

    private static List<Integer> with(List<Integer> amounts, int amount) {
        return Stream.concat(amounts.stream(), Stream.of(amount)).toList();
    }

    @Override
    public List<Integer> init() {
        Self.trapExits(true);
        return List.of();
    }

    @Override
    public Step<List<Integer>> handle(Take take, List<Integer> taken) {
        if (take.amount() == 0) {
            return reply(take, new Amounts(taken), taken);
        }
        Self.call(BOOK.on(books), new Book.Enter(take.amount()));
        List<Integer> more = with(taken, take.amount());
        return reply(take, new Amounts(more), more);
    }

    @Override
    public Amounts export(List<Integer> taken) {
        return new Amounts(taken);
    }

    @Override
    public List<Integer> restore(Amounts exported, int version) {
        Self.trapExits(true);
        return exported.all();
    }
}
