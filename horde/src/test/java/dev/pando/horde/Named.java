package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;
import java.util.Optional;

/// A child that takes a name in a registry of its node, and does not trap exits.
record Named(String id) implements GenServer<Worker.Message, Census> {

    /// A node's registry; a resource that is filled once there is one.
    static final class Directory {
        private volatile Optional<Registry> registry = Optional.empty();

        void open(Registry made) {
            registry = Optional.of(made);
        }
    }

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Named(id));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class, Directory.class);
    }

    @Override
    public Census init() {
        Census census = Self.resource(Census.class);
        Registry names = Self.resource(Directory.class).registry.orElseThrow();
        if (names.register(id, Self.pid(), "") instanceof Registration.Taken(var holder)) {
            throw new ExitException(ExitReason.Other.of(id + " is taken by " + holder));
        }
        census.born(id, Self.pid(), Self.token(id));
        return census;
    }

    @Override
    public Step<Census> handle(Worker.Message message, Census census) {
        return new Worker(id).handle(message, census);
    }
}
