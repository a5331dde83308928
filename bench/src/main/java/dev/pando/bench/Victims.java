package dev.pando.bench;

/// Starts the node that may be killed.
@FunctionalInterface
interface Victims {

    /// Returns when it has joined.
    ///
    /// @return kills it
    AutoCloseable start() throws Exception;
}
