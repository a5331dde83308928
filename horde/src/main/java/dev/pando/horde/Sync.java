package dev.pando.horde;

import dev.pando.core.Pid;
import java.util.List;

/// What the servers of one supervisor on different nodes tell each other.
sealed interface Sync {

    Pid server();

    /// Here I am; answered by an introduction in return, unless that has been done, and a full
    /// copy.
    ///
    /// @param since stamp of the server's start; claims of its node that are older died with an
    ///     earlier server
    /// @param resources the types of resources of the node
    /// @param leaving whether it takes no children any more
    record Introduction(Pid server, long since, List<String> resources, boolean leaving) implements Sync {}

    /// The sender takes no children any more.
    record Leaving(Pid server) implements Sync {}

    /// What the sender owns, what nobody owns, and what was given up: all of it at first, changes
    /// later. Tombstones count before entries.
    record News(Pid server, List<Entry> entries, List<Tombstone> tombstones) implements Sync {}

    /// Ends the full copy: the sender has told all it knew.
    record Told(Pid server) implements Sync {}
}
