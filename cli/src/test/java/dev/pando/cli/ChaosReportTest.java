package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.pando.cli.ChaosReport.Cycle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The judgement, and how it is shown.
final class ChaosReportTest {

    private static Cycle cycle(ChaosFault fault, double remerge, double roundTrip, Double... noticed) {
        return new Cycle(
                1,
                fault.id(),
                fault.id() + " 1|2,3",
                3,
                Arrays.asList(noticed),
                Optional.of(remerge),
                roundTrip > 0 ? Optional.of(roundTrip) : Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                8,
                0,
                6,
                List.of());
    }

    private static ChaosReport report(Cycle... cycles) {
        return ChaosReport.of(42, ChaosPlant.NONE, List.of(cycles), List.of("slow link: no netem"), 12.3);
    }

    @Test
    void whatKeepsItsPromisesIsSound() {
        ChaosReport report = report(
                cycle(ChaosFault.CUT_2_1, 2_000, 0, 5_800.0, 6_900.0),
                cycle(ChaosFault.KILL, 3_000, 0, 300.0, 500.0, 4_000.0),
                cycle(ChaosFault.STOP, 10_000, 50, 6_000.0));

        assertThat(report.faults()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.remerge().median()).contains(3_000.0);
        assertThat(report.remerge().p99()).contains(10_000.0);
        assertThat(report.remerge().max()).contains(10_000.0);
        assertThat(report.detection().count()).isEqualTo(2);
        assertThat(report.killNoticed().median()).contains(500.0);
    }

    @Test
    void timesThatAreTooLongAreFaults() {
        assertThat(report(cycle(ChaosFault.CUT_2_1, 3_001, 0)).faults())
                .containsExactly("median time to re-merge: 3001 ms, and at most 3000 ms are promised");
        assertThat(report(cycle(ChaosFault.FLAP, 1, 0), cycle(ChaosFault.FLAP, 1, 0), cycle(ChaosFault.FLAP, 10_001, 0))
                        .faults())
                .containsExactly("longest time to re-merge: 10001 ms, and at most 10000 ms are promised");
        assertThat(report(cycle(ChaosFault.KILL, 1, 0, 501.0)).faults())
                .containsExactly("median time to notice a kill: 501 ms, and at most 500 ms are promised");
        assertThat(report(cycle(ChaosFault.CUT_2_2, 1, 0, 7_001.0)).faults())
                .containsExactly("longest time to notice a cut: 7001 ms, and at most 7000 ms are promised");
        assertThat(report(cycle(ChaosFault.STOP, 1, 0, 7_001.0)).faults())
                .containsExactly("longest time to notice a stopped process: 7001 ms, and at most 7000 ms are promised");
        assertThat(report(cycle(ChaosFault.STOP, 1, 51)).faults())
                .containsExactly("longest round trip beside a stopped process: 51 ms, and at most 50 ms are promised");
    }

    @Test
    void whatCouldNotBeMeasuredIsCountedAndNoFault() {
        ChaosReport report = report(new Cycle(
                1,
                "stop",
                "stop 1|2,3",
                3,
                List.of(6_000.0),
                Optional.of(2_000.0),
                Optional.of(20.0),
                Optional.of(120.0),
                4,
                Optional.empty(),
                8,
                0,
                6,
                List.of()));
        StringWriter out = new StringWriter();

        ChaosText.print(report, new PrintWriter(out, true));

        assertThat(report.faults()).isEmpty();
        assertThat(report.unmeasurable()).isEqualTo(4);
        assertThat(out.toString()).contains("not measurable, for the hiccup                4");
    }

    @Test
    void theFaultsOfACycleAreThoseOfTheRun() {
        Cycle bad = new Cycle(
                4,
                "flap",
                "flap 1|2,3",
                3,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                0,
                0,
                0,
                List.of("a→b: messages do not flow"));

        assertThat(report(bad).faults()).containsExactly("cycle 4 (flap 1|2,3): a→b: messages do not flow");
        assertThat(report(bad).isSound()).isFalse();
    }

    @Test
    void itIsShownToPeopleAndToPrograms() throws Exception {
        ChaosReport report = report(cycle(ChaosFault.CUT_2_1, 2_345, 0, 5_800.0, 6_900.0));
        StringWriter out = new StringWriter();

        ChaosText.print(report, new PrintWriter(out, true));
        JsonNode json = new ObjectMapper()
                .registerModule(new Jdk8Module())
                .readTree(new ObjectMapper().registerModule(new Jdk8Module()).writeValueAsString(report));

        assertThat(out.toString())
                .contains("    1 cut-2-1 1|2,3        3   6,350 / 6,900        2,345")
                .contains("left out: slow link: no netem")
                .contains("seed 42, 12 s")
                .contains("All promises held.");
        assertThat(json.get("sound").asBoolean()).isTrue();
        assertThat(json.at("/cycles/0/remerge").asDouble()).isEqualTo(2_345);
        assertThat(json.at("/remerge/max").asDouble()).isEqualTo(2_345);
        assertThat(json.get("seed").asLong()).isEqualTo(42);
    }
}
