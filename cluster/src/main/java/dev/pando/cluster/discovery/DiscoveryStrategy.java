package dev.pando.cluster.discovery;

import dev.pando.core.NodeName;
import dev.pando.core.spi.Host;
import java.time.Duration;

/// How a topology finds nodes: a record with the options of one way to do it. Write your own to look elsewhere.
///
/// Options are checked when the record is made: a wrong one throws `IllegalArgumentException` with its name, its value
/// and what would be allowed.
public interface DiscoveryStrategy {

    /// What a strategy may want to know of the node that looks.
    ///
    /// @param node its name
    /// @param listens where it listens itself
    /// @param host its threads, clock and chance
    /// @param changed to be called, by any thread, when a lookup would answer something else than the last one: the
    ///     next lookup then comes at once
    record Seat(NodeName node, Endpoint listens, Host host, Runnable changed) {}

    /// What it is called in logs.
    String name();

    /// How long after an answer it is asked again. The time until the next lookup after a failure grows, with chance in
    /// it, from a second to this or 30 seconds, whichever is more.
    Duration interval();

    /// Begins to look. May start what runs in the background, and must not block.
    ///
    /// @throws Exception when it cannot; it is tried again later, as after a failed lookup
    Discovery open(Seat seat) throws Exception;
}
