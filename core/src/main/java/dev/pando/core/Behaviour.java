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

    /// How many messages may wait in its mailbox before senders are held up; without a bound by default, as in
    /// OTP.
    ///
    /// A sender on this node waits until there is room, for 5 seconds or, with a call, until its deadline, and gets
    /// `Overloaded` then. From other nodes, calls are refused with `Overloaded` at once; other messages are
    /// dropped, counted and logged. What the runtime puts itself (exits, monitors, timers) passes the bound, and so
    /// does what a process sends to itself. Two bounded processes that send to each other can hold each other up.
    default int mailboxMax() {
        return Integer.MAX_VALUE;
    }
}
