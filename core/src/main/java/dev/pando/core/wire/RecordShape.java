package dev.pando.core.wire;

import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A record on the wire: a [Definition] of its type with the names of the fields, then the value of each.
///
/// Names make rolling upgrades possible. A field that the receiver does not know is skipped; a field that the
/// sender did not have takes its absent value (empty, zero, false), or the frame is refused where there is none.
final class RecordShape implements NamedShape {

    private final Class<?> type;
    private final List<RecordParts.Component> components;
    private final Definition definition;
    private final RecordCode code;
    private final MethodHandle constructor;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Optional<LastRead> lastRead;
    private Shape[] fields = {};

    RecordShape(Class<?> type) {
        this.type = type;
        RecordParts parts = RecordParts.of(type);
        components = parts.components();
        constructor = parts.constructor();
        code = parts.code();
        lastRead = LastRead.of(components);
        for (int i = 0; i < components.size(); i++) {
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
        int outer = out.at();
        try {
            code.write(out, value, fields);
        } catch (WireException e) {
            throw new WireException(path(out.at()) + ": " + e.getMessage(), e);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new WireException(path(out.at()) + " cannot be read: " + e, e);
        } finally {
            out.at(outer);
        }
        out.leave();
    }

    @Override
    public Object readBody(WireReader in, Definition read) {
        in.enter();
        int outer = in.at();
        Object record;
        try {
            record = read == definition ? code.read(in, fields) : readOther(in, read);
        } catch (WireException e) {
            throw unread(in.at(), e.getMessage(), e);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw unread(in.at(), e.toString(), e);
        } finally {
            in.at(outer);
        }
        in.leave();
        return lastRead.isPresent() ? lastRead.get().equalTo(record) : record;
    }

    private Object readOther(WireReader in, Definition read) throws Throwable {
        @Nullable Object[] values = new @Nullable Object[fields.length];
        for (int i = 0; i < read.size(); i++) {
            int index = read.index(i);
            if (index < 0) {
                in.at(RecordCode.PASSING);
                in.skip();
            } else {
                in.at(index);
                values[index] = fields[index].read(in);
            }
        }
        complete(in, values);
        in.at(RecordCode.BUILDING);
        return (Object) constructor.invokeExact(values);
    }

    private WireException unread(int at, @Nullable String why, Throwable cause) {
        return at == RecordCode.BUILDING
                ? new WireException(
                        type.getName() + " refused its fields: " + WireException.cut(cause.toString()), cause)
                : new WireException(path(at) + ": " + why, cause);
    }

    /// Puts the absent value for each field that was not in the frame.
    private void complete(WireReader in, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                in.at(i);
                values[i] = fields[i]
                        .absent()
                        .orElseThrow(() -> new WireException("missing, and has no default; make a field that was added"
                                + " later Optional or a collection"));
            }
        }
    }

    private String path(int index) {
        String field = index == RecordCode.PASSING
                ? "(unknown)"
                : components.get(index).name();
        return type.getSimpleName() + "." + field;
    }
}
