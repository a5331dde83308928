package dev.pando.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// What a run does, drawn from a seed: the same seed, kinds and number give the same plan.
///
/// Kinds are drawn in turns, each turn with all of them, so that none comes more than once more than another. Then
/// cycles with fewer nodes are put before those with more, so that each node joins once: in the run a kind may come
/// twice before another comes.
record ChaosPlan(long seed, List<ChaosCycle> cycles) {

    static final int NODES_MIN = 3;
    static final int NODES_MAX = 5;

    private static final long HOLD_MILLIS_MIN = 8_000;
    private static final int HOLD_MILLIS_SPREAD = 3_000;

    ChaosPlan {
        cycles = List.copyOf(cycles);
    }

    /// Draws one.
    ///
    /// @param nodesMax how many nodes there are at most; all kinds can be among so many
    static ChaosPlan of(long seed, int count, List<ChaosFault> kinds, int nodesMax) {
        Random random = new Random(seed);
        List<ChaosFault> drawn = new ArrayList<>();
        while (drawn.size() < count) {
            List<ChaosFault> turn = new ArrayList<>(kinds);
            Collections.shuffle(turn, random);
            drawn.addAll(turn);
        }
        List<ChaosCycle> cycles = new ArrayList<>();
        for (ChaosFault fault : drawn.subList(0, count)) {
            int nodes = fault.nodesMin + random.nextInt(Math.min(fault.nodesMax, nodesMax) - fault.nodesMin + 1);
            long hold = HOLD_MILLIS_MIN + random.nextInt(HOLD_MILLIS_SPREAD);
            cycles.add(new ChaosCycle(0, fault, nodes, parts(fault, nodes, random), hold));
        }
        cycles.sort(Comparator.comparingInt(ChaosCycle::nodes));
        List<ChaosCycle> numbered = new ArrayList<>();
        for (ChaosCycle cycle : cycles) {
            numbered.add(new ChaosCycle(
                    numbered.size() + 1, cycle.fault(), cycle.nodes(), cycle.parts(), cycle.holdMillis()));
        }
        return new ChaosPlan(seed, numbered);
    }

    private static List<List<Integer>> parts(ChaosFault fault, int nodes, Random random) {
        List<Integer> order = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            order.add(node);
        }
        Collections.shuffle(order, random);
        return switch (fault) {
            case CUT_1_1_1 -> order.stream().map(List::of).toList();
            case CUT_2_2, CUT_3_2 -> List.of(order.subList(0, 2), order.subList(2, nodes));
            case CUT_2_2_1 -> List.of(order.subList(0, 2), order.subList(2, 4), order.subList(4, nodes));
            case CUT_TWICE -> {
                List<Integer> second = new ArrayList<>(order);
                Collections.shuffle(second, random);
                yield List.of(order.subList(0, 1), second.subList(0, 2));
            }
            case ONE_WAY -> List.of(order.subList(0, 1), order.subList(1, random.nextBoolean() ? 2 : nodes));
            case CUT_2_1, CUT_3_1, CUT_4_1, FLAP, SLOW, STOP, KILL ->
                List.of(order.subList(0, 1), order.subList(1, nodes));
        };
    }
}
