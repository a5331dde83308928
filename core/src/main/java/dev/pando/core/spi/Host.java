package dev.pando.core.spi;

/// Threads, time and chance of one node, and the end of its machine: everything a node takes from the machine it
/// runs on, but the network.
public record Host(Scheduler scheduler, Clock clock, Entropy entropy, Shutdown shutdown) {

    /// A host whose machine tells nobody of its end.
    public Host(Scheduler scheduler, Clock clock, Entropy entropy) {
        this(scheduler, clock, entropy, Shutdown.untold());
    }

    /// The production binding: virtual threads, the system's clocks, a generator seeded by the system, the JVM's
    /// shutdown.
    public static Host jvm() {
        return JvmHost.create();
    }
}
