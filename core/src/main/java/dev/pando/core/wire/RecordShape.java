package dev.pando.core.wire;

import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A record on the wire: a [Definition] of its type with the names of the fields, then the value of each.
///
/// Names make rolling upgrades possible. A field that the receiver does not know is skipped; a field that the
/// sender did not have takes its absent value (empty, zero, false), or the frame is refused where there is none.
final class RecordShape implements NamedShape {

    private final Class<?> type;
    private final List<RecordParts.Component> components;
    private final Definition definition;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;
    private final Map<String, Integer> indexes = new HashMap<>();
    private Shape[] fields = {};

    RecordShape(Class<?> type) {
        this.type = type;
        RecordParts parts = RecordParts.of(type);
        components = parts.components();
        constructor = parts.constructor();
        accessors = new MethodHandle[components.size()];
        for (int i = 0; i < accessors.length; i++) {
            accessors[i] = components.get(i).accessor();
            indexes.put(components.get(i).name(), i);
        }
        definition = Definition.own(
                this, 0, components.stream().map(RecordParts.Component::name).toList());
    }

    /// Completes the shape; apart from the constructor because types may refer to each other in circles.
    void fields(List<Shape> shapes) {
        fields = shapes.toArray(Shape[]::new);
    }

    @Override
    public Class<?> type() {
        return type;
    }

    List<RecordParts.Component> components() {
        return components;
    }

    @Override
    public int tag() {
        return Tag.RECORD;
    }

    @Override
    public List<Definition> definitions() {
        return List.of(definition);
    }

    @Override
    public int index(String member) {
        return indexes.getOrDefault(member, -1);
    }

    @Override
    public void write(WireWriter out, Object value) {
        out.definition(definition);
        out.enter();
        for (int i = 0; i < accessors.length; i++) {
            writeField(out, i, value);
        }
        out.leave();
    }

    @Override
    public Object readBody(WireReader in, Definition read) {
        in.enter();
        @Nullable Object[] values = new @Nullable Object[fields.length];
        for (int i = 0; i < read.size(); i++) {
            int index = read.index(i);
            if (index < 0) {
                in.skip();
            } else {
                values[index] = readField(in, index);
            }
        }
        in.leave();
        if (read != definition) {
            complete(values);
        }
        return build(values);
    }

    private void complete(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                int field = i;
                values[i] = fields[i]
                        .absent()
                        .orElseThrow(() -> new WireException(path(field)
                                + " is missing and has no default; make a field that was added later"
                                + " Optional or a collection"));
            }
        }
    }

    private void writeField(WireWriter out, int index, Object record) {
        Object value;
        try {
            value = accessors[index].invokeExact(record);
        } catch (Throwable e) {
            throw new WireException(path(index) + " cannot be read: " + e, e);
        }
        if (value == null) {
            throw new WireException(path(index) + " is null; null does not travel, use Optional");
        }
        try {
            fields[index].write(out, value);
        } catch (WireException e) {
            throw new WireException(path(index) + ": " + e.getMessage(), e);
        }
    }

    private Object readField(WireReader in, int index) {
        try {
            return fields[index].read(in);
        } catch (WireException e) {
            throw new WireException(path(index) + ": " + e.getMessage(), e);
        }
    }

    private Object build(@Nullable Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw new WireException(type.getName() + " refused its fields: " + WireException.cut(e.toString()), e);
        }
    }

    private String path(int index) {
        return type.getSimpleName() + "." + components.get(index).name();
    }
}
