package dev.pando.horde;

import dev.pando.core.Address;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import dev.pando.core.RegistryNotice;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;

/// Processes of this node that are told which names come and go.
final class NameListeners implements NameIndex.Watch {

    private final Node node;
    private final String registry;
    private final Set<Address> addresses = new CopyOnWriteArraySet<>();

    NameListeners(Node node, String registry) {
        this.node = node;
        this.registry = registry;
    }

    void add(Address listener) {
        if (listener instanceof Pid pid && !node.isHere(pid)) {
            throw new IllegalArgumentException(pid + " is not on this node; a registry tells processes of its own node,"
                    + " and each node has one that knows all names");
        }
        addresses.add(listener);
    }

    void remove(Address listener) {
        addresses.remove(listener);
    }

    @Override
    public void came(Grant grant) {
        tell(grant, entry -> new RegistryNotice.Registered(registry, entry));
    }

    @Override
    public void went(Grant grant) {
        tell(grant, entry -> new RegistryNotice.Unregistered(registry, entry));
    }

    @SuppressWarnings("ModifyCollectionInEnhancedForLoop")
    private void tell(Grant grant, Function<RegistryEntry, RegistryNotice> said) {
        if (addresses.isEmpty()) {
            return;
        }
        RegistryNotice notice = said.apply(grant.entry());
        for (Address listener : addresses) {
            switch (listener) {
                case Pid pid when !node.isAlive(pid) -> addresses.remove(pid);
                case Pid pid -> node.send(pid, notice);
                case Name name -> node.whereis(name).ifPresent(pid -> node.send(pid, notice));
            }
        }
    }
}
