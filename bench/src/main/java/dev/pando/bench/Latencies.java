package dev.pando.bench;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// How long each of many operations took, one after the other.
final class Latencies implements LongConsumer {

    private long[] nanos = new long[1024];
    private int count;

    @Override
    public void accept(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    void clear() {
        count = 0;
    }

    /// The time within which this share of them was done.
    ///
    /// @param share above 0, and 1 at most
    double quantile(double share) {
        if (count == 0) {
            throw new IllegalStateException("nothing was done");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * count) - 1];
    }
}
