package dev.pando.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The first message of a codec: how long it takes in a fresh JVM with default flags, how big it is, and what the JVM
/// has to say about it. What later messages cost is measured by [CodecBenchmark].
public final class CodecBench {

    private static final long LIMIT_SECONDS = 60;

    /// Variables from which a JVM takes flags; it says so on standard error.
    private static final Set<String> FLAGS = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /// What became of one codec.
    ///
    /// @param millis from before the codec was made until the first message was read, in the median
    /// @param bytes of the message
    /// @param complaints lines on standard error, of one start
    public record Start(String codec, double millis, int bytes, List<String> complaints) {

        public Start {
            complaints = List.copyOf(complaints);
        }
    }

    private record First(long nanos, int bytes, List<String> complaints) {}

    /// Starts so many JVMs for each codec, by turns.
    ///
    /// @throws IllegalStateException when one fails or does not end
    public static List<Start> starts(int rounds, Consumer<String> progress) throws IOException, InterruptedException {
        Map<MeasuredCodec.Kind, List<First>> all = new EnumMap<>(MeasuredCodec.Kind.class);
        for (int round = 1; round <= rounds; round++) {
            for (MeasuredCodec.Kind kind : MeasuredCodec.Kind.values()) {
                First first = first(kind);
                all.computeIfAbsent(kind, _ -> new ArrayList<>()).add(first);
                progress.accept(String.format(
                        Locale.ROOT, "round %d of %d, %s: %.1f ms", round, rounds, kind, first.nanos() / 1e6));
            }
        }
        return all.entrySet().stream()
                .map(entry -> start(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Start start(MeasuredCodec.Kind kind, List<First> firsts) {
        List<Double> millis = firsts.stream().map(first -> first.nanos() / 1e6).toList();
        return new Start(
                kind.name().toLowerCase(Locale.ROOT),
                Statistics.median(millis),
                firsts.getFirst().bytes(),
                firsts.getFirst().complaints());
    }

    private static First first(MeasuredCodec.Kind kind) throws IOException, InterruptedException {
        Path complaints = Files.createTempFile("pando-codec", ".err");
        try {
            Process process = fresh(kind).redirectError(complaints.toFile()).start();
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IllegalStateException(kind + ": " + Files.readString(complaints));
                }
                try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
                    long nanos = Long.parseLong(said.readLine());
                    return new First(nanos, Integer.parseInt(said.readLine()), Files.readAllLines(complaints));
                }
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.deleteIfExists(complaints);
        }
    }

    private static ProcessBuilder fresh(MeasuredCodec.Kind kind) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CodecStart.class.getName(),
                kind.name());
        builder.environment().keySet().removeAll(FLAGS);
        return builder;
    }

    private CodecBench() {}
}
