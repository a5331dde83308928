package dev.pando.core.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Derives the shapes of all types that the listed roots can reach, and refuses those that nobody could decode
/// safely.
final class Shapes {

    private final Map<Class<?>, Shape> byClass = Scalars.byClass();
    private final Map<String, NamedShape> byName = new LinkedHashMap<>();
    private final Shape any = new AnyShape(byClass);
    private final Set<Class<?>> unions;
    private final Set<Class<?>> roots;
    private final Map<Class<?>, Integer> followed;
    private final Deque<RecordShape> unfinished = new ArrayDeque<>();

    Shapes(Set<Class<?>> roots, Set<Class<?>> unions, Map<Class<?>, Integer> followed, Set<ValueCodec<?>> values) {
        this.roots = roots;
        this.unions = unions;
        this.followed = followed;
        values.forEach(this::addValue);
        add(new RecordShape(Payload.class));
        for (Class<?> root : roots) {
            of(root, root.getName());
        }
        while (!unfinished.isEmpty()) {
            finish(unfinished.remove());
        }
    }

    Shape any() {
        return any;
    }

    Definitions definitions(Numbers numbers) {
        return new Definitions(byName, numbers);
    }

    private void addValue(ValueCodec<?> value) {
        if (byClass.containsKey(value.type())) {
            throw refused(
                    value.type().getName(),
                    "has a form already, of its own or by another ValueCodec, and takes no further one");
        }
        add(new TextShape(value));
    }

