package dev.pando.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Locale;

/// What this JVM holds after so many runs, when none is under way. It must not grow with their number.
///
/// A virtual thread that is left behind shows in the heap, since the JDK keeps track of all that live.
///
/// @param threads of the platform
/// @param heapBytes in use after a collection
/// @param metaspaceBytes in use, for classes
record Footprint(long runs, int threads, long heapBytes, long metaspaceBytes) {

    private static final int COLLECTIONS = 3;
    private static final double MEGABYTE = 1e6;

    /// Collects garbage and looks.
    static Footprint after(long runs) {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return new Footprint(runs, ManagementFactory.getThreadMXBean().getThreadCount(), heap, metaspace());
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "after %,d runs: %d threads, %.1f MB of heap and %.1f MB of metaspace in use",
                runs,
                threads,
                heapBytes / MEGABYTE,
                metaspaceBytes / MEGABYTE);
    }
}
