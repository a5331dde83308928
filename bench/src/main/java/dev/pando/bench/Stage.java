package dev.pando.bench;

/// What is measured by one command, and on how many nodes.
public enum Stage {
    /// One node.
    LOCAL(1),
    /// Two nodes.
    CLUSTER(2),
    /// Three nodes, or as many as are asked for.
    REGISTRY(3),
    /// Three nodes, one of which is killed.
    FAILOVER(3);

    private final int nodes;

    Stage(int nodes) {
        this.nodes = nodes;
    }

    /// How many nodes there are when nothing else is asked for.
    public int nodes() {
        return nodes;
    }
}
