package dev.pando.core.wire;

import java.util.List;

/// A shape whose values carry the name of their type: a record, an enum, or a value with its own text form.
interface NamedShape extends Shape {

    Class<?> type();

    int tag();

    /// All that a value of this shape may begin with.
    List<Definition> definitions();

    /// The index of a field or constant; -1 when there is none of that name.
    int index(String member);

    /// Reads what follows the definition.
    Object readBody(WireReader in, Definition definition);

    @Override
    default Object read(WireReader in) {
        Definition definition = in.definition(tag());
        if (!definition.isOf(this)) {
            throw new WireException("expected " + type().getName() + ", got " + WireException.cut(definition.type()));
        }
        return readBody(in, definition);
    }
}
