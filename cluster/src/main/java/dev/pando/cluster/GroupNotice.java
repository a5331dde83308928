package dev.pando.cluster;

import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import java.util.List;

/// What whoever monitors groups is told. The notices of one monitor come in the order in which this node has
/// learned of the changes; the snapshot taken at its start and all of them together are what the node knows.
public sealed interface GroupNotice extends Notice {

    /// The monitor, see [Groups#monitor].
    Ref ref();

    /// The group that has changed.
    Object group();

    /// The processes it is about; one that has joined twice is there twice.
    List<Pid> pids();

    /// Processes of one node are members from now on.
    record Joined(Ref ref, Object group, List<Pid> pids) implements GroupNotice {}

    /// Processes of one node are no members any more: they have left or ended, or their node is out of reach.
    record Left(Ref ref, Object group, List<Pid> pids) implements GroupNotice {}
}
