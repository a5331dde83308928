package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;

/// A placement that is asked only while a majority is there.
record QuorumPlacement(Placement among, Quorum quorum) implements Placement {

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        return among.place(id, candidates);
    }

    @Override
    public Optional<NodeName> place(String id, long draw, List<Candidate> candidates) {
        return among.place(id, draw, candidates);
    }

    @Override
    public Optional<Quorum> required() {
        return Optional.of(quorum);
    }
}
