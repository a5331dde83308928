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
        return values.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Report.Line line(Row row, Map<Contender, List<Double>> values) {
        Map<Column, Statistics> figures = new EnumMap<>(Column.class);
        Map<String, Double> setUps = new LinkedHashMap<>();
        values.forEach((contender, samples) -> {
            Statistics statistics = Statistics.of(row.unit(), samples);
            figures.merge(contender.column(), statistics, (one, other) -> better(row.unit(), one, other));
            if (contender.column() == Column.PEKKO) {
                setUps.put(contender.setUp(), statistics.median());
            }
        });
        return new Report.Line(row, figures, setUps);
    }

    private static Statistics better(Unit unit, Statistics one, Statistics other) {
        return unit.best(List.of(one.median(), other.median())) == one.median() ? one : other;
    }
}
