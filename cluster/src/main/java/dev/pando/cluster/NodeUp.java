package dev.pando.cluster;

import dev.pando.core.NodeName;
import dev.pando.core.Notice;

/// A session with a node has begun. Comes before any signal of that session.
public record NodeUp(NodeName node, long incarnation) implements Notice {}
