package dev.pando.bench;

/// A runtime in the report.
public enum Column {
    PANDO,
    PEKKO,
    BEAM
}
