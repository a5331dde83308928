package dev.pando.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.pando.bench.Column;
import dev.pando.bench.Report;
import dev.pando.bench.Statistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One row of the report for programs. Each figure is the median of the rounds; empty where a runtime has none.
///
/// @param title what `name` means
/// @param pekko of its set-ups, the best
/// @param ratioBeam Pando's median divided by the peer's
/// @param jdk of bare virtual threads, in the rows where they show what the JDK's scheduler needs
/// @param best the best round of each runtime, by its name
/// @param pekkoSetUps the medians of all of them
record BenchRow(
        String name,
        String title,
        String unit,
        Optional<Double> pando,
        Optional<Double> pekko,
        Optional<Double> beam,
        Optional<Double> ratioBeam,
        Optional<Double> ratioPekko,
        Optional<Double> jdk,
        Optional<Double> ratioJdk,
        Best best,
        Map<String, Double> pekkoSetUps) {

    record Best(Optional<Double> pando, Optional<Double> pekko, Optional<Double> beam, Optional<Double> jdk) {}

    /// An array with an object for each row.
    static String json(Report report) throws JsonProcessingException {
        List<BenchRow> rows = report.lines().stream().map(BenchRow::of).toList();
        return new ObjectMapper()
                .registerModule(new Jdk8Module())
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(rows);
    }

    private static BenchRow of(Report.Line line) {
        return new BenchRow(
                line.row().id(),
                line.row().title(),
                line.row().unit().symbol(),
                line.figure(Column.PANDO).map(Statistics::median),
                line.figure(Column.PEKKO).map(Statistics::median),
                line.figure(Column.BEAM).map(Statistics::median),
                line.ratio(Column.BEAM),
                line.ratio(Column.PEKKO),
                line.figure(Column.JDK).map(Statistics::median),
                line.ratio(Column.JDK),
                new Best(
                        line.figure(Column.PANDO).map(Statistics::best),
                        line.figure(Column.PEKKO).map(Statistics::best),
                        line.figure(Column.BEAM).map(Statistics::best),
                        line.figure(Column.JDK).map(Statistics::best)),
                line.pekko());
    }
}
