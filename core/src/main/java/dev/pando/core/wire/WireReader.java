package dev.pando.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes one frame apart. Every length is checked against what is left of the frame before anything is allocated,
/// and nesting is bounded, so a hostile frame costs no more than its own size.
final class WireReader {

    static final int DEPTH_MAX = 64;

    private static final Definition[] NONE = {};

    private final byte[] bytes;
    private final int end;
    private int position;
    private int depth;
    private int at;
    private final Definitions definitions;
    private final @Nullable NamesReceived names;
    private Definition[] defined = NONE;
    private int definedCount;

    WireReader(byte[] bytes, Definitions definitions) {
        this(bytes, 0, bytes.length, definitions, null);
    }

    /// @param names of the session that the frame belongs to; null when it belongs to none
    WireReader(byte[] bytes, int from, int end, Definitions definitions, @Nullable NamesReceived names) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
        this.definitions = definitions;
        this.names = names;
    }

    boolean atEnd() {
        return position == end;
    }

    int tag() {
        return need(1) & 0xFF;
    }

    /// The next tag, left in place.
    int peek() {
        int tag = tag();
        position--;
        return tag;
    }

    /// The index of the field that is being read, of the innermost record.
    int at() {
        return at;
    }

    void at(int field) {
        at = field;
    }

    /// Steps into a composite value; paired with [#leave].
    void enter() {
        if (++depth > DEPTH_MAX) {
            throw new WireException("frame nests deeper than " + DEPTH_MAX + " values");
        }
    }

    void leave() {
        depth--;
    }

    long unsigned() {
        byte first = need(1);
        return first >= 0 ? first : unsigned(first & 0x7F);
    }

    private long unsigned(long first) {
        long value = first;
        for (int shift = 7; shift < 64; shift += 7) {
            byte next = need(1);
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new WireException("number longer than 64 bits at byte " + position);
    }

    long signed() {
        long raw = unsigned();
        return (raw >>> 1) ^ -(raw & 1);
    }

    long signed(long min, long max) {
        long value = signed();
        if (value < min || value > max) {
            throw new WireException("number " + value + " out of range at byte " + position);
        }
        return value;
    }

    long fixed64() {
        need(8);
        long value = 0;
        for (int i = position - 8; i < position; i++) {
            value = (value << 8) | (bytes[i] & 0xFF);
        }
        return value;
    }

    /// A count of things that take at least one byte each.
    int count() {
        long count = unsigned();
        if (count < 0 || count > end - position) {
            throw new WireException("count " + count + " exceeds the frame at byte " + position);
        }
        return (int) count;
    }

    byte[] raw() {
        int size = count();
        byte[] data = new byte[size];
        System.arraycopy(bytes, position, data, 0, size);
        position += size;
        return data;
    }

    String text() {
        int size = count();
        String text = new String(bytes, position, size, StandardCharsets.UTF_8);
        position += size;
        return text;
    }

    /// Takes the tag of a named value and what it begins with.
    Definition definition() {
        int tag = tag();
        if (!Tag.isNamed(tag)) {
            throw new WireException("expected a named type, got " + Tag.name(tag));
        }
        return definitionOf(tag);
    }

    /// As the other, for one tag only.
    Definition definition(int tag) {
        Scalars.expect(this, tag);
        return definitionOf(tag);
    }

    private Definition definitionOf(int tag) {
        long reference = unsigned();
        if (reference == 0) {
            return define(tag);
        }
        long number = (reference + 1) >>> 1;
        Definition known = (reference & 1) == 0 ? defined(number) : told(number);
        if (known.tag() != tag) {
            throw new WireException("definition " + number + " is of " + Tag.name(known.tag()) + ", not of "
                    + Tag.name(tag) + ", at byte " + position);
        }
        return known;
    }

    private Definition defined(long number) {
        if (number > definedCount) {
            throw new WireException("definition " + number + " was never written, at byte " + position);
        }
        return defined[(int) number - 1];
    }

    private Definition told(long number) {
        if (names == null) {
            throw new WireException("name " + number + " of a session, in a frame that belongs to none");
        }
        return names.definition(number);
    }

    private Definition define(int tag) {
        int size = count();
        Definition found = definitions.find(tag, bytes, position, size);
        position += size;
        if (definedCount == defined.length) {
            defined = Arrays.copyOf(defined, Math.max(8, 2 * definedCount));
        }
        defined[definedCount++] = found;
        return found;
    }

    /// Passes over one value without needing to know its type.
    void skip() {
        int tag = tag();
        switch (tag) {
            case Tag.FALSE, Tag.TRUE, Tag.EMPTY -> {}
            case Tag.BYTE, Tag.SHORT, Tag.INT, Tag.LONG, Tag.CHAR -> unsigned();
            case Tag.FLOAT, Tag.DOUBLE -> fixed64();
            case Tag.TEXT, Tag.BYTES, Tag.BIG_INTEGER -> skipRaw();
            case Tag.DECIMAL, Tag.INSTANT, Tag.DURATION -> {
                unsigned();
                unsigned();
            }
            case Tag.BIG_DECIMAL -> {
                unsigned();
                skipRaw();
            }
            case Tag.ID -> {
                fixed64();
                fixed64();
            }
            case Tag.PRESENT -> skipParts(1);
            case Tag.LIST, Tag.SET -> skipParts(count());
            case Tag.MAP -> skipParts(2L * count());
            case Tag.ENUM -> definitionOf(tag);
            case Tag.VALUE -> {
                definitionOf(tag);
                skipRaw();
            }
            case Tag.RECORD -> {
                enter();
                for (int fields = definitionOf(tag).size(); fields > 0; fields--) {
                    skip();
                }
                leave();
            }
            default -> throw new WireException(Tag.name(tag) + " at byte " + position);
        }
    }

    private void skipParts(long parts) {
        enter();
        for (long left = parts; left > 0; left--) {
            skip();
        }
        leave();
    }

    private void skipRaw() {
        int size = count();
        position += size;
    }

    /// Takes so many bytes and returns the first.
    private byte need(int count) {
        if (end - position < count) {
            throw new WireException("frame ends inside a value, at byte " + position);
        }
        byte first = bytes[position];
        position += count;
        return first;
    }
}
