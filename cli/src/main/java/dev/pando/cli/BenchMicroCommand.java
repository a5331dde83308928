package dev.pando.cli;

import dev.pando.bench.MicroBench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `pando bench micro`. All its arguments are JMH's, help included.
@Command(
        name = "micro",
        description =
                "Runs JMH on single operations, with JMH's arguments; without any, counts what they allocate (-prof"
                        + " gc).")
final class BenchMicroCommand implements Callable<Integer> {

    @Unmatched
    List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        return MicroBench.run(arguments.isEmpty() ? List.of("-prof", "gc") : arguments);
    }
}
