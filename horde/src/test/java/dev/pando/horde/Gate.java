package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Holds children up in their `init` until it is opened; a resource that the nodes share.
final class Gate {

    private final CountDownLatch open = new CountDownLatch(1);

    /// Waits until it is open.
    void pass() throws InterruptedException {
        open.await();
    }

    void open() {
        open.countDown();
    }

    /// A child that does not start before the gate is open.
    record Guarded(String id) implements GenServer<Worker.Message, Census> {

        static ChildSpec spec(String id) {
            return ChildSpec.of(id, new Guarded(id));
        }

        @Override
        public List<Class<?>> resources() {
            return List.of(Census.class, Gate.class);
        }

        @Override
        public Census init() throws InterruptedException {
            Census census = Self.resource(Census.class);
            census.tried(id, Self.node().name());
            Self.resource(Gate.class).open.await();
            return new Worker(id).init();
        }

        @Override
        public Step<Census> handle(Worker.Message message, Census census) {
            return new Worker(id).handle(message, census);
        }
    }
}
