package dev.pando.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando chaos network`.
@Command(
        name = "network",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs three, then four nodes in network namespaces of this machine, cuts, slows, stops and kills them as a"
                    + " seed has it, and looks after each fault whether they are one cluster again and what is"
                    + " promised holds. Linux only, and for root.",
            "Exits with 0 when it does, with 1 when it does not, with 2 when this machine cannot do it."
        })
final class ChaosNetworkCommand implements Callable<Integer> {

    @Mixin
    ChaosOptions options = new ChaosOptions();

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            converter = PlantConverter.class,
            description = "Builds a fault into one node, which must be found: drop-sessions, drop-signals.")
    ChaosPlant plant = ChaosPlant.NONE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static final class PlantConverter implements ITypeConverter<ChaosPlant> {
        @Override
        public ChaosPlant convert(String value) {
            return ChaosOptions.constant(ChaosPlant.ofTalk(), ChaosPlant::id, value);
        }
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ChaosPlan plan = options.plan("network", ChaosRun.NODES_MAX);
        err.println("seed " + plan.seed() + "; the same plan again: " + replay(plan.seed()));
        try (ChaosRun run = new ChaosRun(plan, plant, options.stop(), options.logLevel(), err::println)) {
            ChaosReport report = run.run();
            options.print(report, out, () -> ChaosText.print(report, out));
            return report.isSound() ? 0 : 1;
        }
    }

    String replay(long drawn) {
        return options.replay("network", drawn, "") + ChaosOptions.plant(plant);
    }
}
