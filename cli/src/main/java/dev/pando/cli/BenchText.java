package dev.pando.cli;

import dev.pando.bench.Column;
import dev.pando.bench.Report;
import dev.pando.bench.Statistics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The report for people: a table with columns for each runtime that took part, and one of Pekko's set-ups.
final class BenchText {

    private static final int CELL = 12;

    static void print(Report report, PrintWriter out) {
        report.about().forEach((column, about) -> out.println(name(column) + ": " + about));
        out.println("%s, %s, %s; each figure is the median, with the best beside it"
                .formatted(
                        count(report.processors(), "processor"),
                        count(report.nodes(), "node"),
                        count(report.rounds(), "round")));
        out.println("More is better where the unit is /s or ok, less everywhere else.");
        out.println();
        runtimes(report, out);
        if (report.about().containsKey(Column.PEKKO)) {
            out.println();
            setUps(report, out);
        }
        if (!report.leftOut().isEmpty()) {
            out.println();
            out.println("Left out, because it failed:");
            report.leftOut().forEach(out::println);
        }
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static void runtimes(Report report, PrintWriter out) {
        List<Column> columns = List.copyOf(report.about().keySet());
        List<Column> peers =
                columns.stream().filter(column -> column != Column.PANDO).toList();
        List<String> heads = new ArrayList<>();
        columns.forEach(column -> heads.addAll(List.of(name(column), "best")));
        peers.forEach(peer -> heads.add("pando/" + name(peer)));
        out.println(line("", "", heads));
        for (Report.Line line : report.lines()) {
            List<String> cells = new ArrayList<>();
            columns.forEach(column -> {
                cells.add(cell(line.figure(column).map(Statistics::median)));
                cells.add(cell(line.figure(column).map(Statistics::best)));
            });
            peers.forEach(peer -> cells.add(cell(line.ratio(peer))));
            out.println(line(line, cells));
        }
    }

    private static void setUps(Report report, PrintWriter out) {
        List<String> names = report.lines().stream()
                .flatMap(line -> line.pekko().keySet().stream())
                .distinct()
                .toList();
        out.println(line("Pekko's set-ups", "", names));
        for (Report.Line line : report.lines()) {
            List<String> cells = names.stream()
                    .map(name -> cell(Optional.ofNullable(line.pekko().get(name))))
                    .toList();
            if (line.pekko().size() > 1) {
                out.println(line(line, cells));
            }
        }
    }

    private static String line(Report.Line line, List<String> cells) {
        return line(line.row().title(), line.row().unit().symbol(), cells);
    }

    private static String line(String title, String unit, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-27s%-3s", title, unit));
        cells.forEach(cell ->
                line.append(" ".repeat(Math.max(1, CELL - cell.length()))).append(cell));
        return line.toString().stripTrailing();
    }

    private static String name(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(Optional<Double> value) {
        return value.map(BenchText::figure).orElse("");
    }

    /// With three digits, or four; a `k` stands for thousands, an `M` for millions.
    private static String figure(double value) {
        if (value >= 1e6) {
            return digits(value / 1e6) + "M";
        }
        return value >= 1e4 ? digits(value / 1e3) + "k" : digits(value);
    }

    private static String digits(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    private BenchText() {}
}
