package dev.pando.core.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The shapes of values that have no name and no parts.
final class Scalars {

    private static final int SCALE_MAX = 1_000_000;
    private static final long NANOS_MAX = 999_999_999;

    private record Scalar<T>(
            Class<T> type, Optional<Object> absent, BiConsumer<WireWriter, T> writer, Function<WireReader, T> reader)
            implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            writer.accept(out, type.cast(value));
        }

        @Override
        public Object read(WireReader in) {
            return reader.apply(in);
        }
    }

    static final Shape BOOL = number(Boolean.class, false, Scalars::writeBoolean, Scalars::readBoolean);
    static final Shape BYTE = number(Byte.class, (byte) 0, Scalars::writeByte, Scalars::readByte);
    static final Shape SHORT = number(Short.class, (short) 0, Scalars::writeShort, Scalars::readShort);
    static final Shape INT = number(Integer.class, 0, Scalars::writeInt, Scalars::readInt);
    static final Shape LONG = number(Long.class, 0L, Scalars::writeLong, Scalars::readLong);
    static final Shape CHAR = number(Character.class, '\0', Scalars::writeChar, Scalars::readChar);
    static final Shape FLOAT = number(Float.class, 0f, Scalars::writeFloat, Scalars::readFloat);
    static final Shape DOUBLE = number(Double.class, 0d, Scalars::writeDouble, Scalars::readDouble);
    static final Shape TEXT = plain(String.class, Scalars::writeText, Scalars::readText);
    static final Shape BYTES = plain(byte[].class, Scalars::writeBytes, Scalars::readBytes);
    static final Shape BIG_INTEGER = plain(BigInteger.class, Scalars::writeBigInteger, Scalars::readBigInteger);
    static final Shape DECIMAL = plain(BigDecimal.class, Scalars::writeDecimal, Scalars::readDecimal);
    static final Shape INSTANT = plain(Instant.class, Scalars::writeInstant, Scalars::readInstant);
    static final Shape DURATION = plain(Duration.class, Scalars::writeDuration, Scalars::readDuration);
    static final Shape ID = plain(UUID.class, Scalars::writeId, Scalars::readId);

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
        shapes.put(Instant.class, INSTANT);
        shapes.put(Duration.class, DURATION);
        shapes.put(UUID.class, ID);
        return shapes;
    }

    static void expect(WireReader in, int tag) {
        int found = in.tag();
        if (found != tag) {
            throw new WireException("expected " + Tag.name(tag) + ", got " + Tag.name(found));
        }
    }

    private static <T> Shape number(
            Class<T> type, T zero, BiConsumer<WireWriter, T> writer, Function<WireReader, T> reader) {
        return new Scalar<>(type, Optional.of(zero), writer, reader);
    }

    private static <T> Shape plain(Class<T> type, BiConsumer<WireWriter, T> writer, Function<WireReader, T> reader) {
        return new Scalar<>(type, Optional.empty(), writer, reader);
    }

    static void writeBoolean(WireWriter out, boolean value) {
        out.tag(value ? Tag.TRUE : Tag.FALSE);
    }

    static boolean readBoolean(WireReader in) {
        int tag = in.tag();
        if (tag != Tag.TRUE && tag != Tag.FALSE) {
            throw new WireException("expected boolean, got " + Tag.name(tag));
        }
        return tag == Tag.TRUE;
    }

    static void writeByte(WireWriter out, byte value) {
        writeWhole(out, Tag.BYTE, value);
    }

    static byte readByte(WireReader in) {
        return (byte) readWhole(in, Tag.BYTE, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    static void writeShort(WireWriter out, short value) {
        writeWhole(out, Tag.SHORT, value);
    }

    static short readShort(WireReader in) {
        return (short) readWhole(in, Tag.SHORT, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    static void writeInt(WireWriter out, int value) {
        writeWhole(out, Tag.INT, value);
    }

    static int readInt(WireReader in) {
        return (int) readWhole(in, Tag.INT, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static void writeLong(WireWriter out, long value) {
        writeWhole(out, Tag.LONG, value);
    }

    static long readLong(WireReader in) {
        return readWhole(in, Tag.LONG, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static void writeChar(WireWriter out, char value) {
        writeWhole(out, Tag.CHAR, value);
    }

    static char readChar(WireReader in) {
        return (char) readWhole(in, Tag.CHAR, Character.MIN_VALUE, Character.MAX_VALUE);
    }

    private static void writeWhole(WireWriter out, int tag, long value) {
        out.tag(tag);
        out.signed(value);
    }

    private static long readWhole(WireReader in, int tag, long min, long max) {
        expect(in, tag);
        return in.signed(min, max);
    }

    static void writeFloat(WireWriter out, float value) {
        out.tag(Tag.FLOAT);
        out.fixed64(Float.floatToRawIntBits(value));
    }

    static float readFloat(WireReader in) {
        expect(in, Tag.FLOAT);
        return Float.intBitsToFloat((int) in.fixed64());
    }

    static void writeDouble(WireWriter out, double value) {
        out.tag(Tag.DOUBLE);
        out.fixed64(Double.doubleToRawLongBits(value));
    }

    static double readDouble(WireReader in) {
        expect(in, Tag.DOUBLE);
        return Double.longBitsToDouble(in.fixed64());
    }

    static void writeText(WireWriter out, String value) {
        out.tag(Tag.TEXT);
        out.text(value);
    }

    static String readText(WireReader in) {
        expect(in, Tag.TEXT);
        return in.text();
    }

    private static void writeBytes(WireWriter out, byte[] value) {
        out.tag(Tag.BYTES);
        out.raw(value);
    }

    private static byte[] readBytes(WireReader in) {
        expect(in, Tag.BYTES);
        return in.raw();
    }

    private static void writeBigInteger(WireWriter out, BigInteger value) {
        out.tag(Tag.BIG_INTEGER);
        out.raw(value.toByteArray());
    }

    private static BigInteger readBigInteger(WireReader in) {
        expect(in, Tag.BIG_INTEGER);
        return bigInteger(in);
    }

    private static BigInteger bigInteger(WireReader in) {
        byte[] digits = in.raw();
        if (digits.length == 0) {
            throw new WireException("big integer without digits");
        }
        return new BigInteger(digits);
    }

    /// Most decimals have few digits, which a long holds.
    static void writeDecimal(WireWriter out, BigDecimal value) {
        int scale = value.scale();
        if (scale > SCALE_MAX || scale < -SCALE_MAX) {
            throw new WireException("decimal with scale " + scale + "; the most is " + SCALE_MAX);
        }
        BigInteger unscaled = value.unscaledValue();
        if (unscaled.bitLength() < Long.SIZE) {
            out.tag(Tag.DECIMAL);
            out.signed(scale);
            out.signed(unscaled.longValue());
        } else {
            out.tag(Tag.BIG_DECIMAL);
            out.signed(scale);
            out.raw(unscaled.toByteArray());
        }
    }

    /// A scale of billions is legal in memory and deadly in arithmetic, so it is not taken from the wire.
    static BigDecimal readDecimal(WireReader in) {
        int tag = in.tag();
        if (tag != Tag.DECIMAL && tag != Tag.BIG_DECIMAL) {
            throw new WireException("expected decimal, got " + Tag.name(tag));
        }
        int scale = (int) in.signed(-SCALE_MAX, SCALE_MAX);
        return tag == Tag.DECIMAL ? BigDecimal.valueOf(in.signed(), scale) : new BigDecimal(bigInteger(in), scale);
    }

    static void writeInstant(WireWriter out, Instant value) {
        out.tag(Tag.INSTANT);
        out.signed(value.getEpochSecond());
        out.unsigned(value.getNano());
    }

    static Instant readInstant(WireReader in) {
        expect(in, Tag.INSTANT);
        return Instant.ofEpochSecond(in.signed(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()), nanos(in));
    }

    private static void writeDuration(WireWriter out, Duration value) {
        out.tag(Tag.DURATION);
        out.signed(value.getSeconds());
        out.unsigned(value.getNano());
    }

    private static Duration readDuration(WireReader in) {
        expect(in, Tag.DURATION);
        return Duration.ofSeconds(in.signed(), nanos(in));
    }

    private static long nanos(WireReader in) {
        long nanos = in.unsigned();
        if (nanos < 0 || nanos > NANOS_MAX) {
            throw new WireException(nanos + " is no part of a second");
        }
        return nanos;
    }

    private static void writeId(WireWriter out, UUID value) {
        out.tag(Tag.ID);
        out.fixed64(value.getMostSignificantBits());
        out.fixed64(value.getLeastSignificantBits());
    }

    private static UUID readId(WireReader in) {
        expect(in, Tag.ID);
        return new UUID(in.fixed64(), in.fixed64());
    }

    private Scalars() {}
}
