package dev.pando.cluster.discovery;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/// One strategy at work. Used by one process at a time.
public interface Discovery extends AutoCloseable {

    /// Where nodes listen now. An answer need not be complete, and may name this node or some that are gone. An empty
    /// one is an answer, too: when the source cannot be read, throw, and the last answer stays.
    ///
    /// Blocks, for about as long as told at most; heeds an interrupt.
    ///
    /// @throws Exception when there is no answer. The message goes to the log and to the topology's status: it says
    ///     what was asked and where, and what to do where that is known
    List<Endpoint> lookup(Duration timeout) throws Exception;

    /// How much was ignored of what came over the network, by its kind. May be asked by any thread, at
    /// any time.
    default SortedMap<String, Long> refused() {
        return Collections.emptySortedMap();
    }

    /// Ends what runs in the background.
    @Override
    default void close() {}
}
