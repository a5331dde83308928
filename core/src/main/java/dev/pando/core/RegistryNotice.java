package dev.pando.core;

/// What a registry tells its listeners. The notices of one key come in the order of its changes; of one
/// entry there is one [Registered] and, when it is given up or its process ends, one [Unregistered].
public sealed interface RegistryNotice extends Notice {

    /// The name of the registry.
    String registry();

    /// What has come or gone.
    RegistryEntry entry();

    /// The entry can be found.
    record Registered(String registry, RegistryEntry entry) implements RegistryNotice {}

    /// The entry, here with its last value, cannot be found any more. When its process has ended, this comes
    /// before anybody's [Down] or [Exit].
    record Unregistered(String registry, RegistryEntry entry) implements RegistryNotice {}
}
