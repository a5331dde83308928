package dev.pando.cluster;

import java.util.Arrays;

/// Signals for one data frame, as they come: each behind its length, in four bytes. They lie in one piece, so that a
/// small signal costs its copy and nothing more, on both sides.
final class SignalBlock {

    static final int BYTES_MAX = 48_000;

    private static final int FIRST = 512;

    private byte[] bytes;
    private int length;
    private int count;

    /// Takes signals one by one.
    interface Taker {

        /// Takes the next one.
        ///
        /// @param block holds it from one index up to before another
        /// @return whether to go on
        boolean take(byte[] block, int from, int end);
    }

    /// @param busy whether it is likely to be filled
    SignalBlock(boolean busy) {
        bytes = new byte[busy ? BYTES_MAX : FIRST];
    }

    /// Whether a signal can be added: one always can.
    boolean takes(byte[] signal) {
        return count == 0 || length + Integer.BYTES + signal.length <= BYTES_MAX;
    }

    void add(byte[] signal) {
        int end = length + Integer.BYTES + signal.length;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, Math.min(2 * bytes.length, BYTES_MAX)));
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[length + i] = (byte) (signal.length >>> (24 - Byte.SIZE * i));
        }
        System.arraycopy(signal, 0, bytes, length + Integer.BYTES, signal.length);
        length = end;
        count++;
    }

    int count() {
        return count;
    }

    /// Of the signals, without their lengths.
    int signalBytes() {
        return length - count * Integer.BYTES;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /// Hands over the signals of a block that has come, until the taker wants no more.
    ///
    /// @return whether all were there and were taken
    static boolean all(byte[] block, Taker taker) {
        int next = 0;
        boolean goesOn = true;
        while (goesOn && next < block.length) {
            int from = next + Integer.BYTES;
            int size = from <= block.length ? size(block, next) : -1;
            goesOn = size >= 0 && size <= block.length - from && taker.take(block, from, from + size);
            next = from + size;
        }
        return goesOn;
    }

    private static int size(byte[] block, int at) {
        int size = 0;
        for (int i = at; i < at + Integer.BYTES; i++) {
            size = (size << Byte.SIZE) | (block[i] & 0xFF);
        }
        return size;
    }
}
