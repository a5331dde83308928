package dev.pando.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando simulate`.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the library's protocols in simulated clusters, in virtual time, under faults that are drawn from a"
                    + " seed, and looks whether what they promise holds.",
            "Exits with 0 when it does for all seeds, with 1 when it does not, and prints the first seed that shows it."
        })
final class SimulateCommand implements Callable<Integer> {

    private static final int NODES_MIN = 2;
    private static final int NODES_MAX = 50;
    private static final double NANOS = 1e9;

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds. Default: 300.")
    @Nullable
    Long seeds;

    @Option(names = "--minutes", paramLabel = "M", description = "Goes on for so long, instead of a number of seeds.")
    @Nullable
    Integer minutes;

    @Option(names = "--seed", paramLabel = "S", description = "Runs this seed only, and shows its last events.")
    @Nullable
    Long seed;

    @Option(names = "--first", paramLabel = "S", description = "The first seed. Default: 1.")
    long first = 1;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, 2 to 50. Default: 5.")
    int nodes = 5;

    @Option(names = "--faults", paramLabel = "N", description = "How many faults in a run. Default: 5.")
    int faults = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "How long faults go on, in virtual time. Default: 10.")
    int seconds = 10;

    @Option(
            names = "--suite",
            paramLabel = "SUITE",
            split = ",",
            description = "Runs only this: ${COMPLETION-CANDIDATES}.")
    List<SimulationSuite> only = new ArrayList<>();

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            description = "Builds a fault in, which must be found: ${COMPLETION-CANDIDATES}.")
    SimulationSuite.@Nullable Plant plant;

    @Option(names = "--verbose", description = "Leaves the log on, as the nodes of the one run of --seed write it.")
    boolean verbose;

    @Option(names = "--json", description = "Prints the report as JSON.")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        check();
        Logger log = (Logger) LoggerFactory.getLogger("dev.pando");
        Level before = log.getLevel();
        if (!verbose) {
            // Thousands of nodes that lose each other have much to say; what counts is in the trace of a run that
            // fails.
            log.setLevel(Level.OFF);
        }
        try {
            return simulate();
        } finally {
            log.setLevel(before);
        }
    }

    private int simulate() throws Exception {
        SimulationSuite.Setting setting =
                new SimulationSuite.Setting(nodes, faults, Duration.ofSeconds(seconds), Optional.ofNullable(plant));
        long begun = System.nanoTime();
        OptionalLong end =
                minutes == null ? OptionalLong.empty() : OptionalLong.of(begun + TimeUnit.MINUTES.toNanos(minutes));
        SimulationRuns runs = new SimulationRuns(suites(), setting, firstSeed(), count(), end);
        Optional<SimulationRuns.Failed> failed = runs.run();
        double took = (System.nanoTime() - begun) / NANOS;
        double passed = runs.virtualNanos() / NANOS;
        SimulationReport report = new SimulationReport(
                suites().stream().map(SimulateCommand::id).toList(),
                setting.plant().map(SimulateCommand::id),
                nodes,
                faults,
                runs.runs(),
                took,
                runs.runs() / took,
                passed,
                passed / took,
                runs.footprints(),
                failed.map(this::failure));
        print(report);
        return failed.isPresent() || report.runs() == 0 ? 1 : 0;
    }

    private void check() {
        if (nodes < NODES_MIN || nodes > NODES_MAX) {
            throw new UsageException("--nodes: " + nodes + " is not between " + NODES_MIN + " and " + NODES_MAX);
        }
        if (faults < 0) {
            throw new UsageException("--faults: " + faults + " is negative");
        }
        if (seconds < 1) {
            throw new UsageException("--seconds: " + seconds + " is less than 1");
        }
        if (seeds != null && seeds < 1) {
            throw new UsageException("--seeds: " + seeds + " is less than 1");
        }
        atMost("--first", first);
        atMost("--seed", seed);
        atMost("--seeds", seeds);
        if (minutes != null && minutes < 1) {
            throw new UsageException("--minutes: " + minutes + " is less than 1");
        }
        if (plant != null && !suites().contains(plant.suite())) {
            throw new UsageException(
                    "--plant: " + id(plant) + " is built into suite " + id(plant.suite()) + "; run that one");
        }
        if (verbose && seed == null) {
            throw new UsageException("--verbose shows the log of one run; give its --seed");
        }
        if (seed != null && (seeds != null || minutes != null)) {
            throw new UsageException("--seed runs one seed; leave --seeds and --minutes out");
        }
    }

    private static void atMost(String option, @Nullable Long value) {
        if (value != null && value > SimulationRuns.SEEDS_MAX) {
            throw new UsageException(option + ": " + value + " is above " + SimulationRuns.SEEDS_MAX);
        }
    }

    private long firstSeed() {
        return Optional.ofNullable(seed).orElse(first);
    }

    private long count() {
        if (seed != null) {
            return 1;
        }
        if (minutes != null) {
            return SimulationRuns.SEEDS_MAX;
        }
        return Optional.ofNullable(seeds).orElse(300L);
    }

    private List<SimulationSuite> suites() {
        if (!only.isEmpty()) {
            return only;
        }
        return plant == null ? Arrays.asList(SimulationSuite.values()) : List.of(plant.suite());
    }

    private SimulationReport.Failure failure(SimulationRuns.Failed failed) {
        StringBuilder replay = new StringBuilder("./pando simulate --suite ")
                .append(id(failed.suite()))
                .append(" --seed ")
                .append(failed.seed())
                .append(" --nodes ")
                .append(nodes)
                .append(" --faults ")
                .append(faults)
                .append(" --seconds ")
                .append(seconds);
        if (plant != null) {
            replay.append(" --plant ").append(id(plant));
        }
        return new SimulationReport.Failure(id(failed.suite()), failed.seed(), failed.what(), replay.toString());
    }

    /// As it is given on the command line, where case does not matter.
    private static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void print(SimulationReport report) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .registerModule(new Jdk8Module())
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(report));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d runs of %d nodes with %d faults in %.1f s: %.0f runs per minute, %,.0f s of virtual time"
                            + " per second%n",
                    String.join(", ", report.suites()),
                    report.runs(),
                    report.nodes(),
                    report.faults(),
                    report.seconds(),
                    report.seedsPerSecond() * 60,
                    report.virtualPerReal());
            report.footprints().stream().limit(1).forEach(out::println);
            report.footprints().stream().skip(1).reduce((_, last) -> last).ifPresent(out::println);
            report.failure()
                    .ifPresentOrElse(
                            failure -> {
                                out.println("seed " + failure.seed() + " of " + failure.suite() + " fails:");
                                out.println(failure.what());
                                out.println("run it again: " + failure.replay());
                            },
                            () -> out.println(report.runs() > 0 ? "all promises held" : "nothing was run"));
        }
        out.flush();
    }
}
