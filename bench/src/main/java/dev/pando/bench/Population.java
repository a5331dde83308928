package dev.pando.bench;

/// Processes of one kind that do nothing but wait for messages.
interface Population {

    /// Starts so many, and returns when each of them waits.
    void start(int count) throws Exception;

    /// Ends them all, and returns when none is left.
    void stop() throws Exception;
}
