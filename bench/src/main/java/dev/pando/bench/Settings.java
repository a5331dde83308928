package dev.pando.bench;

import java.util.List;
import java.util.OptionalInt;

/// What to measure, and for how long.
///
/// @param works all of one stage
/// @param nodes how many there are
/// @param rounds how many virtual machines, or groups of them, measure each work for each contender
/// @param parallelism on how many threads the virtual threads, the actors and the schedulers run; the number of
///     processors when empty
public record Settings(List<Work> works, int nodes, int rounds, Effort effort, OptionalInt parallelism) {

    public Settings {
        works = List.copyOf(works);
        if (works.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException("nothing would be measured: " + works + ", " + rounds + " rounds");
        }
        if (works.getFirst().stage() == Stage.REGISTRY
                ? nodes < 2
                : nodes != works.getFirst().stage().nodes()) {
            throw new IllegalArgumentException("nodes: " + works + " are not measured on " + nodes);
        }
        if (parallelism.isPresent() && parallelism.getAsInt() < 1) {
            throw new IllegalArgumentException("parallelism: " + parallelism.getAsInt() + " is less than 1");
        }
    }
}
