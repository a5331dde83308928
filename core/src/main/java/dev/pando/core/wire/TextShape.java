package dev.pando.core.wire;

import java.util.List;
import java.util.function.Function;

/// A value with a text form: a [Definition] of its type, then the text.
final class TextShape implements NamedShape {

    private final ValueCodec<?> codec;
    private final Definition definition;

    TextShape(ValueCodec<?> codec) {
        this.codec = codec;
        definition = Definition.own(this, 0, List.of());
    }

    @Override
    public Class<?> type() {
        return codec.type();
    }

    @Override
    public int tag() {
        return Tag.VALUE;
    }

    @Override
    public List<Definition> definitions() {
        return List.of(definition);
    }

    @Override
    public int index(String member) {
        return -1;
    }

    @Override
    public void write(WireWriter out, Object value) {
        out.definition(definition);
        out.text(attempt(codec::text, value));
    }

    @Override
    public Object readBody(WireReader in, Definition read) {
        return attempt(codec.read(), in.text());
    }

    private <A, B> B attempt(Function<A, ? extends B> conversion, A from) {
        B made;
        try {
            made = conversion.apply(from);
        } catch (RuntimeException e) {
            throw new WireException("not a " + type().getSimpleName() + ": " + WireException.cut(e.getMessage()), e);
        }
        if (made == null) {
            throw new WireException("the ValueCodec of " + type().getName() + " makes null of a value");
        }
        return made;
    }
}
