package dev.pando.horde;

import static dev.pando.core.Step.reply;
import static dev.pando.core.Step.stop;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;

/// A child that enters its births and its end into the [Census].
record Worker(String id) implements GenServer<Worker.Message, Census> {

    sealed interface Message {}

    record Whoami() implements Message, Call<Pid> {}

    /// Ends normally.
    record Finish() implements Message, Cast {}

    /// Ends abnormally.
    record Fail() implements Message, Cast {}

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Worker(id));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class);
    }

    @Override
    public Census init() {
        Self.trapExits(true);
        Census census = Self.resource(Census.class);
        census.born(id, Self.pid(), Self.token(id));
        return census;
    }

    @Override
    public Step<Census> handle(Message message, Census census) {
        return switch (message) {
            case Whoami whoami -> reply(whoami, Self.pid(), census);
            case Finish() -> stop(ExitReason.normal(), census);
            case Fail() -> stop(ExitReason.Other.of("told to fail"), census);
        };
    }

    @Override
    public void terminate(ExitReason reason, Census census) {
        census.ended(id, Self.pid(), reason);
    }
}
