package dev.pando.bench;

/// How a stream of Pekko's messages is held back.
enum Pace {
    /// A sender waits until the other node says that it has what came before.
    ACKED,
    /// Not at all: what does not fit into the queue to the other node is dropped.
    NONE
}
