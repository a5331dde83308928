package dev.pando.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando chaos horde`.
@Command(
        name = "horde",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs three nodes, then more, in network namespaces of this machine, with the children of one distributed"
                    + " supervisor; cuts, slows, stops and kills nodes as a seed has it, while children are started,"
                    + " called and terminated on all sides; and looks after each fault whether each child lives once,"
                    + " where every node finds it, and has lost nothing that it may keep. Linux only, and for root.",
            "Exits with 0 when there was no wrong state, with 1 when there was one, with 2 when this machine cannot do"
                    + " it."
        })
final class ChaosHordeCommand implements Callable<Integer> {

    private static final int CHILDREN_MIN = 100;
    private static final int CHILDREN_MAX = 10_000;
    private static final int CHILDREN = 1_000;
    private static final int NODES = 4;

    @Mixin
    ChaosOptions options = new ChaosOptions();

    @Option(
            names = "--children",
            paramLabel = "N",
            description = "About how many children there are, " + CHILDREN_MIN + " to " + CHILDREN_MAX + ". Default: "
                    + CHILDREN + ".")
    int children = CHILDREN;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes there are at last, " + ChaosPlan.NODES_MIN + " to " + ChaosPlan.NODES_MAX
                    + ". Default: " + NODES + ".")
    int nodes = NODES;

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            converter = PlantConverter.class,
            description = "Builds a fault into one node, which must be found: keep-loser, forget-orphans, tell-twice,"
                    + " lie, reset-state, outlive-end.")
    ChaosPlant plant = ChaosPlant.NONE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static final class PlantConverter implements ITypeConverter<ChaosPlant> {
        @Override
        public ChaosPlant convert(String value) {
            return ChaosOptions.constant(ChaosPlant.ofChildren(), ChaosPlant::id, value);
        }
    }

    @Override
    public Integer call() throws Exception {
        ChaosOptions.between("--children", children, CHILDREN_MIN, CHILDREN_MAX);
        ChaosOptions.between("--nodes", nodes, ChaosPlan.NODES_MIN, ChaosPlan.NODES_MAX);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ChaosPlan plan = options.plan("horde", nodes);
        err.println("seed " + plan.seed() + "; the same plan again: " + replay(plan.seed()));
        try (ChaosChildrenRun run =
                new ChaosChildrenRun(plan, plant, nodes, children, options.stop(), options.logLevel(), err::println)) {
            ChaosChildrenReport report = run.run();
            options.print(report, out, () -> ChaosChildrenText.print(report, out));
            return report.isSound() ? 0 : 1;
        }
    }

    String replay(long drawn) {
        String own =
                (children == CHILDREN ? "" : " --children " + children) + (nodes == NODES ? "" : " --nodes " + nodes);
        return options.replay("horde", drawn, own) + ChaosOptions.plant(plant);
    }
}
