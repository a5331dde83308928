package dev.pando.bench;

/// A runtime in the report.
public enum Column {
    PANDO,
    PEKKO,
    BEAM,
    /// Virtual threads that park and unpark each other, and nothing else: what the JDK leaves to any library.
    JDK
}
