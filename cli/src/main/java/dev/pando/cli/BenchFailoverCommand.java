package dev.pando.cli;

import dev.pando.bench.Effort;
import dev.pando.bench.Stage;
import dev.pando.bench.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pando bench failover`.
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the distributed supervisor on three nodes on 127.0.0.1, one of which is killed, beside Pekko's"
                    + " Cluster Sharding, which remembers its entities.",
            "Each figure is the median of several rounds, each in operating-system processes of its own. Exits with 1"
                    + " when Pando has not done its work, or has lost a worker or run one twice; a peer's measurement"
                    + " that fails is left out and named."
        })
final class BenchFailoverCommand implements Callable<Integer> {

    @Mixin
    BenchOptions options = new BenchOptions();

    @Option(
            names = "--only",
            paramLabel = "WORK",
            split = ",",
            converter = BenchWorks.Failover.class,
            completionCandidates = BenchWorks.Failover.class,
            description = "Measures only this: ${COMPLETION-CANDIDATES}.")
    List<Work> only = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "How often kills kills a node in each round. Default: 100, or 5 with --quick.")
    @Nullable
    Integer runs;

    @Override
    public Integer call() throws Exception {
        return options.run(only.isEmpty() ? Work.all(Stage.FAILOVER) : only, Stage.FAILOVER.nodes(), this::withRuns);
    }

    private Effort withRuns(Effort effort) {
        return runs == null ? effort : effort.withRuns(runs);
    }
}
