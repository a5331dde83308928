package dev.pando.core.wire;

import java.net.URI;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns listed records, enums and built-in values into bytes and back. Immutable and safe for all threads.
///
/// From the listed roots it derives everything they can reach: sealed subtypes, record components, and what
/// [Builder#follow] adds. Nothing else is ever decoded or instantiated: a name on the wire is looked up in this
/// list, never given to a class loader. Fields may be added and removed between releases, see [RecordShape].
public final class Codec {

    private static final List<ValueCodec<?>> BUILT_IN = List.of(
            ValueCodec.of(LocalDate.class, LocalDate::toString, LocalDate::parse),
            ValueCodec.of(LocalTime.class, LocalTime::toString, LocalTime::parse),
            ValueCodec.of(LocalDateTime.class, LocalDateTime::toString, LocalDateTime::parse),
            ValueCodec.of(OffsetDateTime.class, OffsetDateTime::toString, OffsetDateTime::parse),
            ValueCodec.of(ZonedDateTime.class, ZonedDateTime::toString, ZonedDateTime::parse),
            ValueCodec.of(URI.class, URI::toString, URI::create));

    private final Builder source;
    private final Shape any;
    private final Definitions definitions;

    private Codec(Builder source) {
        this.source = source;
        // The same codec may come with several protocols.
        Set<ValueCodec<?>> values = new LinkedHashSet<>(BUILT_IN);
        values.addAll(source.values);
        Shapes shapes = new Shapes(source.roots, source.unions, source.followed, values);
        any = shapes.any();
        definitions = shapes.definitions(source.numbers);
    }

    public static Builder builder() {
        return new Builder(new Numbers());
    }

    /// A builder that starts from what this codec lists.
    public Builder extended() {
        Builder copy = new Builder(source.numbers);
        copy.roots.addAll(source.roots);
        copy.unions.addAll(source.unions);
        copy.followed.putAll(source.followed);
        copy.values.addAll(source.values);
        return copy;
    }

    /// The value as one frame.
    ///
    /// @throws WireException when the value, or something in it, is of a type that is not listed
    public byte[] encode(Object value) {
        WireWriter out = new WireWriter(null);
        write(out, value);
        return out.toBytes();
    }

    void write(WireWriter out, Object value) {
        if (value == null) {
            throw new WireException("null does not travel");
        }
        any.write(out, value);
    }

    /// The value of one frame.
    ///
    /// @throws WireException when the frame is damaged, holds a type that is not listed, or is not a `T`
    public <T> T decode(Class<T> type, byte[] frame) {
        return decode(type, new WireReader(frame, definitions));
    }

    /// The value of one frame of a session, which may go by names told before.
    ///
    /// @param frame holds it from one index up to before another
    /// @throws WireException as without a session; see also [NamesReceived#isBroken]
    public <T> T decode(Class<T> type, byte[] frame, int from, int end, NamesReceived names) {
        WireReader in = new WireReader(frame, from, end, definitions, names);
        names.learn(in, definitions);
        return decode(type, in);
    }

    /// Some fields of a record in a frame of a session; what its other fields hold need not be listed. For frames that
    /// [#decode] has refused.
    ///
    /// @param type of the record in the frame
    /// @param part a listed record of those fields
    /// @return empty when the frame holds another type, or is damaged
    public <T extends Record> Optional<T> decodePart(
            Class<? extends Record> type, Class<T> part, byte[] frame, int from, int end, NamesReceived names) {
        WireReader in = new WireReader(frame, from, end, definitions, names);
        try {
            names.learn(in, definitions);
            Definition read = in.definition();
            Optional<T> found = definitions
                    .shape(part)
                    .filter(_ -> read.type().equals(type.getName()))
                    .map(shape -> part.cast(shape.readBody(in, read.as(shape))));
            return found.filter(_ -> in.atEnd());
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    private <T> T decode(Class<T> type, WireReader in) {
        Object value = any.read(in);
        if (!in.atEnd()) {
            throw new WireException("frame goes on after its value");
        }
        if (!type.isInstance(value)) {
            throw new WireException(
                    "expected " + type.getName() + ", got " + value.getClass().getName());
        }
        return type.cast(value);
    }

    /// Collects what a codec lists.
    public static final class Builder {

        private final Set<Class<?>> roots = new LinkedHashSet<>();
        private final Set<Class<?>> unions = new LinkedHashSet<>();
        private final Map<Class<?>, Integer> followed = new LinkedHashMap<>();
        private final List<ValueCodec<?>> values = new ArrayList<>();

        private final Numbers numbers;

        private Builder(Numbers numbers) {
            this.numbers = numbers;
        }

        /// Lists types and all that they reach.
        public Builder roots(Class<?>... types) {
            Collections.addAll(roots, types);
            return this;
        }

        /// Makes an open interface usable in components: it stands for those listed roots that implement it.
        public Builder union(Class<?> open) {
            unions.add(open);
            return this;
        }

        /// Lists the type argument too, for each listed record that implements the generic interface.
        public Builder follow(Class<?> generic, int argument) {
            followed.put(generic, argument);
            return this;
        }

        public Builder values(ValueCodec<?>... codecs) {
            values.addAll(Arrays.asList(codecs));
            return this;
        }

        /// Derives all shapes.
        ///
        /// @throws WireException naming the component that holds an open interface, a type variable, or a class
        ///     without a wire form
        public Codec build() {
            return new Codec(this);
        }
    }
}
