package dev.pando.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// Erlang's virtual machine, when there is one: `erl` and `erlc` from the PATH, and the compiled benchmark.
final class Beam {

    private static final String MODULE = "pando_bench";

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
        Path source = temporary(folder.resolve(MODULE + ".erl"));
        temporary(folder.resolve(MODULE + ".beam"));
        try (InputStream resource = Beam.class.getResourceAsStream(MODULE + ".erl")) {
            Files.copy(Objects.requireNonNull(resource, MODULE), source);
        }
        Process compiler;
        try {
            compiler = new ProcessBuilder("erlc", "-Wall", "-Werror", source.toString())
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException noErlang) {
            return Optional.empty();
        }
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("erlc refuses " + MODULE + ".erl; see above");
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
        List<String> command = new ArrayList<>(List.of("erl", "+P", PROCESSES_MAX));
        parallelism.ifPresent(schedulers -> command.addAll(List.of("+S", schedulers + ":" + schedulers)));
        command.addAll(List.of("-noshell", "-noinput", "-pa", folder.toString(), "-run", MODULE, "main"));
        command.addAll(order.arguments());
        return command;
    }
}
