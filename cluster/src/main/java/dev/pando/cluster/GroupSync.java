package dev.pando.cluster;

import dev.pando.core.Cast;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;
import java.util.List;

/// What the servers of one scope on different nodes tell each other.
sealed interface GroupSync extends GroupProtocol, Cast {

    Pid server();

    /// Here I am; answered by an introduction in return, unless that has been done, and a full copy.
    record Introduction(Pid server) implements GroupSync {}

    /// Changes of the memberships on the sender's node, in order; all of them, as joins, at first.
    record News(Pid server, List<Change> changes) implements GroupSync {}

    /// Ends the full copy: the sender has told all there was. What the receiver knew before is void.
    record Told(Pid server) implements GroupSync {}

    /// Processes of the sender's node have joined a group, or have left it.
    ///
    /// @param serials of the processes; as often as they have joined or left
    record Change(Payload group, boolean joins, List<Long> serials) {}
}
