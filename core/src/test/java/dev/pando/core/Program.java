package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A class of these tests that runs in a JVM of its own. Its log is its standard error.
final class Program implements AutoCloseable {

    /// Comes after the last line.
    static final String END = "end of output";

    /// A JVM starts within this time, and does what it is to do.
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts a class.
    ///
    /// @param log a file that does not exist yet
    static Program start(Path log, Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(heedingSignals());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dslf4j.provider=" + StderrLogs.class.getName(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        Program program = new Program(process, log);
        Thread.ofVirtual().start(program::pump);
        return program;
    }

    /// A JVM that was started in the background of a shell ignores SIGINT, or SIGHUP under `nohup`, and so do
    /// the programs it starts. GNU's `env` undoes that.
    private static List<String> heedingSignals() throws IOException, InterruptedException {
        List<String> command = List.of("env", "--default-signal=INT,HUP");
        List<String> trial = new ArrayList<>(command);
        trial.add("true");
        Process process = new ProcessBuilder(trial)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return code(process) == 0 ? command : List.of();
    }

    private void pump() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
        lines.add(END);
    }

    /// What the program says next, up to a line.
    List<String> until(String last) throws InterruptedException, IOException {
        List<String> said = new ArrayList<>();
        while (said.isEmpty() || !said.getLast().equals(last)) {
            String line = lines.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null || (line.equals(END) && !last.equals(END))) {
                throw new AssertionError("no '" + last + "' after " + said + "; the log: " + log());
            }
            said.add(line);
        }
        return said;
    }

    /// Sends a signal; `Process.destroy` would close the program's output as well.
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
        assertThat(code(kill)).isZero();
    }

    /// The exit code, once the program has ended.
    int code() throws InterruptedException {
        return code(process);
    }

    private static int code(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        return process.exitValue();
    }

    List<String> log() throws IOException {
        return Files.readAllLines(log, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
