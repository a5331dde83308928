package dev.pando.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Benchmarks of single operations, under JMH.
public final class MicroBench {

    /// Runs them, with JMH's own output. In a process of its own, since JMH's forks report to it by Java
    /// serialization, which the `pando` command refuses.
    ///
    /// @param arguments as JMH's command line has them
    /// @return JMH's exit code
    public static int run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main"));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private MicroBench() {}
}
