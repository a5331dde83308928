package dev.pando.bench;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has become of workers, each of which should live once and be found where it lives.
///
/// @param lost those that live nowhere, or are not found where they live
/// @param doubled those that live more than once
record Toll(int lost, int doubled) {

    /// @param ids of all that should live
    /// @param living the processes that live, with the worker that each of them is
    /// @param known for each node, where it finds each of the workers, in the order of their ids
    static <P> Toll of(List<String> ids, Map<P, String> living, Collection<List<Optional<P>>> known) {
        Map<String, Integer> lives = new HashMap<>();
        living.values().forEach(id -> lives.merge(id, 1, Integer::sum));
        int lost = 0;
        int doubled = 0;
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            int place = i;
            doubled += lives.getOrDefault(id, 0) > 1 ? 1 : 0;
            boolean isFound = known.stream()
                    .allMatch(each ->
                            each.get(place).map(living::get).filter(id::equals).isPresent());
            lost += isFound && lives.containsKey(id) ? 0 : 1;
        }
        return new Toll(lost, doubled);
    }

    /// The worse of two.
    Toll or(Toll other) {
        return new Toll(Math.max(lost, other.lost), Math.max(doubled, other.doubled));
    }

    boolean isNone() {
        return lost == 0 && doubled == 0;
    }
}
