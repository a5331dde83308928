package dev.pando.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Grows one frame. Names of types and fields are written once and referred to by number afterwards.
final class WireWriter {

    private byte[] bytes = new byte[256];
    private int length;
    private final Map<String, Integer> symbols = new HashMap<>();

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void tag(int tag) {
        ensure(1);
        bytes[length++] = (byte) tag;
    }

    void unsigned(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    void fixed64(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    void raw(byte[] data) {
        unsigned(data.length);
        ensure(data.length);
        System.arraycopy(data, 0, bytes, length, data.length);
        length += data.length;
    }

    void text(String text) {
        raw(text.getBytes(StandardCharsets.UTF_8));
    }

    void symbol(String name) {
        Integer known = symbols.putIfAbsent(name, symbols.size() + 1);
        if (known == null) {
            unsigned(0);
            text(name);
        } else {
            unsigned(known);
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
