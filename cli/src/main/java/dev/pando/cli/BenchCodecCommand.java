package dev.pando.cli;

import dev.pando.bench.CodecBench;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pando bench codec`.
@Command(
        name = "codec",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the first message of Pando's codec beside one written by hand and Fory.",
            "Each is written and read in a fresh JVM with default flags. What later messages cost is measured by:"
                    + " pando bench micro CodecBenchmark. Exits with 1 when Pando's makes the JVM complain."
        })
final class BenchCodecCommand implements Callable<Integer> {

    @Option(names = "--rounds", paramLabel = "N", description = "How many JVMs for each codec. Default: 7.")
    int rounds = 7;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<CodecBench.Start> starts = CodecBench.starts(rounds, line -> {
            err.println(line);
            err.flush();
        });
        out.printf(Locale.ROOT, "%-8s %16s %8s %12s%n", "codec", "first message", "bytes", "complaints");
        for (CodecBench.Start start : starts) {
            out.printf(
                    Locale.ROOT,
                    "%-8s %13.1f ms %8d %12d%n",
                    start.codec(),
                    start.millis(),
                    start.bytes(),
                    start.complaints().size());
            start.complaints().forEach(line -> out.println("         " + line));
        }
        out.flush();
        return starts.stream()
                        .filter(start -> start.codec().equals("pando"))
                        .allMatch(start -> start.complaints().isEmpty())
                ? 0
                : 1;
    }
}
