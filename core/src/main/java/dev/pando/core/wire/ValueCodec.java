package dev.pando.core.wire;

import java.util.function.Function;

/// Carries an immutable value class that is not a record, as text.
///
/// @param type the class exactly; subclasses are not included
/// @param write from the value to its text
/// @param read from the text to the value; throws any `RuntimeException` on bad text
public record ValueCodec<T>(Class<T> type, Function<? super T, String> write, Function<String, ? extends T> read) {

    /// As the constructor, reading better at the call: `ValueCodec.of(Money.class, Money::toString,
    /// Money::parse)`.
    public static <T> ValueCodec<T> of(
            Class<T> type, Function<? super T, String> write, Function<String, ? extends T> read) {
        return new ValueCodec<>(type, write, read);
    }

    String text(Object value) {
        return write.apply(type.cast(value));
    }
}
