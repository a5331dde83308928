package dev.pando.bench;

import java.util.Collections;
import java.util.List;

/// What a figure counts, and whether more of it is better.
public enum Unit {
    PER_SECOND("/s"),
    NANOS("ns"),
    MICROS("µs"),
    MILLIS("ms"),
    SECONDS("s"),
    BYTES("B"),
    PERCENT("%"),
    /// That came out right.
    ROUNDS("ok"),
    /// That did not.
    WRONG("!");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    double best(List<Double> values) {
        return switch (this) {
            case PER_SECOND, ROUNDS -> Collections.max(values);
            case NANOS, MICROS, MILLIS, SECONDS, BYTES, PERCENT, WRONG -> Collections.min(values);
        };
    }

    /// The figure for so many operations in so much time.
    double of(long operations, long nanos) {
        return switch (this) {
            case PER_SECOND -> operations * 1e9 / nanos;
            case NANOS -> (double) nanos / operations;
            case MICROS -> nanos / 1e3 / operations;
            case MILLIS -> nanos / 1e6 / operations;
            case SECONDS -> nanos / 1e9 / operations;
            case BYTES, PERCENT, ROUNDS, WRONG ->
                throw new IllegalArgumentException(this + " are not measured by a clock");
        };
    }
}
