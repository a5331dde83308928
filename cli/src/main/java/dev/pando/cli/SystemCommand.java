package dev.pando.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of the operating system that is run to its end, within a deadline.
///
/// @param out what it wrote, errors included
record SystemCommand(List<String> words, int exit, String out) {

    private static final long SECONDS = 30;

    /// Runs it, whatever comes of it. A program that is not there ends with 127, as in a shell.
    static SystemCommand attempt(String input, List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", words) + " took longer than " + SECONDS + " s");
            }
            return new SystemCommand(words, process.exitValue(), out);
        } catch (IOException e) {
            return new SystemCommand(words, 127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + String.join(" ", words), e);
        }
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
