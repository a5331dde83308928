package dev.pando.cli;

import java.util.List;
import java.util.Optional;

/// What a node in a namespace has seen since it was started.
///
/// @param heard the sessions as their receiver saw them, per peer in order
/// @param told the sessions as their sender saw them, per peer in order
/// @param downs how often each peer went down, as its watcher saw it
/// @param ended what became of the links of other nodes to this one
/// @param hiccupMillis the longest time for which this process did not run though it could, since the last rest
record ChaosSnapshot(
        long incarnation,
        List<Heard> heard,
        List<Told> told,
        List<Arm> arms,
        List<Downs> downs,
        List<Ended> ended,
        List<Trips> trips,
        double hiccupMillis,
        List<String> faults) {

    ChaosSnapshot {
        heard = List.copyOf(heard);
        told = List.copyOf(told);
        arms = List.copyOf(arms);
        downs = List.copyOf(downs);
        ended = List.copyOf(ended);
        trips = List.copyOf(trips);
        faults = List.copyOf(faults);
    }

    /// Messages of one epoch that came one after the other, none left out.
    record Run(long epoch, long first, long last) {}

    record Heard(String peer, long incarnation, boolean over, List<Run> runs) {
        Heard {
            runs = List.copyOf(runs);
        }
    }

    /// What was sent in one session.
    ///
    /// @param epoch counts the sender's sessions with the peer
    /// @param sent messages, numbered from 1
    /// @param certain how many of them were sent in this session for sure; one that was sent while the session
    ///     ended may have gone into the next
    record Told(String peer, long incarnation, long epoch, long sent, long certain, boolean over) {}

    /// A link and a monitor to a process on another node.
    ///
    /// @param confirmed the other process has the link
    /// @param certain it is of the session that ended or goes on
    /// @param over its session has ended
    record Arm(
            String peer,
            long incarnation,
            boolean confirmed,
            boolean certain,
            boolean over,
            int downs,
            int exits,
            String reason) {

        boolean isSpent() {
            return downs > 0 && exits > 0;
        }
    }

    record Downs(String peer, int count) {}

    /// How many links of a node have ended at this one.
    record Ended(String peer, long incarnation, int exits) {}

    /// Calls to another node since the last rest.
    ///
    /// @param measured those whose time says something of the library
    /// @param failed how many of them were not answered
    /// @param unmeasurable those that took longer than they may only because this process stood still meanwhile
    /// @param worstMillis the longest of those that were measured, less the time in which this process stood still
    record Trips(String peer, long measured, long failed, long unmeasurable, double worstMillis) {}

    /// What the peer was last told.
    Optional<Told> toldLast(String peer) {
        return told.stream().filter(of -> of.peer().equals(peer)).reduce((_, last) -> last);
    }

    Optional<Heard> heardLast(String peer) {
        return heard.stream().filter(of -> of.peer().equals(peer)).reduce((_, last) -> last);
    }

    Trips tripsTo(String peer) {
        return trips.stream().filter(of -> of.peer().equals(peer)).findFirst().orElse(new Trips(peer, 0, 0, 0, 0));
    }
}
