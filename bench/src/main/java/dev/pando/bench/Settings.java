package dev.pando.bench;

import java.util.List;
import java.util.OptionalInt;

/// What to measure, and for how long.
///
/// @param works all for one node, or all for two
/// @param rounds how many virtual machines, or pairs of them, measure each work for each contender
/// @param parallelism on how many threads the virtual threads, the actors and the schedulers run; the number of
///     processors when empty
public record Settings(List<Work> works, int rounds, Effort effort, OptionalInt parallelism) {

    public Settings {
        works = List.copyOf(works);
        if (works.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException("nothing would be measured: " + works + ", " + rounds + " rounds");
        }
        if (parallelism.isPresent() && parallelism.getAsInt() < 1) {
            throw new IllegalArgumentException("parallelism: " + parallelism.getAsInt() + " is less than 1");
        }
    }
}
