package dev.pando.horde;

import dev.pando.core.NodeName;

/// Says whether a child of a lost node may be started on another one. Asked on the node that would take it over,
/// each time
/// its turn comes.
@FunctionalInterface
public interface TakeOvers {

    boolean allow(String id, NodeName from, NodeName to);
}
