package dev.pando.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One fault of a plan.
///
/// @param number from 1
/// @param nodes how many nodes there are; they bear the numbers from 1
/// @param parts what is parted from what. Where one node suffers it is the first part; one way, the frames of the
///     first part to the second are lost; twice, each part is parted from all others in its turn
/// @param holdMillis how long it lasts, where the fault leaves that open
record ChaosCycle(int number, ChaosFault fault, int nodes, List<List<Integer>> parts, long holdMillis) {

    ChaosCycle {
        parts = parts.stream().map(List::copyOf).toList();
    }

    /// A direction from one node to another.
    record Way(int from, int to) {}

    int victim() {
        return parts.getFirst().getFirst();
    }

    /// The nodes, in order.
    List<Integer> all() {
        List<Integer> all = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            all.add(node);
        }
        return all;
    }

    /// The directions in which frames are lost.
    List<Way> lost() {
        return fault == ChaosFault.ONE_WAY ? ways(parts.getFirst(), parts.getLast()) : across();
    }

    /// All directions from one part to another.
    List<Way> across() {
        if (fault == ChaosFault.CUT_TWICE) {
            return parts.stream()
                    .flatMap(part -> around(part).stream())
                    .distinct()
                    .toList();
        }
        List<Way> across = new ArrayList<>();
        for (List<Integer> from : parts) {
            for (List<Integer> to : parts) {
                if (!from.equals(to)) {
                    across.addAll(ways(from, to));
                }
            }
        }
        return across;
    }

    /// All directions between some nodes and all others.
    List<Way> around(List<Integer> some) {
        List<Integer> others =
                all().stream().filter(node -> !some.contains(node)).toList();
        List<Way> around = new ArrayList<>(ways(some, others));
        around.addAll(ways(others, some));
        return around;
    }

    private static List<Way> ways(List<Integer> from, List<Integer> to) {
        List<Way> ways = new ArrayList<>();
        from.forEach(sender -> to.forEach(receiver -> ways.add(new Way(sender, receiver))));
        return ways;
    }

    /// For people: `cut-2-1 1,3|2`.
    String what() {
        String between = switch (fault) {
            case ONE_WAY -> ">";
            case CUT_TWICE -> " then ";
            default -> "|";
        };
        return fault.id() + " "
                + parts.stream()
                        .map(part -> part.stream().map(String::valueOf).collect(Collectors.joining(",")))
                        .collect(Collectors.joining(between));
    }
}
