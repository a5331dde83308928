package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;

/// What the server of a distributed supervisor is told: by callers on its own node, by its namesakes, and by
/// itself.
sealed interface SupervisorProtocol {

    /// A caller on this node wants the child to run somewhere.
    record Ensure(ChildSpec spec, long budgetNanos) implements SupervisorProtocol, Call<Ensured> {}

    sealed interface Ensured {
        record Runs(Pid pid, boolean started) implements Ensured {}

        record NotStarted(ExitReason reason) implements Ensured {}
    }

    /// A caller wants the child stopped and its record gone.
    record Terminate(String id) implements SupervisorProtocol, Call<Terminated> {}

    /// Answered once all news that came before has been taken in.
    record CatchUp() implements SupervisorProtocol, Call<Boolean> {}

    /// The children that this node owns, in order of their ids.
    ///
    /// @param after the last id of the page before; empty for the first page
    record ListOwned(String after, int limit) implements SupervisorProtocol, Call<List<Child>> {}

    /// How this node's copy stands.
    record Count() implements SupervisorProtocol, Call<SupervisorStatus> {}

    enum Terminated {
        DONE,
        NOT_FOUND,
        /// Another node owns it; ask there.
        ELSEWHERE
    }

    record Synced(Sync sync) implements SupervisorProtocol, Cast {}

    /// A namesake asks this node to run the child, or to say who does.
    record Place(ChildSpec spec, Pid requester, int hops) implements SupervisorProtocol, Cast {}

    /// Answers `Place`: the child runs.
    record Placed(Entry entry, boolean started) implements SupervisorProtocol, Cast {}

    /// Answers `Place`: it did not start.
    record NotPlaced(String id, ExitReason reason) implements SupervisorProtocol, Cast {}

    /// A namesake asks this node to take its news in and to say so.
    record Witness(Token of, Sync.News news) implements SupervisorProtocol, Cast {}

    /// Answers `Witness`, and `Placed` too: whoever sends it knows of the decision.
    record Witnessed(Token of) implements SupervisorProtocol, Cast {}

    /// Time to tell the peers what has changed.
    record Flush() implements SupervisorProtocol, Cast {}

    record Tick() implements SupervisorProtocol, Cast {}

    record Retry(String id, long version) implements SupervisorProtocol, Cast {}

    /// A process that had to stop has had its time.
    record Overdue(Pid pid) implements SupervisorProtocol, Cast {}
}
