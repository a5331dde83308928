package dev.pando.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `pando` command.
@Command(
        name = "pando",
        version = "pando 0.1.0-SNAPSHOT",
        mixinStandardHelpOptions = true,
        description = "OTP for the JVM.",
        subcommands = {
            DemoCommand.class,
            DemoNode.class,
            NodeCommand.class,
            BenchCommand.class,
            SimulateCommand.class,
            ChaosCommand.class,
            ChaosNode.class
        })
final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, _) -> {
                    // One line for what the user can mend; the log has the rest when asked for.
                    if (failure instanceof UsageException) {
                        commandLine.getErr().println("pando: " + failure.getMessage());
                        return 2;
                    }
                    commandLine.getErr().println("pando: " + failure);
                    failure.printStackTrace(commandLine.getErr());
                    return 1;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do, for instance: pando demo");
    }
}
