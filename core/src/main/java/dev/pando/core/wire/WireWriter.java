package dev.pando.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Grows one frame. Names of types and fields are written once and referred to by number afterwards.
final class WireWriter {

    private byte[] bytes = new byte[256];
    private int length;
    private int depth;
    private final Map<String, Integer> symbols = new HashMap<>();

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /// Steps into a composite value, which a reader must be able to follow; paired with [#leave].
    void enter() {
        if (++depth > WireReader.DEPTH_MAX) {
            throw new WireException("value nests deeper than " + WireReader.DEPTH_MAX + " values");
        }
    }

    void leave() {
        depth--;
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
        requireUnicode(text);
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

    /// Half a surrogate pair has no bytes in UTF-8, and would arrive as another text.
    private static void requireUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new WireException("text with a lone surrogate at index " + i + "; it is not Unicode");
                }
                i++;
            }
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
