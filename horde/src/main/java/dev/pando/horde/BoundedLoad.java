package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;

/// The first node in the id's own order that has room (Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with
/// Bounded Loads", 2018). The one with the fewest children always has.
record BoundedLoad(double slack) implements Placement {

    BoundedLoad {
        if (!(slack > 0) || Double.isInfinite(slack)) {
            throw new IllegalArgumentException("a slack of " + slack + ": it must be more than 0, such as 0.25");
        }
    }

    @Override
    public Optional<NodeName> place(String id, List<Candidate> candidates) {
        long withThis = 1 + candidates.stream().mapToLong(Candidate::children).sum();
        double most = Math.ceil((1 + slack) * withThis / candidates.size());
        return ConsistentHash.inOrder(id, candidates)
                .filter(candidate -> candidate.children() < most)
                .findFirst()
                .map(Candidate::node);
    }
}
