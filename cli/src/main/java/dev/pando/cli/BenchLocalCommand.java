package dev.pando.cli;

import dev.pando.bench.Stage;
import dev.pando.bench.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Mixin
    BenchOptions options = new BenchOptions();

    @Option(
            names = "--only",
            paramLabel = "WORK",
            split = ",",
            converter = BenchWorks.Local.class,
            completionCandidates = BenchWorks.Local.class,
            description = "Measures only this: ${COMPLETION-CANDIDATES}.")
    List<Work> only = new ArrayList<>();

    @Option(names = "--million", description = "Starts and stops a million servers as well.")
    boolean million;

    @Override
    public Integer call() throws Exception {
        return options.run(works());
    }

    private List<Work> works() {
        List<Work> works = new ArrayList<>(only);
        if (only.isEmpty()) {
            works.addAll(Work.all(Stage.LOCAL));
            works.remove(Work.MILLION);
        }
        if (million && !works.contains(Work.MILLION)) {
            works.add(Work.MILLION);
        }
        return works;
    }
}
