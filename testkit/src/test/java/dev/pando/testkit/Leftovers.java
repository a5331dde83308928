package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;

/// What a JVM holds when no simulation is under way. A virtual thread that is left behind shows in the heap.
record Leftovers(int threads, long heapBytes) {

    private static final int COLLECTIONS = 3;
    /// The JVM's own, which come and go: compilers, carriers of virtual threads.
    private static final int THREADS_SLACK = 2;

    private static final long HEAP_SLACK = 1_000_000;

    static Leftovers now() {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return new Leftovers(ManagementFactory.getThreadMXBean().getThreadCount(), heap);
    }

    void assertNoMoreThan(Leftovers before) {
        assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + THREADS_SLACK);
        assertThat(heapBytes - before.heapBytes)
                .as("growth of the heap in bytes")
                .isLessThan(HEAP_SLACK);
    }
}
