package dev.pando.cluster;

import dev.pando.core.NodeName;
import dev.pando.core.Notice;

/// The session with a node has ended. Comes after all signals of that session; the node may well be alive.
public record NodeDown(NodeName node, long incarnation) implements Notice {}
