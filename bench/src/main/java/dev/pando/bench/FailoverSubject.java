package dev.pando.bench;

import java.util.List;
import java.util.Optional;

/// A distributed supervisor on three nodes, on the one that measures; another one may be killed.
interface FailoverSubject extends AutoCloseable {

    /// Its name and version.
    String about();

    /// How many workers it can be asked to start without waiting for minutes.
    int workersMax();

    /// Callers of this node start workers, each one after the other; then all nodes are waited for. Starts from no
    /// worker.
    ///
    /// @param marks rising counts of workers, the last of which is how many there will be
    /// @throws IllegalStateException when the outcome is wrong
    Laps start(int callers, List<Integer> marks) throws Exception;

    /// Callers of this node call so many workers by their ids, in turn.
    Load call(int callers, int workers) throws Exception;

    /// A node that has a third of so many workers is killed, and comes back when that is over.
    Loss kill(int workers) throws Exception;

    /// What came of it.
    ///
    /// @param noticed nanoseconds from the kill until the first node knew of it
    /// @param back nanoseconds from then until all workers were found on the nodes that are left, by each of them
    /// @param toll empty when it is not counted
    record Loss(long noticed, long back, Optional<Toll> toll) {}

    @Override
    void close();
}
