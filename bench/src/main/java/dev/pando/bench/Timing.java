package dev.pando.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the measured batches of one load took.
///
/// @param operations in each batch
/// @param nanos of each batch
/// @param allocatedBytes by the whole virtual machine in all batches
record Timing(long operations, List<Long> nanos, long allocatedBytes) {

    /// Runs batches until the warm-up is over, and twice as large ones whenever they are too short; then measures.
    static Timing of(Load load, long operationsMax, Effort effort) throws Exception {
        long operations = warmUp(load, operationsMax, effort);
        long allocated = Memory.allocated();
        List<Long> nanos = new ArrayList<>();
        for (int batch = 0; batch < effort.batches(); batch++) {
            nanos.add(run(load, operations));
        }
        return new Timing(operations, nanos, Memory.allocated() - allocated);
    }

    private static long warmUp(Load load, long operationsMax, Effort effort) throws Exception {
        Duration enough = effort.batch().dividedBy(2);
        long end = System.nanoTime() + effort.warmUp().toNanos();
        long operations = 1;
        boolean tooShort;
        do {
            tooShort = run(load, operations) < enough.toNanos() && operations < operationsMax;
            if (tooShort) {
                operations *= 2;
            }
        } while (tooShort || System.nanoTime() - end < 0);
        return operations;
    }

    private static long run(Load load, long operations) throws Exception {
        long start = System.nanoTime();
        load.run(operations);
        long nanos = System.nanoTime() - start;
        load.settle();
        return nanos;
    }

    Sample sample(Row row) {
        return new Sample(
                row,
                Statistics.median(nanos.stream()
                        .map(each -> row.unit().of(operations, each))
                        .toList()));
    }

    Sample allocated(Row row) {
        return new Sample(row, (double) allocatedBytes / (operations * nanos.size()));
    }
}
