package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;

/// As [ConsistentHash], of the id and the draw together.
record RandomChoice() implements Placement {

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        return place(id, 0, candidates);
    }

    @Override
    public Optional<NodeName> place(String id, long draw, List<Candidate> candidates) {
        return ConsistentHash.heaviest(id, draw, candidates);
    }

    @Override
    public boolean drawsAnew() {
        return true;
    }
}
