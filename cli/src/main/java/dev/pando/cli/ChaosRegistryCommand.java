package dev.pando.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando chaos registry`.
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs three nodes, then more, in network namespaces of this machine, with processes that hold names of a"
                    + " replicated registry; cuts, slows, stops and kills nodes as a seed has it, while names are"
                    + " claimed, changed and given up on all sides; and looks after each fault whether every node"
                    + " finds each living process under its name, and nothing else. Linux only, and for root.",
            "Exits with 0 when there was no wrong state, with 1 when there was one, with 2 when this machine cannot do"
                    + " it."
        })
final class ChaosRegistryCommand implements Callable<Integer> {

    private static final int NAMES_MAX = 20_000;
    private static final int NAMES = 1_000;

    @Mixin
    ChaosOptions options = new ChaosOptions();

    @Option(
            names = "--names",
            paramLabel = "N",
            description = "About how many names are held, 10 to " + NAMES_MAX + ". Default: " + NAMES + ".")
    int names = NAMES;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes there are at last, 3 to " + ChaosPlan.NODES_MAX + ". Default: "
                    + ChaosPlan.NODES_MAX + ".")
    int nodes = ChaosPlan.NODES_MAX;

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            converter = PlantConverter.class,
            description = "Builds a fault into one node, which must be found: hold-ungranted, forget-grant,"
                    + " swallow-conflict, tell-twice, skip-update, miss-notices.")
    ChaosPlant plant = ChaosPlant.NONE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static final class PlantConverter implements ITypeConverter<ChaosPlant> {
        @Override
        public ChaosPlant convert(String value) {
            return ChaosOptions.constant(ChaosPlant.ofNames(), ChaosPlant::id, value);
        }
    }

    @Override
    public Integer call() throws Exception {
        ChaosOptions.between("--names", names, 10, NAMES_MAX);
        ChaosOptions.between("--nodes", nodes, ChaosPlan.NODES_MIN, ChaosPlan.NODES_MAX);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ChaosPlan plan = options.plan("registry", nodes);
        err.println("seed " + plan.seed() + "; the same plan again: " + replay(plan.seed()));
        try (ChaosNamesRun run =
                new ChaosNamesRun(plan, plant, nodes, names, options.stop(), options.logLevel(), err::println)) {
            ChaosNamesReport report = run.run();
            options.print(report, out, () -> ChaosNamesText.print(report, out));
            return report.isSound() ? 0 : 1;
        }
    }

    String replay(long drawn) {
        String own =
                (names == NAMES ? "" : " --names " + names) + (nodes == ChaosPlan.NODES_MAX ? "" : " --nodes " + nodes);
        return options.replay("registry", drawn, own) + ChaosOptions.plant(plant);
    }
}
