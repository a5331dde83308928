package dev.pando.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The samples of all rounds.
final class Tally {

    private final Map<Row, Map<Contender, List<Double>>> values = new EnumMap<>(Row.class);

    void add(Contender contender, Sample sample) {
        values.computeIfAbsent(sample.row(), _ -> new EnumMap<>(Contender.class))
                .computeIfAbsent(contender, _ -> new ArrayList<>())
                .add(sample.value());
    }

    /// In the order of the rows. Of several set-ups of a runtime, the one with the best median has the column.
    List<Report.Line> lines() {
        return values.keySet().stream().map(this::line).toList();
    }

    private Report.Line line(Row row) {
        Map<Column, Contender> best = best(row.decisive());
        Map<Column, Statistics> figures = new EnumMap<>(Column.class);
        Map<String, Double> setUps = new LinkedHashMap<>();
        statistics(row).forEach((contender, statistics) -> {
            if (best.get(contender.column()) == contender) {
                figures.put(contender.column(), statistics);
            }
            if (contender.column() == Column.PEKKO) {
                setUps.put(contender.setUp(), statistics.median());
            }
        });
        return new Report.Line(row, figures, setUps);
    }

    private Map<Column, Contender> best(Row row) {
        Map<Column, Contender> best = new EnumMap<>(Column.class);
        Map<Column, Statistics> figures = new EnumMap<>(Column.class);
        statistics(row).forEach((contender, statistics) -> {
            Statistics before = figures.get(contender.column());
            if (before == null || isBetter(row.unit(), statistics, before)) {
                best.put(contender.column(), contender);
                figures.put(contender.column(), statistics);
            }
        });
        return best;
    }

    private Map<Contender, Statistics> statistics(Row row) {
        Map<Contender, Statistics> statistics = new EnumMap<>(Contender.class);
        values.getOrDefault(row, Map.of())
                .forEach((contender, samples) -> statistics.put(contender, Statistics.of(row.unit(), samples)));
        return statistics;
    }

    private static boolean isBetter(Unit unit, Statistics one, Statistics other) {
        return one.median() != other.median() && unit.best(List.of(one.median(), other.median())) == one.median();
    }
}
