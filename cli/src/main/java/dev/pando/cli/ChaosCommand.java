package dev.pando.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pando chaos`.
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Disturbs real nodes of this machine, and looks whether what is promised holds.",
        subcommands = {ChaosNetworkCommand.class, ChaosRegistryCommand.class, ChaosHordeCommand.class})
final class ChaosCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to disturb, for instance: pando chaos network");
    }
}
