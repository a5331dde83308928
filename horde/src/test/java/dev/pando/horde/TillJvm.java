package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// A node of the supervisor `tills` in a JVM of its own, which joins those of a [Trio].
final class TillJvm implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String LOGBACK = """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %level %logger %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="out"/></root>
        </configuration>
        """;

    private static final int TRACE = 12;

    private final Process process;
    private final Path log;

    private TillJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// @param folder for the files it reads and writes
    /// @param classPath what comes before the classes of this JVM
    static TillJvm start(Path folder, Trio trio, String name, Path... classPath) throws IOException {
        Path cookie = Files.writeString(folder.resolve("cookie"), trio.cookie.secret());
        Path logback = Files.writeString(folder.resolve("logback.xml"), LOGBACK);
        List<String> paths = new ArrayList<>();
        for (Path before : classPath) {
            paths.add(before.toString());
        }
        paths.add(System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + logback,
                "-cp",
                String.join(File.pathSeparator, paths),
                TillProgram.class.getName(),
                name,
                cookie.toString(),
                String.valueOf(Trio.freePorts(1).getFirst())));
        command.addAll(trio.hosts);
        Path log = Files.createTempFile(folder, name, ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new TillJvm(process, log);
    }

    /// Sends the signal with which an operator or a platform stops a program; returns when it has
    /// ended, in order.
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log::toString).isZero();
    }

    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    /// What it has said of failures, each with the first lines of its trace.
    List<String> complaints() throws IOException {
        List<String> lines = log();
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(" ERROR ") || lines.get(i).contains(" WARN "))
                .mapToObj(i -> String.join("\n", lines.subList(i, Math.min(i + TRACE, lines.size()))))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
