package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;

/// A child whose `init` fails with a reason of its own.
record Broken(String id) implements GenServer<Worker.Message, Census> {

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Broken(id));
    }

    static ExitReason reason(String id) {
        return ExitReason.Other.of(id + " is broken");
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class);
    }

    @Override
    public Census init() {
        Self.resource(Census.class).tried(id, Self.node().name());
        throw new ExitException(reason(id));
    }

    @Override
    public Step<Census> handle(Worker.Message message, Census census) {
        return Step.noReply(census);
    }
}
