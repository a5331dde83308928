package dev.pando.core.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The shapes of values that have no name and no parts.
final class Scalars {

    private static final int SCALE_MAX = 1_000_000;

    /// A boxed type, its tag, and how the rest is written and read.
    private record Scalar<T>(
            Class<T> type,
            int tag,
            Optional<Object> absent,
            BiConsumer<WireWriter, T> writer,
            Function<WireReader, T> reader)
            implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            out.tag(tag);
            writer.accept(out, type.cast(value));
        }

        @Override
        public Object read(WireReader in) {
            expect(in, tag);
            return reader.apply(in);
        }
    }

    private record Bool() implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            out.tag((Boolean) value ? Tag.TRUE : Tag.FALSE);
        }

        @Override
        public Object read(WireReader in) {
            int tag = in.tag();
            if (tag != Tag.TRUE && tag != Tag.FALSE) {
                throw new WireException("expected boolean, got " + Tag.name(tag));
            }
            return tag == Tag.TRUE;
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(false);
        }
    }

    static final Shape BOOL = new Bool();
    static final Shape BYTE = number(Byte.class, Tag.BYTE, (byte) 0, (out, v) -> out.signed(v), in ->
            (byte) in.signed(Byte.MIN_VALUE, Byte.MAX_VALUE));
    static final Shape SHORT = number(Short.class, Tag.SHORT, (short) 0, (out, v) -> out.signed(v), in ->
            (short) in.signed(Short.MIN_VALUE, Short.MAX_VALUE));
    static final Shape INT = number(Integer.class, Tag.INT, 0, (out, v) -> out.signed(v), in ->
            (int) in.signed(Integer.MIN_VALUE, Integer.MAX_VALUE));
    static final Shape LONG = number(Long.class, Tag.LONG, 0L, (out, v) -> out.signed(v), WireReader::signed);
    static final Shape CHAR = number(Character.class, Tag.CHAR, '\0', (out, v) -> out.signed(v), in ->
            (char) in.signed(Character.MIN_VALUE, Character.MAX_VALUE));
    static final Shape FLOAT = number(
            Float.class,
            Tag.FLOAT,
            0f,
            (out, v) -> out.fixed64(Float.floatToRawIntBits(v)),
            in -> Float.intBitsToFloat((int) in.fixed64()));
    static final Shape DOUBLE = number(
            Double.class,
            Tag.DOUBLE,
            0d,
            (out, v) -> out.fixed64(Double.doubleToRawLongBits(v)),
            in -> Double.longBitsToDouble(in.fixed64()));
    static final Shape TEXT = plain(String.class, Tag.TEXT, WireWriter::text, WireReader::text);
    static final Shape BYTES = plain(byte[].class, Tag.BYTES, WireWriter::raw, WireReader::raw);
    static final Shape BIG_INTEGER =
            plain(BigInteger.class, Tag.BIG_INTEGER, (out, v) -> out.raw(v.toByteArray()), Scalars::bigInteger);
    static final Shape DECIMAL = plain(
            BigDecimal.class,
            Tag.DECIMAL,
            (out, v) -> {
                if (Math.abs((long) v.scale()) > SCALE_MAX) {
                    throw new WireException("decimal with scale " + v.scale() + "; the most is " + SCALE_MAX);
                }
                out.signed(v.scale());
                out.raw(v.unscaledValue().toByteArray());
            },
            Scalars::decimal);

    /// By class, primitives and boxes alike.
    static Map<Class<?>, Shape> byClass() {
        Map<Class<?>, Shape> shapes = new LinkedHashMap<>();
        shapes.put(boolean.class, BOOL);
        shapes.put(Boolean.class, BOOL);
        shapes.put(byte.class, BYTE);
        shapes.put(Byte.class, BYTE);
        shapes.put(short.class, SHORT);
        shapes.put(Short.class, SHORT);
        shapes.put(int.class, INT);
        shapes.put(Integer.class, INT);
        shapes.put(long.class, LONG);
        shapes.put(Long.class, LONG);
        shapes.put(char.class, CHAR);
        shapes.put(Character.class, CHAR);
        shapes.put(float.class, FLOAT);
        shapes.put(Float.class, FLOAT);
        shapes.put(double.class, DOUBLE);
        shapes.put(Double.class, DOUBLE);
        shapes.put(String.class, TEXT);
        shapes.put(byte[].class, BYTES);
        shapes.put(BigInteger.class, BIG_INTEGER);
        shapes.put(BigDecimal.class, DECIMAL);
        return shapes;
    }

    static void expect(WireReader in, int tag) {
        int found = in.tag();
        if (found != tag) {
            throw new WireException("expected " + Tag.name(tag) + ", got " + Tag.name(found));
        }
    }

    private static <T> Shape number(
            Class<T> type, int tag, T zero, BiConsumer<WireWriter, T> writer, Function<WireReader, T> reader) {
        return new Scalar<>(type, tag, Optional.of(zero), writer, reader);
    }

    private static <T> Shape plain(
            Class<T> type, int tag, BiConsumer<WireWriter, T> writer, Function<WireReader, T> reader) {
        return new Scalar<>(type, tag, Optional.empty(), writer, reader);
    }

    private static BigInteger bigInteger(WireReader in) {
        byte[] digits = in.raw();
        if (digits.length == 0) {
            throw new WireException("big integer without digits");
        }
        return new BigInteger(digits);
    }

    /// A scale of billions is legal in memory and deadly in arithmetic, so it is not taken from the wire.
    private static BigDecimal decimal(WireReader in) {
        int scale = (int) in.signed(-SCALE_MAX, SCALE_MAX);
        return new BigDecimal(bigInteger(in), scale);
    }

    private Scalars() {}
}
