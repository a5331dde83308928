package dev.pando.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// A virtual machine in an operating-system process that this one starts and outlives. What it has to say about a
/// failure goes to this process's standard error. Its standard input ends with this process, whatever ends that.
final class MeasuredProcess implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Duration START = Duration.ofMinutes(1);

    private final Process process;
    private final Thread end;

    private MeasuredProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /// Runs it to its end.
    ///
    /// @throws IllegalStateException when it fails, or does not end in time
    static Findings run(List<String> command) throws IOException {
        return run(command, LIMIT);
    }

    private static Findings run(List<String> command, Duration limit) throws IOException {
        try (MeasuredProcess measured = new MeasuredProcess(command)) {
            return Findings.parse(measured.output(limit));
        }
    }

    /// Runs the near one of two to its end, beside the far one.
    ///
    /// @throws IllegalStateException when one of them fails, or is not ready or does not end in time
    static Findings run(List<String> far, List<String> near) throws IOException {
        return run(List.of(far), near, LIMIT);
    }

    /// Runs the near one of several to its end, beside the far ones, which start one after the other.
    ///
    /// @param limit for the near one
    /// @throws IllegalStateException when one of them fails, or is not ready or does not end in time
    static Findings run(List<List<String>> far, List<String> near, Duration limit) throws IOException {
        List<MeasuredProcess> others = new ArrayList<>();
        try {
            for (List<String> command : far) {
                others.add(ready(command));
            }
            return run(near, limit);
        } finally {
            others.forEach(MeasuredProcess::close);
        }
    }

    /// Starts one that ends when it is closed; what it says is passed over.
    static MeasuredProcess beside(List<String> command) throws IOException {
        MeasuredProcess process = new MeasuredProcess(command);
        CompletableFuture<Boolean> _ = process.readiness();
        return process;
    }

    /// Starts one that ends when it is closed, and returns when it is ready.
    ///
    /// @throws IllegalStateException when it is not ready in time
    static MeasuredProcess ready(List<String> command) throws IOException {
        MeasuredProcess process = new MeasuredProcess(command);
        try {
            process.awaitReady();
        } catch (IllegalStateException e) {
            process.close();
            throw e;
        }
        return process;
    }

    /// Whether it says that it is ready. Reads on afterwards, lest it waits for somebody who does.
    private CompletableFuture<Boolean> readiness() {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().filter(Wire.READY::equals).forEach(_ -> ready.complete(true));
            } catch (IOException | RuntimeException e) {
                ready.completeExceptionally(e);
            }
            ready.complete(false);
        });
        return ready;
    }

    private void awaitReady() {
        boolean isReady;
        try {
            isReady = readiness()
                    .completeOnTimeout(false, START.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the far node cannot be read: " + e.getCause(), e);
        }
        if (!isReady) {
            throw new IllegalStateException("the far node did not start; see above");
        }
    }

    private List<String> output(Duration limit) throws IOException {
        var ended = process.onExit().orTimeout(limit.toSeconds(), TimeUnit.SECONDS);
        var ending = ended.whenComplete((_, late) -> {
            if (late != null) {
                process.destroyForcibly();
            }
        });
        List<String> lines;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            lines = reader.lines().toList();
        }
        int status;
        try {
            status = ending.join().exitValue();
        } catch (CompletionException e) {
            throw new IllegalStateException("not done after " + limit.toMinutes() + " minutes", e);
        }
        if (status != 0) {
            throw new IllegalStateException("failed with exit code " + status + "; see above");
        }
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // It is running: this is the end of this process, too.
        }
    }
}
