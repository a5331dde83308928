package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pando.cli.ChaosChildrenReport.Cycle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChaosChildrenReportTest {

    private static Cycle cycle(int number, ChaosFault fault, double takenOver, Double converged, String... faults) {
        return new Cycle(
                number,
                fault.id(),
                fault.id() + " 1|2,3",
                3,
                1_003,
                55,
                60,
                1_200,
                230,
                950,
                false,
                new ChaosAgreed.Took(Optional.of(3_000.0), Optional.of(converged), Optional.of(8.0)),
                Optional.of(takenOver),
                faults.length,
                List.of(faults));
    }

    private static ChaosChildrenReport report(Cycle... cycles) {
        return ChaosChildrenReport.of(42, ChaosPlant.NONE, 1_000, List.of(cycles), List.of(), 12.3);
    }

    @Test
    void killsAndCutsAreToldApart() {
        ChaosChildrenReport report = report(
                cycle(1, ChaosFault.CUT_2_1, 90, 100.0),
                cycle(2, ChaosFault.KILL, 60, 300.0),
                cycle(3, ChaosFault.KILL, 80, 200.0));

        assertThat(report.isSound()).isTrue();
        assertThat(report.killed().median()).contains(70.0);
        assertThat(report.cut().median()).contains(90.0);
        assertThat(report.converged().max()).contains(300.0);
        assertThat(report.conflicts()).isEqualTo(2_850);
        assertThat(report.kinds())
                .extracting(ChaosChildrenReport.Kind::fault, ChaosChildrenReport.Kind::cycles)
                .containsExactly(tuple("cut-2-1", 1), tuple("kill", 2));
    }

    @Test
    void aWrongStateIsNamedWithItsSeedAndCycle() {
        ChaosChildrenReport report = report(cycle(4, ChaosFault.KILL, 60, 100.0, "w-1 is lost"));

        assertThat(report.isSound()).isFalse();
        assertThat(report.wrong()).isOne();
        assertThat(report.faults()).containsExactly("seed 42, cycle 4 (kill 1|2,3): w-1 is lost");
    }

    @Test
    void itIsShownToPeopleAndToPrograms() throws Exception {
        ChaosChildrenReport report = report(cycle(1, ChaosFault.CUT_2_1, 90, 123.0));
        StringWriter out = new StringWriter();

        ChaosChildrenText.print(report, new PrintWriter(out, true));
        JsonNode json = ChaosLine.mapper().readTree(ChaosLine.mapper().writeValueAsString(report));

        assertThat(out.toString())
                .contains("    1 cut-2-1 1|2,3         3     1003      55    60   1200    230       950")
                .contains("seed 42, 950 conflicts, 12 s")
                .contains("No wrong state.");
        assertThat(json.get("sound").asBoolean()).isTrue();
        assertThat(json.at("/converged/median").asDouble()).isEqualTo(123);
        assertThat(json.at("/cycles/0/converged").asDouble()).isEqualTo(123);
        assertThat(json.at("/cycles/0/takenOver").asDouble()).isEqualTo(90);
        assertThat(json.at("/kinds/0/fault").asText()).isEqualTo("cut-2-1");
        assertThat(json.get("seed").asLong()).isEqualTo(42);
    }
}
