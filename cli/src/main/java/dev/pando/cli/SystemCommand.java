package dev.pando.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program of the operating system that is run to its end, within a deadline.
///
/// @param out what it wrote, errors included
record SystemCommand(List<String> words, int exit, String out) {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Runs it, whatever comes of it. A program that is not there ends with 127, as in a shell.
    ///
    /// @throws IllegalStateException when it takes longer than 30 seconds; it is killed then
    static SystemCommand attempt(String input, List<String> words) {
        return attempt(input, words, LIMIT);
    }

    static SystemCommand attempt(String input, List<String> words, Duration limit) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            try {
                return finish(process, input, words, limit);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return new SystemCommand(words, 127, String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.join(" ", words) + " cannot be read: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    String.join(" ", words) + " took longer than " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + String.join(" ", words), e);
        }
    }

    private static SystemCommand finish(Process process, String input, List<String> words, Duration limit)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        // In a thread of its own: what never ends is never read to its end.
        FutureTask<String> out =
                new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread.ofVirtual().start(out);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(limit)) {
            throw new TimeoutException();
        }
        return new SystemCommand(words, process.exitValue(), out.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    static SystemCommand attempt(String... words) {
        return attempt("", List.of(words));
    }

    /// Runs it, and gives what it wrote.
    ///
    /// @throws IllegalStateException when it fails; the message has what it said
    static String run(String... words) {
        return attempt(words).mustSucceed().out();
    }

    boolean isDone() {
        return exit == 0;
    }

    SystemCommand mustSucceed() {
        if (!isDone()) {
            throw new IllegalStateException(String.join(" ", words) + " failed with " + exit + ": " + out.strip());
        }
        return this;
    }
}
