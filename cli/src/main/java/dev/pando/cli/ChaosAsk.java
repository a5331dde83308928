package dev.pando.cli;

/// A line to a node in a namespace. Each is answered by one [ChaosLine.Answer] with the same number.
///
/// @param peer whom it concerns; empty when nobody
record ChaosAsk(long number, What what, String peer) {

    enum What {
        /// Tells what was seen so far.
        SNAPSHOT,
        /// Calls each other node, and tells which call failed as a fault.
        CALLS,
        /// Forgets the times of round trips.
        REST,
        /// Sends to the peer as fast as it takes it, until the session ends.
        FLOOD
    }
}
