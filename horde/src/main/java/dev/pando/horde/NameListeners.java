package dev.pando.horde;

import dev.pando.core.Listeners;
import dev.pando.core.RegistryEntry;
import dev.pando.core.RegistryNotice;
import java.util.function.Function;

/// Has listeners told which names come and go.
///
/// @param registry its name
record NameListeners(String registry, Listeners listeners) implements NameIndex.Watch {

    @Override
    public void came(Grant grant) {
        tell(grant, entry -> new RegistryNotice.Registered(registry, entry));
    }

    @Override
    public void went(Grant grant) {
        tell(grant, entry -> new RegistryNotice.Unregistered(registry, entry));
    }

    private void tell(Grant grant, Function<RegistryEntry, RegistryNotice> said) {
        if (!listeners.isEmpty()) {
            listeners.tell(said.apply(grant.entry()));
        }
    }
}
