package dev.pando.core;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Live objects of a node that cannot travel, such as a database pool; processes get them through
/// [Self#resource].
///
/// The node does not close them.
public final class Resources {

    private final List<Object> objects;

    private Resources(List<Object> objects) {
        this.objects = objects;
    }

    public static Resources of(Object... objects) {
        return new Resources(List.of(objects));
    }

    public static Resources none() {
        return of();
    }

    /// Whether there is an object of the type.
    public boolean has(Class<?> type) {
        return objects.stream().anyMatch(type::isInstance);
    }

    /// The one object of the type.
    ///
    /// @throws IllegalStateException when there is none, or more than one
    public <T> T get(Class<T> type) {
        List<Object> found = objects.stream().filter(type::isInstance).toList();
        if (found.size() != 1) {
            throw new IllegalStateException((found.isEmpty() ? "no resource " : "more than one resource ")
                    + type.getName() + " on this node; pass exactly one to Node.start with Resources.of(…)");
        }
        return type.cast(found.getFirst());
    }

    /// Names of all types for which [#has] is true, but `Object`, in order: what this node can tell others about
    /// what can run
    /// on it.
    public List<String> types() {
        Set<String> names = new TreeSet<>();
        objects.forEach(object -> addTypes(object.getClass(), names));
        return List.copyOf(names);
    }

    private static void addTypes(@Nullable Class<?> type, Set<String> names) {
        if (type == null || type == Object.class) {
            return;
        }
        names.add(type.getName());
        addTypes(type.getSuperclass(), names);
        for (Class<?> parent : type.getInterfaces()) {
            addTypes(parent, names);
        }
    }
}
