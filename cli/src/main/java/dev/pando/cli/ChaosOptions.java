package dev.pando.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What all commands that disturb nodes of this machine can be told.
final class ChaosOptions {

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
            description = "Only these: cut-2-1, cut-2-2, cut-3-1, cut-1-1-1, one-way, flap, slow, stop, kill; among"
                    + " five nodes also cut-4-1, cut-3-2, cut-2-2-1, cut-twice.")
    List<ChaosFault> only = new ArrayList<>();

    @Option(
            names = "--stop-seconds",
            paramLabel = "S",
            description = "How long a process is stopped, 8 or more. Default: " + STOP_SECONDS + ".")
    int stopSeconds = STOP_SECONDS;

    @Option(names = "--json", description = "Prints the report as JSON.")
    boolean json;

    @Option(names = "--verbose", description = "Logs what the nodes do, to standard error.")
    boolean verbose;

    static final class FaultConverter implements ITypeConverter<ChaosFault> {
        @Override
        public ChaosFault convert(String value) {
            return constant(List.of(ChaosFault.values()), ChaosFault::id, value);
        }
    }

    static <E> E constant(List<E> all, Function<E, String> id, String value) {
        return all.stream()
                .filter(one ->
                        id.apply(one).equals(value.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is none of " + all.stream().map(id).toList()));
    }

    /// Draws what is to be done.
    ///
    /// @throws UsageException when it cannot be done
    ChaosPlan plan(String command, int nodesMax) {
        between("--cycles", cycles, 1, CYCLES_MAX);
        if (stopSeconds < 8) {
            throw new UsageException(
                    "--stop-seconds: " + stopSeconds + " is less than 8; a silence is noticed after 7");
        }
        for (ChaosFault fault : only) {
            if (fault.nodesMin > nodesMax) {
                throw new UsageException("--only: " + fault.id() + " needs " + fault.nodesMin + " nodes; there are "
                        + nodesMax + " at most");
            }
        }
        ChaosNetwork.obstacle().ifPresent(why -> {
            throw new UsageException("chaos " + command + " " + why);
        });
        long drawn = Optional.ofNullable(seed)
                .orElseGet(() -> (long) ThreadLocalRandom.current().nextInt(SEED_BOUND));
        return ChaosPlan.of(drawn, cycles, only.isEmpty() ? ChaosFault.among(nodesMax) : only, nodesMax);
    }

    /// Refuses a number that is out of its bounds.
    static void between(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new UsageException(option + ": " + value + " is not between " + min + " and " + max);
        }
    }

    Duration stop() {
        return Duration.ofSeconds(stopSeconds);
    }

    String logLevel() {
        return verbose ? "INFO" : "OFF";
    }

    /// Prints a report for programs, or for people.
    void print(Object report, PrintWriter out, Runnable forPeople) throws JsonProcessingException {
        if (json) {
            out.println(ChaosLine.mapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(report));
        } else {
            forPeople.run();
        }
        out.flush();
    }

    /// The command line that draws the same plan.
    ///
    /// @param own what this command was told besides
    String replay(String command, long drawn, String own) {
        StringBuilder replay = new StringBuilder("./pando chaos " + command + " --cycles ")
                .append(cycles)
                .append(own)
                .append(" --seed ")
                .append(drawn);
        if (!only.isEmpty()) {
            replay.append(" --only ")
                    .append(String.join(",", only.stream().map(ChaosFault::id).toList()));
        }
        if (stopSeconds != STOP_SECONDS) {
            replay.append(" --stop-seconds ").append(stopSeconds);
        }
        return replay.toString();
    }

    static String plant(ChaosPlant plant) {
        return plant == ChaosPlant.NONE ? "" : " --plant " + plant.id();
    }
}
