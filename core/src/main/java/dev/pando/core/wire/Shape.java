package dev.pando.core.wire;

import java.util.Optional;

/// How values of one declared type are written and read. Immutable once the codec is built.
interface Shape {

    /// Writes tag and value.
    void write(WireWriter out, Object value);

    /// Reads tag and value; refuses a value that does not fit the declared type.
    Object read(WireReader in);

    /// What stands for a field that the sender did not have; empty when the sender must have it.
    default Optional<Object> absent() {
        return Optional.empty();
    }
}
