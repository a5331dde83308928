package dev.pando.cli;

import dev.pando.bench.Stage;
import dev.pando.bench.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pando bench registry`.
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the replicated registry on several nodes on 127.0.0.1 beside Pekko's receptionist and Distributed"
                    + " Data and the BEAM's global.",
            "Each figure is the median of several rounds, each in operating-system processes of its own. The BEAM"
                    + " takes part when erl and erlc are on the PATH. Exits with 1 when Pando has not done its work, or"
                    + " has granted a key twice on one node; a peer's measurement that fails is left out and named."
        })
final class BenchRegistryCommand implements Callable<Integer> {

    @Mixin
    BenchOptions options = new BenchOptions();

    @Option(
            names = "--only",
            paramLabel = "WORK",
            split = ",",
            converter = BenchWorks.Registry.class,
            completionCandidates = BenchWorks.Registry.class,
            description = "Measures only this: ${COMPLETION-CANDIDATES}.")
    List<Work> only = new ArrayList<>();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes there are, each a process. Default: ${DEFAULT-VALUE}.")
    int nodes;

    @Override
    public Integer call() throws Exception {
        return options.run(only.isEmpty() ? Work.all(Stage.REGISTRY) : only, nodes);
    }
}
