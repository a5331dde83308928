package dev.pando.bench;

import java.util.List;

/// The figures of several rounds.
///
/// @param best the fastest or the smallest, as the unit has it
public record Statistics(double median, double best) {

    static Statistics of(Unit unit, List<Double> values) {
        return new Statistics(median(values), unit.best(values));
    }

    /// The middle value, or the mean of the two in the middle.
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
