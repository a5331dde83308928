package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Salted collections are the same throughout a virtual machine, and others in the next: only two of them show it.
final class TwoMachinesIT {

    private static final int SEEDS = 100;

    @Test
    void theSameSeedsGiveTheSameRunsInTwoVirtualMachines() throws IOException, InterruptedException {
        String first = traces();
        String second = traces();

        assertThat(first.lines()).hasSize(2 * SEEDS).doesNotHaveDuplicates();
        assertThat(second).isEqualTo(first);
    }

    private static String traces() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Traces.class.getName(),
                        String.valueOf(SEEDS))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
