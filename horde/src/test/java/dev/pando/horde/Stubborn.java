package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A child that does not stop when it is told to; it has a moment to do so.
record Stubborn(String id) implements GenServer<Worker.Message, Census> {

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Stubborn(id)).shutdown(Duration.ofMillis(50));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class);
    }

    @Override
    public Census init() {
        return new Worker(id).init();
    }

    @Override
    public Step<Census> handle(Worker.Message message, Census census) {
        return new Worker(id).handle(message, census);
    }

    @Override
    public void terminate(ExitReason reason, Census census) throws InterruptedException {
        new Worker(id).terminate(reason, census);
        new CountDownLatch(1).await();
    }
}
