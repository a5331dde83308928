package dev.pando.cli;

import dev.pando.bench.Bench;
import dev.pando.bench.Effort;
import dev.pando.bench.Report;
import dev.pando.bench.Settings;
import dev.pando.bench.Work;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How `pando bench` measures beside the peers, on one node or on several, and what it prints.
final class BenchOptions {

    private static final int ROUNDS = 3;

    @Option(names = "--json", description = "Prints an array with an object per row.")
    boolean json;

    @Option(names = "--quick", description = "One short round, for a first look.")
    boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "How many rounds. Default: 3, or 1 with --quick.")
    @Nullable
    Integer rounds;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "How many threads each runtime uses for its processes. Default: one per processor.")
    @Nullable
    Integer parallelism;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// Measures, and prints the report.
    ///
    /// @return the exit code
    int run(List<Work> works) throws Exception {
        return run(works, works.getFirst().stage().nodes());
    }

    /// The same on so many nodes.
    int run(List<Work> works, int nodes) throws Exception {
        return run(works, nodes, effort -> effort);
    }

    /// The same with another effort than the usual.
    int run(List<Work> works, int nodes, UnaryOperator<Effort> effort) throws Exception {
        Settings settings = settings(works, nodes, effort);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Report report;
        try {
            report = Bench.run(settings, line -> {
                err.println(line);
                err.flush();
            });
        } catch (IllegalStateException e) {
            // What was measured has said more.
            err.println("pando: " + e.getMessage());
            return 1;
        }
        if (json) {
            out.println(BenchRow.json(report));
        } else {
            BenchText.print(report, out);
        }
        out.flush();
        return 0;
    }

    private Settings settings(List<Work> works, int nodes, UnaryOperator<Effort> effort) {
        int wanted = Optional.ofNullable(rounds).orElse(quick ? 1 : ROUNDS);
        OptionalInt threads = parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism);
        try {
            return new Settings(works, nodes, wanted, effort.apply(quick ? Effort.QUICK : Effort.FULL), threads);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }
}
