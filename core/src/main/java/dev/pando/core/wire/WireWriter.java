package dev.pando.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Grows one frame. A definition is written once and referred to by number afterwards.
final class WireWriter {

    /// So many are looked through one by one, which most frames need.
    private static final int FEW = 8;

    private static final @Nullable Definition[] NONE = {};

    private static final int VARINT_MAX = 10;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;

    /// Most messages fit, with the names in them.
    private static final int SIZE_FIRST = 512;

    private byte[] bytes = new byte[SIZE_FIRST];
    private int length;
    private final @Nullable NamesSent names;
    private List<Definition> fresh = List.of();
    private int depth;
    private int at;
    private @Nullable Definition[] few = NONE;
    private Map<Definition, Integer> others = Map.of();
    private int definitions;

    /// @param names that the reader has been told; null when the frame has to stand for itself
    WireWriter(@Nullable NamesSent names) {
        this.names = names;
    }

    WireWriter() {
        this(null);
    }

    byte[] toBytes() {
        return fresh.isEmpty() ? Arrays.copyOf(bytes, length) : withNames();
    }

    /// What the reader has not been told yet comes first, so that it learns it even when it refuses the value.
    private byte[] withNames() {
        WireWriter out = new WireWriter();
        for (Definition each : fresh) {
            out.tag(Tag.NAME);
            out.unsigned(each.number());
            out.tag(each.tag());
            out.raw(each.content());
        }
        out.ensure(length);
        System.arraycopy(bytes, 0, out.bytes, out.length, length);
        out.length += length;
        return out.toBytes();
    }

    /// The definitions that this frame tells the reader.
    List<Definition> fresh() {
        return fresh;
    }

    /// The index of the field that is being written, of the innermost record.
    int at() {
        return at;
    }

    void at(int field) {
        at = field;
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
        ensure(VARINT_MAX);
        byte[] to = bytes;
        int next = length;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        length = next;
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
        put(data);
    }

    void text(String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        if (data.length != text.length() || mayReplace(data)) {
            requireUnicode(text);
        }
        raw(data);
    }

    /// Writes the tag of a value and what it begins with.
    void definition(Definition definition) {
        if (names != null && definition.number() != 0) {
            if (!names.isTold(definition)) {
                tell(definition);
            }
            tag(definition.tag());
            unsigned(2L * definition.number() - 1);
            return;
        }
        int number = number(definition);
        if (number == 0) {
            put(definition.opening());
        } else {
            tag(definition.tag());
            unsigned(2L * number);
        }
    }

    private void tell(Definition definition) {
        if (fresh.isEmpty()) {
            fresh = new ArrayList<>();
        }
        if (!fresh.contains(definition)) {
            fresh.add(definition);
        }
    }

    /// Writes the content of a definition that has no number yet.
    void define(byte[] content) {
        unsigned(0);
        raw(content);
    }

    /// The number of a definition in this frame; 0 when it is the first time, and from then on it has one.
    private int number(Definition definition) {
        if (few.length == 0) {
            few = new @Nullable Definition[FEW];
        }
        for (int i = 0; i < few.length && i < definitions; i++) {
            if (few[i] == definition) {
                return i + 1;
            }
        }
        if (definitions < few.length) {
            few[definitions++] = definition;
            return 0;
        }
        if (definitions == few.length) {
            others = new HashMap<>();
        }
        Integer known = others.putIfAbsent(definition, definitions + 1);
        if (known != null) {
            return known;
        }
        definitions++;
        return 0;
    }

    /// Whether a character may have been replaced, for which Java puts a question mark. Looks at eight bytes at once,
    /// the last of them twice where they do not come out even.
    private static boolean mayReplace(byte[] data) {
        if (data.length < Long.BYTES) {
            return true;
        }
        for (int i = 0; i < data.length - Long.BYTES; i += Long.BYTES) {
            if (holdsQuestionMark(data, i)) {
                return true;
            }
        }
        return holdsQuestionMark(data, data.length - Long.BYTES);
    }

    /// A byte of the difference is zero where there is one, and borrows when one is taken from each.
    private static boolean holdsQuestionMark(byte[] data, int from) {
        long difference = (long) LONGS.get(data, from) ^ '?' * ONES;
        return ((difference - ONES) & ~difference & ONES << 7) != 0;
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

    private void put(byte[] data) {
        ensure(data.length);
        System.arraycopy(data, 0, bytes, length, data.length);
        length += data.length;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
