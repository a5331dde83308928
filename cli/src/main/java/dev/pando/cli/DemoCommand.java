package dev.pando.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.pando.donations.SampleDonations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Processes donations on several nodes of this machine, kills one of them half-way, and shows that",
            "nothing was lost and nothing recorded twice. Exits with 0 when that is so, with 1 when it is not,",
            "with 2 when something given cannot be used."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int NODES_MIN = 2;
    private static final int NODES_MAX = 9;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, 2 to 9. Default: 3.")
    int nodes = 3;

    @Mixin
    ImportOptions imports = new ImportOptions();

    @Option(
            names = "--ledger",
            paramLabel = "FOLDER",
            description = "Keeps the ledger in this folder, for the next run. Default: in memory.")
    @Nullable
    Path ledger;

    @Option(names = "--json", description = "Prints the report as JSON.")
    boolean json;

    @Option(names = "--verbose", description = "Logs what the nodes do, to standard error.")
    boolean verbose;

    @Option(names = "--victim", hidden = true, description = "Which node to kill: coordinator or other.")
    Demo.Victim victim = Demo.Victim.OTHER;

    /// Proves that the demonstration can fail.
    @Option(names = "--no-take-over", hidden = true)
    boolean noTakeOver;

    @Option(names = "--patience", hidden = true, description = "Seconds to wait for what is lost.")
    int patience = 30;

    @Option(names = "--count", hidden = true, description = "How many donations the sample has.")
    int count = SampleDonations.COUNT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (nodes < NODES_MIN || nodes > NODES_MAX) {
            throw new UsageException("--nodes: " + nodes + " is not between " + NODES_MIN + " and " + NODES_MAX);
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long expected = count();
        try (Donations donations =
                        imports.inputs.isEmpty() ? Donations.sample(count) : Donations.ofFiles(imports, err::println);
                Demo demo = new Demo(
                        nodes,
                        !noTakeOver,
                        victim,
                        Duration.ofSeconds(patience),
                        verbose ? "INFO" : "WARN",
                        err::println)) {
            demo.start(ledger);
            DemoReport report = demo.run(donations, imports.sourceName(), expected / 2);
            if (json) {
                ObjectMapper mapper = new ObjectMapper()
                        .registerModule(new Jdk8Module())
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(com.fasterxml.jackson.core.JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
                out.println(mapper.writeValueAsString(report));
            } else {
                DemoText.print(report, out);
            }
            out.flush();
            return report.isSound() ? 0 : 1;
        }
    }

    /// How many donations the input has: half-way is when half of them are done. Finds what cannot be read as
    /// well, before anything is started.
    private long count() {
        if (imports.inputs.isEmpty()) {
            return count;
        }
        try (Donations donations = Donations.ofFiles(imports, _ -> {})) {
            while (donations.hasNext()) {
                donations.next();
            }
            return donations.in();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }
}
