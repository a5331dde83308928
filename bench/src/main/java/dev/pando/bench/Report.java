package dev.pando.bench;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was measured.
///
/// @param processors that the computer has for this JVM
/// @param nodes that worked together
/// @param about name and version of each runtime that took part
/// @param leftOut the measurements of peers that failed, each with its round and why
public record Report(
        int processors, int nodes, int rounds, Map<Column, String> about, List<Line> lines, List<String> leftOut) {

    public Report {
        about = Collections.unmodifiableMap(new EnumMap<>(about));
        lines = List.copyOf(lines);
        leftOut = List.copyOf(leftOut);
    }

    /// One row of it.
    ///
    /// @param figures of each runtime that has the row
    /// @param pekko the medians of Pekko's set-ups, of which the best is in `figures`
    public record Line(Row row, Map<Column, Statistics> figures, Map<String, Double> pekko) {

        public Line {
            figures = Collections.unmodifiableMap(new EnumMap<>(figures));
            pekko = Collections.unmodifiableMap(new LinkedHashMap<>(pekko));
        }

        public Optional<Statistics> figure(Column column) {
            return Optional.ofNullable(figures.get(column));
        }

        /// Pando's median divided by the peer's; empty when one of them is missing, or there is nothing to divide.
        public Optional<Double> ratio(Column peer) {
            return figure(Column.PANDO)
                    .flatMap(pando -> figure(peer).map(other -> pando.median() / other.median()))
                    .filter(Double::isFinite);
        }
    }
}
