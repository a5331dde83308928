package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pando.bench.Column;
import dev.pando.bench.Report;
import dev.pando.bench.Row;
import dev.pando.bench.Statistics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The report for people and the one for programs.
final class BenchReportTest {

    private static final Report REPORT = new Report(
            2,
            1,
            3,
            Map.of(Column.PANDO, "Pando", Column.PEKKO, "Pekko 1", Column.BEAM, "OTP 25"),
            List.of(
                    new Report.Line(
                            Row.CALL1,
                            Map.of(
                                    Column.PANDO, new Statistics(2_400_000, 2_512_345),
                                    Column.PEKKO, new Statistics(960_000, 1_000_000),
                                    Column.BEAM, new Statistics(800_000, 828_000)),
                            Map.of("default", 960_000.0, "ask", 9_999.0)),
                    new Report.Line(Row.CALL1_ALLOCATED, Map.of(Column.PANDO, new Statistics(56.25, 56.25)), Map.of())),
            List.of());

    @Test
    void theTableHasAColumnForEachRuntimeThatTookPart() {
        assertThat(text(REPORT).lines())
                .startsWith(
                        "pando: Pando",
                        "pekko: Pekko 1",
                        "beam: OTP 25",
                        "2 processors, 1 node, 3 rounds; each figure is the median, with the best beside it",
                        "More is better where the unit is /s or ok, less everywhere else.",
                        "")
                .contains(
                        "                                     pando        best       pekko        best        beam"
                                + "        best pando/pekko  pando/beam",
                        "request/reply, 1 caller    /s        2.40M       2.51M        960k       1.00M        800k"
                                + "        828k        2.50        3.00",
                        "allocated per call         B          56.3        56.3");
    }

    @Test
    void theTableShowsPekkosSetUps() {
        assertThat(text(REPORT))
                .containsPattern("(?m)^Pekko's set-ups +(default +ask|ask +default)$")
                .containsPattern("(?m)^request/reply, 1 caller +/s +(960k +9,999|9,999 +960k)$");
    }

    @Test
    void theTableLeavesOutARuntimeThatIsMissing() {
        Report alone = new Report(
                1,
                3,
                1,
                Map.of(Column.PANDO, "Pando"),
                List.of(new Report.Line(Row.RING, Map.of(Column.PANDO, new Statistics(266.4, 266.4)), Map.of())),
                List.of("round 1 of 1, ring, pekko default: failed with exit code 255; see above"));

        assertThat(text(alone))
                .contains("1 processor, 3 nodes, 1 round;")
                .containsPattern("(?m)^ring of 1,000, per hop +ns +266 +266$")
                .endsWith("Left out, because it failed:\nround 1 of 1, ring, pekko default: failed with exit code 255;"
                        + " see above\n")
                .doesNotContain("beam", "Pekko's");
    }

    @Test
    void jsonHasAnObjectForEachRow() throws Exception {
        JsonNode rows = new ObjectMapper().readTree(BenchRow.json(REPORT));

        assertThat(rows).hasSize(2);
        JsonNode call = rows.get(0);
        assertThat(call.get("name").asText()).isEqualTo("call1");
        assertThat(call.get("unit").asText()).isEqualTo("/s");
        assertThat(call.get("pando").asDouble()).isEqualTo(2_400_000);
        assertThat(call.get("pekko").asDouble()).isEqualTo(960_000);
        assertThat(call.get("beam").asDouble()).isEqualTo(800_000);
        assertThat(call.get("ratioPekko").asDouble()).isEqualTo(2.5);
        assertThat(call.get("ratioBeam").asDouble()).isEqualTo(3);
        assertThat(call.get("best").get("beam").asDouble()).isEqualTo(828_000);
        assertThat(call.get("pekkoSetUps").get("ask").asDouble()).isEqualTo(9_999);
        JsonNode allocated = rows.get(1);
        assertThat(allocated.get("name").asText()).isEqualTo("call1-allocated");
        assertThat(allocated.get("beam").isNull()).isTrue();
        assertThat(allocated.get("ratioBeam").isNull()).isTrue();
        assertThat(allocated.get("ratioJdk").isNull()).isTrue();
    }

    private static String text(Report report) {
        StringWriter text = new StringWriter();
        BenchText.print(report, new PrintWriter(text, true));
        return text.toString();
    }
}
