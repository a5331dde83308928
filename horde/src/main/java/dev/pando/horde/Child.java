package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.Optional;

/// What a node knows of one supervised child.
///
/// @param owner the node that runs it, or – in state [ChildState#LOST_OWNER] – ran it last
/// @param takeOvers how often another node had to take it over
public record Child(String id, NodeName owner, ChildState state, Optional<Pid> pid, int takeOvers) {

    static Child of(Entry entry) {
        return new Child(
                entry.spec().id(),
                entry.claim().owner(),
                entry.state(),
                entry.pid(),
                entry.claim().takeOvers());
    }
}
