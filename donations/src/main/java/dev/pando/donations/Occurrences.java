package dev.pando.donations;

/// How often each number was seen: an open-addressing table of about 20 bytes per distinct number, since a file
/// may have
/// many millions of rows. The numbers are expected to be hashes, that is, well spread.
final class Occurrences {

    private long[] numbers = new long[1 << 10];
    private int[] counts = new int[1 << 10];
    private int distinct;

    /// Counts a number and tells how often it has been seen, this time included.
    int add(long number) {
        if (distinct > numbers.length / 3 * 2) {
            grow();
        }
        int slot = slot(number);
        if (counts[slot] == 0) {
            numbers[slot] = number;
            distinct++;
        }
        return ++counts[slot];
    }

    /// Where the number stands, or the free place where it belongs.
    private int slot(long number) {
        int mask = numbers.length - 1;
        int slot = (int) number & mask;
        while (counts[slot] != 0 && numbers[slot] != number) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldNumbers = numbers;
        int[] oldCounts = counts;
        numbers = new long[oldNumbers.length * 2];
        counts = new int[oldCounts.length * 2];
        for (int i = 0; i < oldNumbers.length; i++) {
            if (oldCounts[i] != 0) {
                int slot = slot(oldNumbers[i]);
                numbers[slot] = oldNumbers[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
