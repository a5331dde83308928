package dev.pando.bench;

import dev.pando.core.Node;
import dev.pando.core.ProcessBody;
import dev.pando.core.Task;
import java.util.ArrayList;
import java.util.List;
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

    /// Work of one of several processes.
    @FunctionalInterface
    interface Share {

        /// Does so much of it, and returns how much was done rightly.
        long run(long operations) throws Exception;
    }

    /// Has so many processes do a share of it each.
    static void divide(Node node, int processes, long operations, Share share) throws InterruptedException {
        run(node, () -> {
            List<Task<Long>> tasks = new ArrayList<>();
            for (int process = 1; process < processes; process++) {
                long part = (operations + process) / processes;
                tasks.add(Task.async(() -> share.run(part)));
            }
            long done = share.run(operations / processes);
            for (Task<Long> task : tasks) {
                done += task.await(Waits.LIMIT);
            }
            Waits.check("operations", operations, done);
        });
    }

    private PandoProcess() {}
}
