package dev.pando.core.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Finds what a class puts for the type parameters of one of its generic supertypes.
public final class TypeArguments {

    /// The class that `type` fills in for a parameter of `ancestor`: for `record Account() implements
    /// GenServer<Message, State>`, `ancestor = GenServer` and `index = 0`, that is `Message`. Empty when the
    /// parameter is itself open.
    public static Optional<Class<?>> classOf(Class<?> type, Class<?> ancestor, int index) {
        return typeOf(type, ancestor, index).flatMap(TypeArguments::raw);
    }

    static Optional<Type> typeOf(Class<?> type, Class<?> ancestor, int index) {
        return resolve(type, ancestor, index, new HashMap<>());
    }

    static Optional<Class<?>> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> Optional.of(plain);
            case ParameterizedType generic -> raw(generic.getRawType());
            default -> Optional.empty();
        };
    }

    private static Optional<Type> resolve(Type type, Class<?> ancestor, int index, Map<TypeVariable<?>, Type> outer) {
        Optional<Class<?>> raw = raw(type);
        if (raw.isEmpty() || !ancestor.isAssignableFrom(raw.get())) {
            return Optional.empty();
        }
        Map<TypeVariable<?>, Type> bound = bindings(type, raw.get(), outer);
        if (raw.get() == ancestor) {
            Type argument = bound.get(ancestor.getTypeParameters()[index]);
            return argument == null || argument instanceof TypeVariable<?> ? Optional.empty() : Optional.of(argument);
        }
        for (Type parent : raw.get().getGenericInterfaces()) {
            Optional<Type> found = resolve(parent, ancestor, index, bound);
            if (found.isPresent()) {
                return found;
            }
        }
        Type parent = raw.get().getGenericSuperclass();
        return parent == null ? Optional.empty() : resolve(parent, ancestor, index, bound);
    }

    private static Map<TypeVariable<?>, Type> bindings(Type type, Class<?> raw, Map<TypeVariable<?>, Type> outer) {
        Map<TypeVariable<?>, Type> bound = new HashMap<>();
        if (type instanceof ParameterizedType generic) {
            TypeVariable<?>[] names = raw.getTypeParameters();
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < names.length; i++) {
                Type argument = arguments[i];
                bound.put(
                        names[i],
                        argument instanceof TypeVariable<?> name ? outer.getOrDefault(name, argument) : argument);
            }
        }
        return bound;
    }

    private TypeArguments() {}
}
