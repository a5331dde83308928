package dev.pando.cli;

import dev.pando.core.Pid;
import dev.pando.core.Token;
import dev.pando.horde.Child;
import dev.pando.horde.SupervisorStatus;
import java.util.List;
import java.util.Optional;

/// What a node in a namespace knows of the children, and has seen of them since it was last told
/// to forget that.
///
/// @param lives processes that were born here: those that live, and those that have ended
/// @param found where each child is found here
/// @param listed what all nodes listed as theirs when this one asked them
/// @param status how the node's supervisor stands, when it answers
/// @param acked how many calls the processes were given that this node made and that were answered
/// @param orders what the node was told to do
/// @param answered how many calls were, starts and ends included
/// @param failed how many were not
record ChaosChildrenSnapshot(
        long incarnation,
        List<Life> lives,
        List<Found> found,
        List<Child> listed,
        Optional<SupervisorStatus> status,
        List<Acked> acked,
        List<Order> orders,
        long answered,
        long failed,
        List<String> faults) {

    ChaosChildrenSnapshot {
        lives = List.copyOf(lives);
        found = List.copyOf(found);
        listed = List.copyOf(listed);
        acked = List.copyOf(acked);
        orders = List.copyOf(orders);
        faults = List.copyOf(faults);
    }

    /// What answers where nothing is asked for.
    static ChaosChildrenSnapshot none(long incarnation) {
        return new ChaosChildrenSnapshot(
                incarnation, List.of(), List.of(), List.of(), Optional.empty(), List.of(), List.of(), 0, 0, List.of());
    }

    /// A process of a child.
    ///
    /// @param token of the claim that it was started under
    /// @param over it has heard all that it will
    /// @param count how many calls it was given, when it says so
    /// @param winners to whom it was told to have lost its id, each time that it was
    /// @param stopped it was told to end for good
    record Life(
            String id,
            Pid pid,
            Token token,
            boolean alive,
            boolean over,
            Optional<Long> count,
            List<Pid> winners,
            boolean stopped) {

        Life {
            winners = List.copyOf(winners);
        }

        /// Whether it runs, and nobody has told it to end.
        boolean isLiving() {
            return alive && winners.isEmpty() && !stopped;
        }
    }

    record Found(String id, Pid pid) {}

    record Acked(Pid pid, long count) {}

    /// A child that was to be started or terminated.
    ///
    /// @param begunMillis by the wall clock
    /// @param failure why it is not certain that it was; absent when it is
    record Order(ChaosAsk.What what, String id, long begunMillis, Optional<String> failure) {
        boolean isDone() {
            return failure.isEmpty();
        }
    }
}
