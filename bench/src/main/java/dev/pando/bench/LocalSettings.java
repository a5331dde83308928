package dev.pando.bench;

import java.util.List;
import java.util.OptionalInt;

/// What to measure, and for how long.
///
/// @param rounds how many virtual machines measure each work for each contender
/// @param parallelism on how many threads the virtual threads, the actors and the schedulers run; the number of
///     processors when empty
public record LocalSettings(List<Work> works, int rounds, Effort effort, OptionalInt parallelism) {

    public LocalSettings {
        works = List.copyOf(works);
        if (works.isEmpty() || rounds < 1) {
            throw new IllegalArgumentException("nothing would be measured: " + works + ", " + rounds + " rounds");
        }
        if (parallelism.isPresent() && parallelism.getAsInt() < 1) {
            throw new IllegalArgumentException("parallelism: " + parallelism.getAsInt() + " is less than 1");
        }
    }
}
