package dev.pando.bench;

import java.util.List;

/// What it took to register names, one after the other, in nanoseconds since the first was asked for.
///
/// @param marks when each of the counts was reached that were asked for
/// @param visible when all nodes knew all names
record Laps(List<Long> marks, long visible) {

    Laps {
        marks = List.copyOf(marks);
    }

    /// From the mark before it, or from the start, to a mark.
    long lap(int mark) {
        return marks.get(mark) - (mark == 0 ? 0 : marks.get(mark - 1));
    }
}
