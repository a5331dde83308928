package dev.pando.core;

import java.util.Optional;

/// Names processes by keys: records or JDK values with proper `equals`.
///
/// One interface for all registries. Where a claim is decided, and what it means in a partition, is said by each.
public interface Registry {

    /// Claims a key for a process; routed to the node of the process. A key is freed when its process ends.
    ///
    /// @throws ExitException with `NoProcess` when the process has ended, or `NoConnection` when its node is out
    ///     of reach
    Registration register(Object key, Pid pid, Object value);

    /// Gives up a key. Nothing happens unless this process holds it.
    void unregister(Object key, Pid pid);

    /// The holder as this node knows it; never leaves the node, never blocks.
    Optional<Pid> lookup(Object key);

    /// The value given with the key.
    Optional<Object> value(Object key);

    /// How many keys are held, as this node knows it.
    int count();

    /// Whoever holds the key, as a destination for every verb.
    default Via via(Object key) {
        return new Via(this, key);
    }
}
