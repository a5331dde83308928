package dev.pando.core;

import java.util.List;

/// What a process does: a [GenServer], a [Supervisor], a [DynamicSupervisor], or a plain [ProcessBody].
///
/// A behaviour that is a record can be part of a [ChildSpec] that travels to other nodes.
public sealed interface Behaviour permits GenServer, Supervisor, DynamicSupervisor, ProcessBody {

    /// The types it will ask [Self#resource] for. A node without one of them cannot run it.
    default List<Class<?>> resources() {
        return List.of();
    }
}
