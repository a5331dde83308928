package dev.pando.cluster;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.List;

/// What the server of a scope of groups is told: by callers on its own node, by its namesakes, and by itself.
sealed interface GroupProtocol
        permits GroupProtocol.Join, GroupProtocol.Leave, GroupProtocol.Flush, GroupProtocol.Overdue, GroupSync {

    /// Answered by how many have joined: those that have ended do not.
    record Join(Object group, List<Pid> pids) implements GroupProtocol, Call<Integer> {}

    /// Answered by how many memberships were given up.
    record Leave(Object group, List<Pid> pids) implements GroupProtocol, Call<Integer> {}

    /// Time to tell the peers what has changed.
    record Flush() implements GroupProtocol, Cast {}

    /// A node whose server has failed has had its time to start another one.
    record Overdue(NodeName node, long since) implements GroupProtocol, Cast {}
}
