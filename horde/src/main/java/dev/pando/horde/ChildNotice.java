package dev.pando.horde;

import dev.pando.core.Notice;

/// What a [DistributedSupervisor] tells its listeners of one child, as their node comes to know it.
/// The notices of one child come in the order in which the node heard of its changes; changes that
/// follow each other within milliseconds may reach other nodes as one.
public sealed interface ChildNotice extends Notice {

    /// The name of the supervisor.
    String supervisor();

    /// What is known of the child now, or was last.
    Child child();

    /// The child has come to be known, or its state, its owner or its process is another one.
    record Changed(String supervisor, Child child) implements ChildNotice {}

    /// The child has ended for good, or was terminated: nobody knows it any more.
    record Gone(String supervisor, Child child) implements ChildNotice {}
}
