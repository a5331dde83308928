package dev.pando.cli;

import java.util.List;

/// A line to a node in a namespace. Each is answered by one [ChaosLine.Answered] with the same number.
///
/// @param peer whom it concerns; empty when nobody
/// @param names how many to hold
/// @param ids of the children whom it concerns
record ChaosAsk(long number, What what, String peer, int names, List<String> ids) {

    ChaosAsk {
        ids = List.copyOf(ids);
    }

    enum What {
        /// Tells what was seen so far.
        SNAPSHOT,
        /// Calls each other node, and tells which call failed as a fault.
        CALLS,
        /// Forgets the times of round trips, or leaves the names or the children alone.
        REST,
        /// Sends to the peer as fast as it takes it, until the session ends.
        FLOOD,
        /// Claims, changes and gives up names until the next rest, and holds so many; or forgets
        /// what was told of children, and calls so many of them.
        WORK,
        /// Tells all names that are held here, and all that can be found; or all children.
        LOOK,
        /// Starts children.
        START,
        /// Terminates children.
        TERMINATE,
        /// Waits for the children's starts and ends.
        WAIT
    }
}
