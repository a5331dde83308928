package dev.pando.core;

import static dev.pando.core.Program.END;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Applications in JVMs of their own, which are sent real signals.
final class ApplicationIT {

    private static final Duration PATIENT = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalStopsTheTreeInOrderAndTheCodeIsZero(String signal) throws Exception {
        try (Program program = start("sound", PATIENT)) {
            assertThat(program.until("+ready")).containsExactly("+a", "+b", "+c", "+ready");

            program.signal(signal);

            assertThat(program.until(END)).containsExactly("before", "-ready", "-c", "-b", "-a", "after", END);
            assertThat(program.code()).isZero();
        }
    }

    @Test
    void aChildThatIgnoresItsStopIsNamedAndKilledAtTheDeadline() throws Exception {
        try (Program program = start("stuck", Duration.ofSeconds(1))) {
            program.until("+ready");

            program.signal("TERM");

            assertThat(program.until(END)).startsWith("before", "-ready").doesNotContain("after");
            assertThat(program.code()).isEqualTo(4);
            assertThat(program.log())
                    .filteredOn(line -> line.contains("not stopped within PT1S"))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR alpha@localhost: ")
                    .contains("'deaf'", "'a'")
                    .doesNotContain("'ready'");
        }
    }

    @Test
    void aSecondSignalEndsTheProgramAtOnce() throws Exception {
        try (Program program = start("stuck", PATIENT)) {
            program.until("+ready");
            program.signal("TERM");
            assertThat(program.until("-ready")).containsExactly("before", "-ready");

            program.signal("TERM");

            assertThat(program.code()).isEqualTo(4);
            assertThat(program.log()).anyMatch(line -> line.contains("a second signal") && line.contains("'deaf'"));
        }
    }

    @Test
    void aTreeThatDoesNotStartIsOneLineWithTheChildAndTheReason() throws Exception {
        try (Program program = start("broken", PATIENT)) {
            assertThat(program.until(END)).containsExactly("+a", "-a", "after", END);
            assertThat(program.code()).isEqualTo(1);
            assertThat(program.log())
                    .filteredOn(line -> line.contains("not started"))
                    .containsExactly("ERROR alpha@localhost: not started: child 'inner' did not start: "
                            + "child 'ledger' did not start: Crash[java.io.IOException: disk on fire]");
        }
    }

    @Test
    void aTopSupervisorThatGivesUpEndsTheProgramWithACodeOfItsOwn() throws Exception {
        try (Program program = start("crashing", PATIENT)) {
            assertThat(program.until(END)).containsExactly("+a", "-a", "after", END);
            assertThat(program.code()).isEqualTo(3);
            assertThat(program.log()).anyMatch(line -> line.contains("the top supervisor gave up"));
        }
    }

    @Test
    void anExitFromWithinStopsTheTreeAndKeepsItsCode() throws Exception {
        try (Program program = start("exiting", PATIENT)) {
            assertThat(program.until(END)).containsExactly("+a", "before", "-a", "after", END);
            assertThat(program.code()).isEqualTo(7);
        }
    }

    private Program start(String tree, Duration deadline) throws IOException, InterruptedException {
        return Program.start(folder.resolve("log"), ApplicationMain.class, tree, deadline.toString());
    }
}
