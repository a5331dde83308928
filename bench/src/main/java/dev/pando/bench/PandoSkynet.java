package dev.pando.bench;

import dev.pando.core.Pid;
import dev.pando.core.Self;

/// A tree in which each process but the leaves starts ten others, and each sends its parent the sum of what is
/// below.
final class PandoSkynet {

    private static final int CHILDREN = 10;

    private record Sum(long numbers, int processes) {}

    /// @param leaves a power of ten
    static void run(int leaves) {
        Pid me = Self.pid();
        Self.spawn(() -> node(me, 0, leaves));
        Sum sum = Self.receive(Sum.class);
        Waits.check("sum of the leaves", (long) leaves * (leaves - 1) / 2, sum.numbers());
        Waits.check("processes", (10L * leaves - 1) / 9, sum.processes());
    }

    private static void node(Pid parent, int first, int leaves) {
        if (leaves == 1) {
            Self.send(parent, new Sum(first, 1));
            return;
        }
        Pid me = Self.pid();
        int share = leaves / CHILDREN;
        for (int child = 0; child < CHILDREN; child++) {
            int from = first + child * share;
            Self.spawn(() -> node(me, from, share));
        }
        long numbers = 0;
        int processes = 1;
        for (int child = 0; child < CHILDREN; child++) {
            Sum sum = Self.receive(Sum.class);
            numbers += sum.numbers();
            processes += sum.processes();
        }
        Self.send(parent, new Sum(numbers, processes));
    }

    private PandoSkynet() {}
}
