package dev.pando.core.wire;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.function.Predicate;

/// The names of types and fields that one side of a session has told the other: a frame that needs others begins with
/// them, and from then on their numbers will do. Safe for all threads.
///
/// A name counts as told when the frame that tells it has been taken, so whoever goes by that comes later in the
/// session. Until then another thread tells it too. Lives and dies with its session.
public final class NamesSent {

    private final AtomicLongArray told = new AtomicLongArray(Numbers.COUNT_MAX / Long.SIZE + 1);

    /// Writes a value as a frame of this session.
    ///
    /// @param taker puts the frame into the session, behind all that were taken before, or does not
    /// @param taken whether what the taker says means that it did
    /// @return what the taker says
    /// @throws WireException when the value, or something in it, is of a type that is not listed
    public <T> T send(Codec codec, Object value, Function<byte[], T> taker, Predicate<T> taken) {
        WireWriter out = new WireWriter(this);
        codec.write(out, value);
        T said = taker.apply(out.toBytes());
        if (taken.test(said)) {
            out.fresh().forEach(this::tell);
        }
        return said;
    }

    boolean isTold(Definition definition) {
        int number = definition.number();
        return (told.get(number / Long.SIZE) & 1L << number) != 0;
    }

    private void tell(Definition definition) {
        int number = definition.number();
        told.accumulateAndGet(number / Long.SIZE, 1L << number, (before, bit) -> before | bit);
    }
}
