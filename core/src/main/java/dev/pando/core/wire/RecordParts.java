package dev.pando.core.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/// What a record class is made of: its components, and how they are read and put together.
///
/// That is the same in all codecs, of which a node makes several, and a method handle gets quick by being used. So
/// it is found out once for each class, which refers to it softly: it keeps neither this class nor its loader alive.
///
/// @param components in the order of the constructor
/// @param code for all of them in that order
/// @param constructor from an array of their values to the record
record RecordParts(List<Component> components, RecordCode code, MethodHandle constructor) {

    private static final ClassValue<SoftReference<RecordParts>> KNOWN = new ClassValue<>() {
        @Override
        protected SoftReference<RecordParts> computeValue(Class<?> type) {
            return new SoftReference<>(find(type));
        }
    };

    record Component(String name, Type type) {}

    /// The parts of a class.
    ///
    /// @throws WireException when the class cannot be opened
    static RecordParts of(Class<?> type) {
        RecordParts parts = KNOWN.get(type).get();
        while (parts == null) {
            KNOWN.remove(type);
            parts = KNOWN.get(type).get();
        }
        return parts;
    }

    private static RecordParts find(Class<?> type) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            List<Component> components = new ArrayList<>();
            List<MethodHandle> accessors = new ArrayList<>();
            List<Class<?>> parameters = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                accessors.add(lookup.unreflect(accessor));
                components.add(new Component(component.getName(), component.getGenericType()));
                parameters.add(component.getType());
            }
            Constructor<?> canonical = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            MethodHandle build = lookup.unreflectConstructor(canonical);
            return new RecordParts(
                    List.copyOf(components),
                    RecordCompiler.compile(accessors, build),
                    build.asSpreader(Object[].class, components.size())
                            .asType(MethodType.methodType(Object.class, Object[].class)));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new WireException(type.getName() + " cannot be read or built by the codec: " + e, e);
        }
    }
}
