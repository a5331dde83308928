package dev.pando.core.wire;

/// A shape whose values carry the name of their type: a record, an enum, or a value with its own text form.
interface NamedShape extends Shape {

    Class<?> type();

    int tag();

    /// Reads what follows tag and name.
    Object readBody(WireReader in);

    @Override
    default Object read(WireReader in) {
        Scalars.expect(in, tag());
        String name = in.symbol();
        if (!name.equals(type().getName())) {
            throw new WireException("expected " + type().getName() + ", got " + WireException.cut(name));
        }
        return readBody(in);
    }
}
