package dev.pando.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// A virtual machine in an operating-system process that this one starts and outlives.
final class MeasuredProcess {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    /// Runs it to its end. What it has to say about a failure goes to this process's standard error.
    ///
    /// @throws IllegalStateException when it fails, or does not end in time
    static Findings run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return Findings.parse(output(process));
        } finally {
            process.destroyForcibly();
            forget(end);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running: this is the end of this process, too.
        }
    }

    private static List<String> output(Process process) throws IOException {
        var ended = process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
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
            throw new IllegalStateException("not done after " + LIMIT.toMinutes() + " minutes", e);
        }
        if (status != 0) {
            throw new IllegalStateException("failed with exit code " + status + "; see above");
        }
        return lines;
    }

    private MeasuredProcess() {}
}
