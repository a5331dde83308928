package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pando.cli.ChaosNamesReport.Cycle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChaosNamesReportTest {

    private static Cycle cycle(int number, boolean busy, Double converged, List<String> faults) {
        return new Cycle(
                number,
                "cut-3-2",
                "cut-3-2 1,2|3,4,5",
                5,
                998,
                2_345,
                120,
                busy,
                new ChaosAgreed.Took(
                        Optional.of(3_000.0),
                        busy ? Optional.empty() : Optional.of(converged),
                        busy ? Optional.empty() : Optional.of(8.0)),
                faults.size(),
                faults);
    }

    private static ChaosNamesReport report(Cycle... cycles) {
        return ChaosNamesReport.of(42, ChaosPlant.NONE, 1_000, List.of(cycles), List.of(), 12.3);
    }

    @Test
    void timesAreOfTheCyclesInWhichTheyWereMeasured() {
        ChaosNamesReport report = report(
                cycle(1, false, 100.0, List.of()), cycle(2, false, 300.0, List.of()), cycle(3, true, 0.0, List.of()));

        assertThat(report.isSound()).isTrue();
        assertThat(report.remerge().count()).isEqualTo(3);
        assertThat(report.converged().count()).isEqualTo(2);
        assertThat(report.converged().median()).contains(200.0);
        assertThat(report.converged().max()).contains(300.0);
        assertThat(report.conflicts()).isEqualTo(360);
    }

    @Test
    void aWrongStateIsNamedWithItsSeedAndCycle() {
        ChaosNamesReport report = report(cycle(4, false, 100.0, List.of("b takes nobody for the owner of k")));

        assertThat(report.isSound()).isFalse();
        assertThat(report.wrong()).isOne();
        assertThat(report.faults())
                .containsExactly("seed 42, cycle 4 (cut-3-2 1,2|3,4,5): b takes nobody for the owner of k");
    }

    @Test
    void itIsShownToPeopleAndToPrograms() throws Exception {
        ChaosNamesReport report = report(cycle(1, false, 123.0, List.of()), cycle(3, true, 0.0, List.of()));
        StringWriter out = new StringWriter();

        ChaosNamesText.print(report, new PrintWriter(out, true));
        JsonNode json = ChaosLine.mapper().readTree(ChaosLine.mapper().writeValueAsString(report));

        assertThat(out.toString())
                .contains("    1 cut-3-2 1,2|3,4,5       5    998     2345       120        3,000           123")
                .contains("busy")
                .contains("seed 42, 240 conflicts, 12 s")
                .contains("No wrong state.");
        assertThat(json.get("sound").asBoolean()).isTrue();
        assertThat(json.at("/converged/median").asDouble()).isEqualTo(123);
        assertThat(json.at("/converged/p99").asDouble()).isEqualTo(123);
        assertThat(json.at("/cycles/1/converged").isNull()).isTrue();
        assertThat(json.get("seed").asLong()).isEqualTo(42);
    }
}
