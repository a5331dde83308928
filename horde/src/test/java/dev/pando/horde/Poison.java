package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;

/// A child that starts well and fails at once, each time.
record Poison(String id) implements GenServer<Worker.Message, Census> {

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Poison(id));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class);
    }

    @Override
    public Census init() {
        Census census = new Worker(id).init();
        Self.cast(Self.pid(), new Worker.Fail());
        return census;
    }

    @Override
    public Step<Census> handle(Worker.Message message, Census census) {
        return new Worker(id).handle(message, census);
    }
}
