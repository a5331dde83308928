package dev.pando.cli;

import dev.pando.bench.Effort;
import dev.pando.bench.LocalBench;
import dev.pando.bench.LocalSettings;
import dev.pando.bench.Report;
import dev.pando.bench.Work;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando bench local`.
@Command(
        name = "local",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures one node beside Pekko and the BEAM.",
            "Each figure is the median of several rounds, each in a virtual machine of its own. The BEAM takes part"
                    + " when erl and erlc are on the PATH. Exits with 1 when Pando has not done its work; a peer's"
                    + " measurement that fails is left out and named."
        })
final class BenchLocalCommand implements Callable<Integer> {

    private static final int ROUNDS = 3;

    @Option(names = "--json", description = "Prints an array with an object per row.")
    boolean json;

    @Option(names = "--quick", description = "One short round, for a first look.")
    boolean quick;

    @Option(
            names = "--only",
            paramLabel = "WORK",
            split = ",",
            description = "Measures only this: ${COMPLETION-CANDIDATES}.")
    List<Work> only = new ArrayList<>();

    @Option(names = "--million", description = "Starts and stops a million servers as well.")
    boolean million;

    @Option(names = "--rounds", paramLabel = "N", description = "How many rounds. Default: 3, or 1 with --quick.")
    @Nullable
    Integer rounds;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "How many threads each runtime uses for its processes. Default: one per processor.")
    @Nullable
    Integer parallelism;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        LocalSettings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Report report;
        try {
            report = LocalBench.run(settings, line -> {
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

    private LocalSettings settings() {
        int wanted = Optional.ofNullable(rounds).orElse(quick ? 1 : ROUNDS);
        OptionalInt threads = parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism);
        try {
            return new LocalSettings(works(), wanted, quick ? Effort.QUICK : Effort.FULL, threads);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }

    private List<Work> works() {
        List<Work> works = new ArrayList<>(only);
        if (only.isEmpty()) {
            works.addAll(Arrays.asList(Work.values()));
            works.remove(Work.MILLION);
        }
        if (million && !works.contains(Work.MILLION)) {
            works.add(Work.MILLION);
        }
        return works;
    }
}
