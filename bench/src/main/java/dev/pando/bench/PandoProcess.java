package dev.pando.bench;

import dev.pando.core.Node;
import dev.pando.core.ProcessBody;
import java.util.concurrent.CompletableFuture;

/// A body that is run as a process, for the thread that measures.
final class PandoProcess {

    /// Waits for its end, and fails as it does.
    static void run(Node node, ProcessBody body) throws InterruptedException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        node.spawn(() -> {
            try {
                body.run();
                done.complete(true);
            } catch (Throwable failure) {
                // Whatever it is, it has spoilt the measurement.
                done.completeExceptionally(failure);
            }
        });
        Waits.result(done);
    }

    private PandoProcess() {}
}