    private Shape of(Type type, String where) {
        return switch (type) {
            case Class<?> plain -> ofClass(plain, where);
            case ParameterizedType generic -> ofGeneric(generic, where);
            case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], where);
            case TypeVariable<?> variable ->
                throw refused(where, "type variable " + variable.getName() + " could be anything");
            default -> throw refused(where, type.getTypeName() + " has no wire form; use List");
        };
    }

    private Shape ofGeneric(ParameterizedType type, String where) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (raw == Optional.class) {
            return new Containers.Maybe(of(arguments[0], where));
        }
        if (raw == List.class) {
            return new Containers.ListOf(of(arguments[0], where));
        }
        if (raw == Set.class) {
            return new Containers.SetOf(of(arguments[0], where));
        }
        if (raw == Map.class) {
            return new Containers.MapOf(of(arguments[0], where), of(arguments[1], where));
        }
        return ofClass(raw, where);
    }

    private Shape ofClass(Class<?> type, String where) {
        Shape known = byClass.get(type);
        if (known != null) {
            return known;
        }
        if (type.isEnum()) {
            return add(new EnumShape(type));
        }
        if (type.isRecord()) {
            return add(new RecordShape(type));
        }
        if (unions.contains(type)) {
            Set<Class<?>> members = new LinkedHashSet<>();
            roots.stream()
                    .filter(root -> root.isRecord() && type.isAssignableFrom(root))
                    .forEach(members::add);
            return oneOf(type, members, where);
        }
        if (type.isSealed()) {
            Set<Class<?>> members = new LinkedHashSet<>();
            leaves(type, members, where);
            return oneOf(type, members, where);
        }
        throw refused(where, type.getName() + advice(type));
    }

    private Shape oneOf(Class<?> type, Set<Class<?>> members, String where) {
        Shape shape = new OneOf(type, members, byClass);
        byClass.put(type, shape);
        members.forEach(member -> of(member, where));
        return shape;
    }

    private Shape add(NamedShape shape) {
        byClass.put(shape.type(), shape);
        byName.put(shape.type().getName(), shape);
        if (shape instanceof RecordShape unready) {
            unfinished.add(unready);
        }
        return shape;
    }

    private void finish(RecordShape shape) {
        Class<?> type = shape.type();
        List<Shape> fields = new ArrayList<>();
        for (RecordParts.Component component : shape.components()) {
            boolean open = type == Payload.class;
            fields.add(open ? any : of(component.type(), type.getName() + "." + component.name()));
        }
        shape.fields(fields);
        followed.forEach((ancestor, index) -> {
            if (ancestor.isAssignableFrom(type)) {
                Type reached = TypeArguments.typeOf(type, ancestor, index)
                        .orElseThrow(() -> refused(type.getName(), ancestor.getSimpleName() + " without a type"));
                of(reached, type.getName() + " as " + ancestor.getSimpleName());
            }
        });
    }

    private void leaves(Class<?> type, Set<Class<?>> into, String where) {
        for (Class<?> member : type.getPermittedSubclasses()) {
            if (member.isSealed()) {
                leaves(member, into, where);
            } else if (member.isRecord() || member.isEnum() || byClass.containsKey(member)) {
                into.add(member);
            } else {
                throw refused(
                        where, type.getName() + " permits " + member.getName() + ", which is neither record nor enum");
            }
        }
    }

    private static String advice(Class<?> type) {
        if (type == Object.class) {
            return " could be anything; hold a Payload, or a sealed interface of records";
        }
        if (type.isInterface()) {
            return " is an open interface; seal it, so that the records it permits are known";
        }
        return " is neither a record nor a built-in value; make it a record, or give a ValueCodec";
    }

    private static WireException refused(String where, String why) {
        return new WireException(where + ": " + why);
    }

    /// Any listed or built-in type, told apart by what is on the wire.
    private record AnyShape(Map<Class<?>, Shape> byClass) implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            shapeOf(value).write(out, value);
        }

        private Shape shapeOf(Object value) {
            Shape exact = byClass.get(value.getClass());
            return exact != null ? exact : shapeOfKind(value);
        }

        private Shape shapeOfKind(Object value) {
            return switch (value) {
                case Optional<?> _ -> new Containers.Maybe(this);
                case List<?> _ -> new Containers.ListOf(this);
                case Set<?> _ -> new Containers.SetOf(this);
                case Map<?, ?> _ -> new Containers.MapOf(this, this);
                case Enum<?> constant -> listed(constant.getDeclaringClass());
                default -> listed(value.getClass());
            };
        }

        private Shape listed(Class<?> type) {
            Shape shape = byClass.get(type);
            if (shape == null) {
                throw new WireException(type.getName() + " is not listed in this node's Protocols; only records, enums"
                        + " and values reachable from what Protocols.of(…) lists can travel");
            }
            return shape;
        }

        @Override
        public Object read(WireReader in) {
            int tag = in.peek();
            return switch (tag) {
                case Tag.FALSE, Tag.TRUE -> Scalars.BOOL.read(in);
                case Tag.BYTE -> Scalars.BYTE.read(in);
                case Tag.SHORT -> Scalars.SHORT.read(in);
                case Tag.INT -> Scalars.INT.read(in);
                case Tag.LONG -> Scalars.LONG.read(in);
                case Tag.FLOAT -> Scalars.FLOAT.read(in);
                case Tag.DOUBLE -> Scalars.DOUBLE.read(in);
                case Tag.CHAR -> Scalars.CHAR.read(in);
                case Tag.TEXT -> Scalars.TEXT.read(in);
                case Tag.BYTES -> Scalars.BYTES.read(in);
                case Tag.BIG_INTEGER -> Scalars.BIG_INTEGER.read(in);
                case Tag.DECIMAL -> Scalars.DECIMAL.read(in);
                case Tag.EMPTY, Tag.PRESENT -> new Containers.Maybe(this).read(in);
                case Tag.LIST -> new Containers.ListOf(this).read(in);
                case Tag.SET -> new Containers.SetOf(this).read(in);
                case Tag.MAP -> new Containers.MapOf(this, this).read(in);
                case Tag.BIG_DECIMAL -> Scalars.DECIMAL.read(in);
                case Tag.INSTANT -> Scalars.INSTANT.read(in);
                case Tag.DURATION -> Scalars.DURATION.read(in);
                case Tag.ID -> Scalars.ID.read(in);
                default -> readNamed(in);
            };
        }
    }

    /// One of a closed set of named types.
    private record OneOf(Class<?> type, Set<Class<?>> members, Map<Class<?>, Shape> byClass) implements Shape {
        @Override
        public void write(WireWriter out, Object value) {
            Class<?> actual = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
            Shape shape = members.contains(actual) ? byClass.get(actual) : null;
            if (shape == null) {
                throw new WireException(actual.getName() + " is not one of the listed kinds of " + type.getName());
            }
            shape.write(out, value);
        }

        @Override
        public Object read(WireReader in) {
            Object value = readNamed(in);
            if (!type.isInstance(value)) {
                throw new WireException("expected " + type.getName() + ", got "
                        + value.getClass().getName());
            }
            return value;
        }
    }

    private static Object readNamed(WireReader in) {
        Definition definition = in.definition();
        return definition.listed().readBody(in, definition);
    }
}
