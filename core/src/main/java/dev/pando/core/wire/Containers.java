package dev.pando.core.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The shapes of optional, list, set and map. What is read is unmodifiable and keeps the order of the sender.
final class Containers {

    record Maybe(Shape element) implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            Optional<?> maybe = (Optional<?>) value;
            if (maybe.isEmpty()) {
                out.tag(Tag.EMPTY);
                return;
            }
            out.tag(Tag.PRESENT);
            out.enter();
            element.write(out, maybe.get());
            out.leave();
        }

        @Override
        public Object read(WireReader in) {
            int tag = in.tag();
            if (tag == Tag.EMPTY) {
                return Optional.empty();
            }
            if (tag != Tag.PRESENT) {
                throw new WireException("expected optional, got " + Tag.name(tag));
            }
            in.enter();
            Object value = element.read(in);
            in.leave();
            return Optional.of(value);
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(Optional.empty());
        }
    }

    record ListOf(Shape element) implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            writeAll(out, Tag.LIST, (List<?>) value, element);
        }

        @Override
        public Object read(WireReader in) {
            List<Object> values = new ArrayList<>();
            readAll(in, Tag.LIST, values, element);
            return Collections.unmodifiableList(values);
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(List.of());
        }
    }

    record SetOf(Shape element) implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            writeAll(out, Tag.SET, (Set<?>) value, element);
        }

        @Override
        public Object read(WireReader in) {
            Set<Object> values = new LinkedHashSet<>();
            readAll(in, Tag.SET, values, element);
            return Collections.unmodifiableSet(values);
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(Collections.emptySet());
        }
    }

    record MapOf(Shape key, Shape value) implements Shape {
        @Override
        public void write(WireWriter out, Object map) {
            Map<?, ?> entries = (Map<?, ?>) map;
            out.tag(Tag.MAP);
            out.enter();
            out.unsigned(entries.size());
            entries.forEach((k, v) -> {
                writePart(out, key, k);
                writePart(out, value, v);
            });
            out.leave();
        }

        @Override
        public Object read(WireReader in) {
            Scalars.expect(in, Tag.MAP);
            in.enter();
            Map<Object, Object> entries = new LinkedHashMap<>();
            for (int left = in.count(); left > 0; left--) {
                entries.put(key.read(in), value.read(in));
            }
            in.leave();
            return Collections.unmodifiableMap(entries);
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(Collections.emptyMap());
        }
    }

    private static void writeAll(WireWriter out, int tag, Collection<?> values, Shape element) {
        out.tag(tag);
        out.enter();
        out.unsigned(values.size());
        for (Object value : values) {
            writePart(out, element, value);
        }
        out.leave();
    }

    private static void writePart(WireWriter out, Shape shape, @org.jspecify.annotations.Nullable Object value) {
        if (value == null) {
            throw new WireException("null in a collection; null does not travel");
        }
        shape.write(out, value);
    }

    private static void readAll(WireReader in, int tag, Collection<Object> into, Shape element) {
        Scalars.expect(in, tag);
        in.enter();
        for (int left = in.count(); left > 0; left--) {
            into.add(element.read(in));
        }
        in.leave();
    }

    private Containers() {}
}
