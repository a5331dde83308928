package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.Exported;
import dev.pando.core.Inheritance;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;
import java.util.Optional;

/// What the server of a distributed supervisor is told: by callers on its own node, by its
/// namesakes, and by itself.
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

    /// Answered once a majority of the voters is there.
    record WaitForQuorum(long budgetNanos) implements SupervisorProtocol, Call<Boolean> {}

    enum Terminated {
        DONE,
        NOT_FOUND,
        /// This node sees too few voters.
        NO_QUORUM,
        /// Another node owns it; ask there.
        ELSEWHERE
    }

    /// The node is about to leave: its children are to go elsewhere. Answered when they have gone,
    /// with the number of those that have not.
    record Leave() implements SupervisorProtocol, Call<Integer> {}

    /// A child of this node is to go to another one.
    record Move(String id, NodeName to) implements SupervisorProtocol, Call<Moved> {}

    enum Moved {
        /// It runs there.
        DONE,
        NOT_FOUND,
        /// Another node owns it; ask there.
        ELSEWHERE,
        /// It could not go there, or is not in a state to.
        STAYS
    }

    /// The children of this node are to go where placement says.
    ///
    /// @param dry whether they are only to be counted
    record Redistribute(boolean dry) implements SupervisorProtocol, Call<Integer> {}

    record Synced(Sync sync) implements SupervisorProtocol, Cast {}

    /// A namesake asks this node to run the child, or to say who does.
    record Place(ChildSpec spec, Pid requester, int hops) implements SupervisorProtocol, Cast {}

    /// Answers `Place`: the child runs.
    record Placed(Entry entry, boolean started) implements SupervisorProtocol, Cast {}

    /// Answers `Place`: it did not start.
    record NotPlaced(String id, ExitReason reason) implements SupervisorProtocol, Cast {}

    /// A namesake asks this node to take its news in and to say so.
    record Witness(Token of, Sync.News news) implements SupervisorProtocol, Cast {}

    /// Answers `Witness` at once, and `Placed` a little later: whoever sends it knows of the
    /// decisions.
    record Witnessed(List<Token> of) implements SupervisorProtocol, Cast {}

    /// A namesake hands a child over.
    ///
    /// @param former its record under the claim of the sender
    record Adopt(Entry former, Optional<Inheritance> inheritance, Pid from) implements SupervisorProtocol, Cast {}

    /// Answers `Adopt`: the child runs under a claim of the sender.
    ///
    /// @param former token of the claim under which it was handed over
    record Adopted(Entry now, Token former) implements SupervisorProtocol, Cast {}

    /// Answers `Adopt`: it does not.
    record NotAdopted(String id, Token former, ExitReason reason) implements SupervisorProtocol, Cast {}

    /// The state of a copy that has stood back.
    record Merge(String id, Exported exported) implements SupervisorProtocol, Cast {}

    /// Time to ask a child for its state once more.
    record SuspendAgain(String id, long step) implements SupervisorProtocol, Cast {}

    record MoveOverdue(String id, long step) implements SupervisorProtocol, Cast {}

    /// A copy that is to give its state away has had its time.
    record StandBack(Pid pid) implements SupervisorProtocol, Cast {}

    /// The members of the cluster have stayed the same for a while, if none has come or gone since.
    ///
    /// @param change counts their changes
    record Settled(long change) implements SupervisorProtocol, Cast {}

    /// Time for some more children to move.
    record Spread() implements SupervisorProtocol, Cast {}

    /// A namesake says which owners of children it misses.
    record Missing(Pid server, Absences.Statement statement) implements SupervisorProtocol, Cast {}

    /// A namesake asks whether this node still knows it.
    record RollCall(Pid asker) implements SupervisorProtocol, Cast {}

    /// Answers `RollCall`.
    record Here(Pid server) implements SupervisorProtocol, Cast {}

    /// Time to tell the peers what has changed.
    record Flush() implements SupervisorProtocol, Cast {}

    record Tick() implements SupervisorProtocol, Cast {}

    record Retry(String id, long version) implements SupervisorProtocol, Cast {}

    /// A process that had to stop has had its time.
    record Overdue(Pid pid) implements SupervisorProtocol, Cast {}
}
