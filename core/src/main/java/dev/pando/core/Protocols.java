package dev.pando.core;

import dev.pando.core.wire.Codec;
import dev.pando.core.wire.TypeArguments;
import dev.pando.core.wire.ValueCodec;
import dev.pando.core.wire.WireException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a node speaks: behaviours, and message types of plain processes. What these reach – sealed subtypes,
/// reply types,
/// record components – is included. Nothing else is accepted from other nodes.
///
/// @param types behaviours (their protocol is included; records among them may be started from afar) and message
///     roots
public record Protocols(List<Class<?>> types, List<ValueCodec<?>> values) {

    public Protocols {
        types = List.copyOf(types);
        values = List.copyOf(values);
    }

    public static Protocols of(Class<?>... types) {
        return new Protocols(List.of(types), List.of());
    }

    /// Nothing but JDK values: for a node on its own.
    public static Protocols none() {
        return of();
    }

    /// Adds value classes that are not records.
    public Protocols with(ValueCodec<?>... codecs) {
        return new Protocols(
                types, Stream.concat(values.stream(), Arrays.stream(codecs)).toList());
    }

    /// A codec for the runtime's own signals and all of this.
    Codec codec() {
        Codec.Builder builder = Codec.builder()
                .roots(
                        RemoteSignal.class,
                        RemoteSignal.To.class,
                        RemoteSignal.Asked.class,
                        ExitReason.class,
                        Exported.class,
                        Supervisor.Message.class,
                        DynamicSupervisor.Message.class)
                .union(Behaviour.class)
                .follow(Call.class, 0);
        return add(builder).build();
    }

    Codec addTo(Codec codec) {
        return add(codec.extended()).build();
    }

    private Codec.Builder add(Codec.Builder builder) {
        Set<Class<?>> roots = new LinkedHashSet<>();
        for (Class<?> type : types) {
            if (GenServer.class.isAssignableFrom(type)) {
                roots.add(protocol(type));
                TypeArguments.classOf(type, Handoff.class, 1).ifPresent(roots::add);
            }
            if (!Behaviour.class.isAssignableFrom(type) || type.isRecord()) {
                roots.add(type);
            }
        }
        return builder.roots(roots.toArray(Class<?>[]::new)).values(values.toArray(ValueCodec<?>[]::new));
    }

    private static Class<?> protocol(Class<?> server) {
        return TypeArguments.classOf(server, GenServer.class, 0)
                .orElseThrow(() -> new WireException(
                        server.getName() + ": its message type is a type variable; list a server with a fixed one"));
    }
}
