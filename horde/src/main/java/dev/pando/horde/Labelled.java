package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A placement among the nodes with a label.
record Labelled(Placement among, String label, Function<String, String> valueOfId, Otherwise otherwise)
        implements Placement {

    /// Where a child runs while no node has the label.
    enum Otherwise {
        NOWHERE,
        ANYWHERE
    }

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        return place(id, 0, candidates);
    }

    @Override
    public Optional<Quorum> required() {
        return among.required();
    }

    @Override
    public Optional<NodeName> place(String id, long draw, List<Candidate> candidates) {
        String value = valueOfId.apply(id);
        List<Candidate> labelled = candidates.stream()
                .filter(candidate -> candidate.is(label, value))
                .toList();
        if (!labelled.isEmpty()) {
            return among.place(id, draw, labelled);
        }
        return otherwise == Otherwise.ANYWHERE ? among.place(id, draw, candidates) : Optional.empty();
    }

    @Override
    public boolean drawsAnew() {
        return among.drawsAnew();
    }
}
