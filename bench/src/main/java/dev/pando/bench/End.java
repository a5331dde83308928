package dev.pando.bench;

/// One of the two nodes of a measurement.
enum End {
    /// Measures.
    NEAR,
    /// Has the processes that are called and sent to.
    FAR
}
