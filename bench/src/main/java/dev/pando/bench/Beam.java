package dev.pando.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Erlang's virtual machine, when there is one: `erl` and `erlc` from the PATH, and the compiled benchmark.
final class Beam {

    private static final String LOCAL = "pando_bench";
    private static final String REMOTE = "pando_bench_remote";
    private static final String NAMES = "pando_bench_names";
    private static final String PORTS = "pando_bench_epmd";

    /// More than a million processes.
    private static final String PROCESSES_MAX = "2097152";

    private final Path folder;

    private Beam(Path folder) {
        this.folder = folder;
    }

    /// Compiles the benchmark into a folder that is gone when this process ends. Empty when there is no Erlang.
    ///
    /// @throws IllegalStateException when Erlang refuses the source
    static Optional<Beam> compile() throws IOException, InterruptedException {
        Path folder = temporary(Files.createTempDirectory("pando-bench"));
        List<String> compile = new ArrayList<>(List.of("erlc", "-Wall", "-Werror"));
        for (String module : List.of(LOCAL, REMOTE, NAMES, PORTS)) {
            Path source = temporary(folder.resolve(module + ".erl"));
            temporary(folder.resolve(module + ".beam"));
            try (InputStream resource = Beam.class.getResourceAsStream(module + ".erl")) {
                Files.copy(Objects.requireNonNull(resource, module), source);
            }
            compile.add(source.toString());
        }
        Process compiler;
        try {
            compiler = new ProcessBuilder(compile)
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException noErlang) {
            return Optional.empty();
        }
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("erlc refuses the benchmark; see above");
        }
        return Optional.of(new Beam(folder));
    }

    /// The last one named is the first to go, so a folder comes before what it holds.
    private static Path temporary(Path path) {
        path.toFile().deleteOnExit();
        return path;
    }

    /// How to start one.
    List<String> command(Order order, OptionalInt parallelism) {
        return command(List.of(), LOCAL, order.arguments(), parallelism);
    }

    /// How to start one of two nodes, without Erlang's port mapper, which would stay.
    List<String> command(End end, Wire wire, Order order, OptionalInt parallelism) {
        List<String> arguments =
                new ArrayList<>(List.of(end.name().toLowerCase(Locale.ROOT), name(wire.port(End.FAR))));
        arguments.addAll(order.arguments());
        return command(node(wire.port(end)), REMOTE, arguments, parallelism);
    }

    /// How to start one of several nodes with names, likewise.
    List<String> command(int place, Places places, Order order, OptionalInt parallelism) {
        String far = IntStream.range(1, places.nodes())
                .mapToObj(other -> name(places.port(other)))
                .collect(Collectors.joining(","));
        End end = place == Places.NEAR ? End.NEAR : End.FAR;
        List<String> arguments = new ArrayList<>(List.of(end.name().toLowerCase(Locale.ROOT), far));
        arguments.addAll(order.arguments());
        return command(node(places.port(place)), NAMES, arguments, parallelism);
    }

    private static List<String> node(int port) {
        return List.of("-name", name(port), "-setcookie", Wire.COOKIE, "-start_epmd", "false", "-epmd_module", PORTS);
    }

    /// As `pando_bench_epmd.erl` reads it.
    private static String name(int port) {
        return "bench_%d@127.0.0.1".formatted(port);
    }

    private List<String> command(List<String> node, String module, List<String> arguments, OptionalInt parallelism) {
        List<String> command = new ArrayList<>(List.of("erl", "+P", PROCESSES_MAX));
        parallelism.ifPresent(schedulers -> command.addAll(List.of("+S", schedulers + ":" + schedulers)));
        command.addAll(node);
        command.addAll(List.of("-noshell", "-noinput", "-pa", folder.toString(), "-run", module, "main"));
        command.addAll(arguments);
        return command;
    }
}
