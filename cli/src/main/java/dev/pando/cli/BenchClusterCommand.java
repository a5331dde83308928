package dev.pando.cli;

import dev.pando.bench.Stage;
import dev.pando.bench.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pando bench cluster`.
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures two nodes on 127.0.0.1 beside Pekko's Artery and the BEAM.",
            "Each figure is the median of several rounds, each in two operating-system processes of its own. The BEAM"
                    + " takes part when erl and erlc are on the PATH. Exits with 1 when Pando has not done its work or"
                    + " has lost a message; a peer's measurement that fails is left out and named."
        })
final class BenchClusterCommand implements Callable<Integer> {

    @Mixin
    BenchOptions options = new BenchOptions();

    @Option(
            names = "--only",
            paramLabel = "WORK",
            split = ",",
            converter = BenchWorks.Cluster.class,
            completionCandidates = BenchWorks.Cluster.class,
            description = "Measures only this: ${COMPLETION-CANDIDATES}.")
    List<Work> only = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        return options.run(only.isEmpty() ? Work.all(Stage.CLUSTER) : only);
    }
}
