package dev.pando.bench;

import java.util.List;
import java.util.Optional;

/// What one virtual machine has found for one row. Travels as a line of text, since not every machine is a JVM.
record Sample(Row row, double value) {

    private static final String MARK = "sample ";

    static Sample median(Row row, List<Double> values) {
        return new Sample(row, Statistics.median(values));
    }

    static Sample medianTime(Row row, List<Long> nanos) {
        return median(row, nanos.stream().map(each -> row.unit().of(1, each)).toList());
    }

    /// Whether it counts what must not be.
    boolean isWrong() {
        return row.unit() == Unit.WRONG && value > 0;
    }

    String line() {
        return MARK + row.id() + " " + value;
    }

    /// Empty when the line is something else, such as a log message.
    ///
    /// @throws IllegalArgumentException when it is a damaged sample
    static Optional<Sample> parse(String line) {
        if (!line.startsWith(MARK)) {
            return Optional.empty();
        }
        String[] parts = line.substring(MARK.length()).strip().split(" ", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("not a row and a value: " + line);
        }
        double value = Double.parseDouble(parts[1]);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("not a finite value: " + line);
        }
        return Optional.of(new Sample(Row.of(parts[0]), value));
    }
}
