package dev.pando.core.wire;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes and reads the fields of one record class, in their order. The subclasses are made by [RecordCompiler].
abstract class RecordCode {

    /// Where a reader is when all fields are read and the record is built.
    static final int BUILDING = -1;

    /// Where a reader is in a field that the record does not have.
    static final int PASSING = -2;

    /// Writes all fields; says to the writer which one it is at.
    ///
    /// @param shapes of the fields
    abstract void write(WireWriter out, Object record, Shape[] shapes);

    /// Reads all fields and builds the record; says to the reader which field it is at.
    ///
    /// @param shapes of the fields
    abstract Object read(WireReader in, Shape[] shapes);

    // ---- what the code calls

    static void write(WireWriter out, @Nullable Object value, Shape[] shapes, int field) {
        shapes[field].write(out, present(value));
    }

    static void write(WireWriter out, @Nullable String value) {
        Scalars.writeText(out, present(value));
    }

    static void write(WireWriter out, @Nullable BigDecimal value) {
        Scalars.writeDecimal(out, present(value));
    }

    static void write(WireWriter out, @Nullable Instant value) {
        Scalars.writeInstant(out, present(value));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new WireException("null does not travel, use Optional");
        }
        return value;
    }

    static Object read(WireReader in, Shape[] shapes, int field) {
        return shapes[field].read(in);
    }
}
