package dev.pando.cli;

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
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

    private static final int CYCLES_MAX = 10_000;
    private static final int STOP_SECONDS = 20;
    private static final int SEED_BOUND = 1_000_000;

    @Option(names = "--cycles", paramLabel = "N", description = "How many faults. Default: 8.")
    int cycles = 8;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Draws the faults of this seed. Default: another each time.")
    @Nullable
    Long seed;

    @Option(
            names = "--only",
            paramLabel = "FAULT",
            split = ",",
            converter = FaultConverter.class,
            description = "Only these: cut-2-1, cut-2-2, cut-1-1-1, one-way, flap, slow, stop, kill.")
    List<ChaosFault> only = new ArrayList<>();

    @Option(
            names = "--stop-seconds",
            paramLabel = "S",
            description = "How long a process is stopped, 8 or more. Default: " + STOP_SECONDS + ".")
    int stopSeconds = STOP_SECONDS;

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            converter = PlantConverter.class,
            description = "Builds a fault into one node, which must be found: drop-sessions, drop-signals.")
    ChaosPlant plant = ChaosPlant.NONE;

    @Option(names = "--json", description = "Prints the report as JSON.")
    boolean json;

    @Option(names = "--verbose", description = "Logs what the nodes do, to standard error.")
    boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static final class FaultConverter implements ITypeConverter<ChaosFault> {
        @Override
        public ChaosFault convert(String value) {
            return constant(ChaosFault.values(), value);
        }
    }

    static final class PlantConverter implements ITypeConverter<ChaosPlant> {
        @Override
        public ChaosPlant convert(String value) {
            return constant(ChaosPlant.values(), value);
        }
    }

    private static <E extends Enum<E>> E constant(E[] all, String value) {
        String name = value.replace('-', '_').toUpperCase(Locale.ROOT);
        return Arrays.stream(all)
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + value + "' is none of "
                        + Arrays.toString(all).toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    @Override
    public Integer call() throws Exception {
        check();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long drawn = Optional.ofNullable(seed)
                .orElseGet(() -> (long) ThreadLocalRandom.current().nextInt(SEED_BOUND));
        ChaosPlan plan = ChaosPlan.of(drawn, cycles, only.isEmpty() ? Arrays.asList(ChaosFault.values()) : only);
        err.println("seed " + drawn + "; the same plan again: " + replay(drawn));
        try (ChaosRun run =
                new ChaosRun(plan, plant, Duration.ofSeconds(stopSeconds), verbose ? "INFO" : "OFF", err::println)) {
            ChaosReport report = run.run();
            if (json) {
                out.println(new ObjectMapper()
                        .registerModule(new Jdk8Module())
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(report));
            } else {
                ChaosText.print(report, out);
            }
            out.flush();
            return report.isSound() ? 0 : 1;
        }
    }

    private void check() {
        if (cycles < 1 || cycles > CYCLES_MAX) {
            throw new UsageException("--cycles: " + cycles + " is not between 1 and " + CYCLES_MAX);
        }
        if (stopSeconds < 8) {
            throw new UsageException(
                    "--stop-seconds: " + stopSeconds + " is less than 8; a silence is noticed after 7");
        }
        ChaosNetwork.obstacle().ifPresent(why -> {
            throw new UsageException("chaos network " + why);
        });
    }

    String replay(long drawn) {
        StringBuilder replay = new StringBuilder("./pando chaos network --cycles ")
                .append(cycles)
                .append(" --seed ")
                .append(drawn);
        if (!only.isEmpty()) {
            replay.append(" --only ")
                    .append(String.join(",", only.stream().map(ChaosFault::id).toList()));
        }
        if (stopSeconds != STOP_SECONDS) {
            replay.append(" --stop-seconds ").append(stopSeconds);
        }
        if (plant != ChaosPlant.NONE) {
            replay.append(" --plant ").append(plant.id());
        }
        return replay.toString();
    }
}
