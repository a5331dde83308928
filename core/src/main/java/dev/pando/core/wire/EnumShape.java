package dev.pando.core.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An enum on the wire: a [Definition] for each constant, by name.
final class EnumShape implements NamedShape {

    private final Class<?> type;
    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final Map<Object, Definition> definitions = new LinkedHashMap<>();
    private final Object[] constants;

    EnumShape(Class<?> type) {
        this.type = type;
        constants = type.getEnumConstants();
        for (Object constant : constants) {
            String name = ((Enum<?>) constant).name();
            int index = indexes.size();
            indexes.put(name, index);
            definitions.put(constant, Definition.own(this, index, List.of(name)));
        }
    }

    @Override
    public Class<?> type() {
        return type;
    }

    @Override
    public int tag() {
        return Tag.ENUM;
    }

    @Override
    public List<Definition> definitions() {
        return List.copyOf(definitions.values());
    }

    @Override
    public int index(String member) {
        return indexes.getOrDefault(member, -1);
    }

    @Override
    public void write(WireWriter out, Object value) {
        Definition definition = definitions.get(value);
        if (definition == null) {
            throw new WireException(value + " is no constant of " + type.getName());
        }
        out.definition(definition);
    }

    @Override
    public Object readBody(WireReader in, Definition definition) {
        int index = definition.size() == 1 ? definition.index(0) : -1;
        if (index < 0) {
            String name = definition.size() == 1 ? definition.member(0) : definition.size() + " names";
            throw new WireException(type.getName() + " has no constant " + WireException.cut(name));
        }
        return constants[index];
    }
}
