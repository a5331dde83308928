package dev.pando.bench;

import java.util.Collections;
import java.util.List;

/// What a figure counts, and whether more of it is better.
public enum Unit {
    PER_SECOND("/s"),
    NANOS("ns"),
    MILLIS("ms"),
    SECONDS("s"),
    BYTES("B");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    double best(List<Double> values) {
        return switch (this) {
            case PER_SECOND -> Collections.max(values);
            case NANOS, MILLIS, SECONDS, BYTES -> Collections.min(values);
        };
    }

    /// The figure for so many operations in so much time.
    double of(long operations, long nanos) {
        return switch (this) {
            case PER_SECOND -> operations * 1e9 / nanos;
            case NANOS -> (double) nanos / operations;
            case MILLIS -> nanos / 1e6 / operations;
            case SECONDS -> nanos / 1e9 / operations;
            case BYTES -> throw new IllegalArgumentException("bytes are not measured by a clock");
        };
    }
}
