package dev.pando.bench;

import dev.pando.core.Node;
import dev.pando.core.ProcessBody;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// A body that is run as a process, for the thread that measures.
final class PandoProcess {

    /// Waits for its end, and fails as it does.
    static void run(Node node, ProcessBody body) throws InterruptedException {
        call(node, () -> {
            body.run();
            return true;
        });
    }

    /// The same, and returns what it has found.
    static <T> T call(Node node, Callable<T> body) throws InterruptedException {
        CompletableFuture<T> done = new CompletableFuture<>();
        node.spawn(() -> {
            try {
                done.complete(body.call());
            } catch (Throwable failure) {
                // Whatever it is, it has spoilt the measurement.
                done.completeExceptionally(failure);
            }
        });
        return Waits.result(done);
    }

    private PandoProcess() {}
}
