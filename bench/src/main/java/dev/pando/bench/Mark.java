package dev.pando.bench;

import java.util.List;
import java.util.stream.IntStream;

/// A row that is about so many names or workers.
record Mark(Row row, int count) {

    static List<Mark> within(List<Mark> marks, int most) {
        return marks.stream().filter(mark -> mark.count() <= most).toList();
    }

    static List<Integer> counts(List<Mark> marks) {
        return marks.stream().map(Mark::count).toList();
    }

    /// Each row is the rate between two counts, so the later ones show whether it stays.
    static List<Sample> rates(List<Mark> marks, List<Laps> batches) {
        return IntStream.range(0, marks.size())
                .mapToObj(i -> {
                    Row row = marks.get(i).row();
                    int added = marks.get(i).count()
                            - (i == 0 ? 0 : marks.get(i - 1).count());
                    return Sample.median(
                            row,
                            batches.stream()
                                    .map(laps -> row.unit().of(added, laps.lap(i)))
                                    .toList());
                })
                .toList();
    }
}
