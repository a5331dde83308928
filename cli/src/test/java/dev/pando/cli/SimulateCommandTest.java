package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class SimulateCommandTest {

    private static final String SOUND_SEEDS = Integer.toString(Integer.getInteger("pando.seeds", 300));

    private record Run(int exit, String out, String err) {}

    private static Run simulate(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = new String[arguments.length + 1];
        all[0] = "simulate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int exit = command.execute(all);
        return new Run(exit, out.toString(), err.toString());
    }

    @ParameterizedTest
    @EnumSource(SimulationSuite.class)
    void thePromisesHold(SimulationSuite suite) {
        Run run = simulate("--seeds", SOUND_SEEDS, "--suite", suite.name());

        assertThat(run.exit()).as(run.out()).isZero();
        assertThat(run.out()).contains("all promises held");
    }

    /// Each by a pinned seed.
    @ParameterizedTest
    @CsvSource({
        "CHECK_THEN_ACT, 1, is recorded twice",
        "NO_REANNOUNCE, 6, takes nobody",
        "NO_MERGE_RULE, 1, has 2 owners",
        "ENDED_TWICE, 1, was told 2 times"
    })
    void aPlantedFaultIsFound(SimulationSuite.Plant plant, int seed, String finding) {
        Run run = simulate("--seed", Integer.toString(seed), "--plant", plant.name());

        String id = plant.name().toLowerCase(Locale.ROOT);
        assertThat(run.exit()).isOne();
        assertThat(run.out())
                .contains("seed " + seed + " of " + plant.suite().name().toLowerCase(Locale.ROOT) + " fails:")
                .contains(finding)
                .contains("run it again: ./pando simulate --suite ")
                .contains(" --seed " + seed + " --nodes 5 --faults 5 --seconds 10 --plant " + id)
                .contains("the last events:");
    }

    @Test
    void theReportForProgramsHasTheFailureAndHowToRunItAgain() throws Exception {
        JsonNode report = new ObjectMapper()
                .readTree(simulate("--seeds", "3", "--plant", "ended_twice", "--json")
                        .out());

        assertThat(report.get("nodes").asInt()).isEqualTo(5);
        assertThat(report.get("runs").asLong()).isPositive();
        assertThat(report.get("seedsPerSecond").asDouble()).isPositive();
        assertThat(report.get("virtualPerReal").asDouble()).isGreaterThan(1);
        assertThat(report.get("failure").get("seed").asLong()).isEqualTo(1);
        assertThat(report.get("failure").get("replay").asText())
                .isEqualTo("./pando simulate --suite fixture --seed 1 --nodes 5 --faults 5 --seconds 10"
                        + " --plant ended_twice");
    }

    /// A kilobyte in each run would show.
    @Test
    void manyRunsLeaveNoThreadAndNoMemory() throws Exception {
        JsonNode footprints = new ObjectMapper()
                .readTree(simulate("--seeds", "500", "--json").out())
                .get("footprints");

        assertThat(footprints).hasSize(2);
        JsonNode before = footprints.get(0);
        JsonNode after = footprints.get(1);
        assertThat(before.get("runs").asLong()).isEqualTo(1_000);
        assertThat(after.get("runs").asLong()).isEqualTo(2_000);
        assertThat(growth("threads", before, after)).as("threads").isLessThanOrEqualTo(2);
        assertThat(growth("heapBytes", before, after)).as("bytes of heap").isLessThan(1_000_000);
        assertThat(growth("metaspaceBytes", before, after))
                .as("bytes of metaspace")
                .isLessThan(1_000_000);
    }

    private static long growth(String of, JsonNode before, JsonNode after) {
        return after.get(of).asLong() - before.get(of).asLong();
    }

    @Test
    void aRunReplays() {
        String first = simulate("--seed", "1", "--plant", "ended_twice").out();
        String again = simulate("--seed", "1", "--plant", "ended_twice").out();

        assertThat(events(again)).isEqualTo(events(first)).contains("n1           starts");
    }

    private static String events(String out) {
        return out.substring(out.indexOf("fails:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nodes 1",
                "--nodes 51",
                "--faults -1",
                "--seconds 0",
                "--seeds 0",
                "--minutes 0",
                "--plant ended_twice --suite names",
                "--seed 1 --seeds 2"
            })
    void whatCannotBeUsedIsNamed(String arguments) {
        Run run = simulate(arguments.split(" ", -1));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).startsWith("pando: " + arguments.split(" ", -1)[0]);
    }
}
