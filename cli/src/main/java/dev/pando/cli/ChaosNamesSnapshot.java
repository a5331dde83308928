package dev.pando.cli;

import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;
import java.util.Optional;

/// What a node in a namespace has seen of the names since it was started.
///
/// @param held claims that were granted here: those that last, and all whose process was told of a loss
/// @param found what can be found here now
/// @param count how many names the registry says there are
/// @param heard what a process that listens here takes to be there
/// @param granted how many claims there were
record ChaosNamesSnapshot(
        long incarnation,
        List<Held> held,
        List<Found> found,
        int count,
        List<Found> heard,
        long granted,
        List<String> faults) {

    ChaosNamesSnapshot {
        held = List.copyOf(held);
        found = List.copyOf(found);
        heard = List.copyOf(heard);
        faults = List.copyOf(faults);
    }

    /// How many there are, and no more.
    static ChaosNamesSnapshot count(long incarnation, int count) {
        return new ChaosNamesSnapshot(incarnation, List.of(), List.of(), count, List.of(), 0, List.of());
    }

    /// A claim that was granted.
    ///
    /// @param value as it was set last
    /// @param state what has become of it, as its holder has it
    /// @param alive the process lives
    /// @param winners whom its process was told to have lost to, each time that it was told
    record Held(String key, Pid pid, Optional<Token> token, int value, State state, boolean alive, List<Pid> winners) {

        Held {
            winners = List.copyOf(winners);
        }

        enum State {
            /// It was granted, and nobody here has ended it.
            LASTS,
            GIVEN_UP,
            /// The process was ended.
            KILLED
        }

        /// Whether it must be found on all nodes.
        boolean isOwed() {
            return state == State.LASTS && winners.isEmpty() && alive;
        }
    }

    /// An entry of the registry, or of a copy of it.
    ///
    /// @param value 0 in a copy
    record Found(String key, Pid pid, int value) {}
}
