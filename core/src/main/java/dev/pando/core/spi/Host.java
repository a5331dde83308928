package dev.pando.core.spi;

/// Threads, time and chance of one node: everything a node takes from the machine it runs on, but the network.
public record Host(Scheduler scheduler, Clock clock, Entropy entropy) {

    /// The production binding: virtual threads, the system's clocks, a generator seeded by the system.
    public static Host jvm() {
        return JvmHost.create();
    }
}
