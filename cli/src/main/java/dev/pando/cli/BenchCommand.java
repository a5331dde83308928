package dev.pando.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pando bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Pando on this machine.",
        subcommands = {
            BenchLocalCommand.class,
            BenchClusterCommand.class,
            BenchRegistryCommand.class,
            BenchFailoverCommand.class,
            BenchMicroCommand.class,
            BenchCodecCommand.class
        })
final class BenchCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure, for instance: pando bench local");
    }
}
