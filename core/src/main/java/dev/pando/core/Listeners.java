package dev.pando.core;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/// Who is told of the changes of a registry.
final class Listeners {

    private final Node node;
    private final Set<Address> addresses = new CopyOnWriteArraySet<>();

    Listeners(Node node) {
        this.node = node;
    }

    void add(Address listener) {
        if (listener instanceof Pid pid && !node.isHere(pid)) {
            throw new IllegalArgumentException(
                    pid + " is not on this node; a local registry tells local processes only");
        }
        addresses.add(listener);
    }

    void remove(Address listener) {
        addresses.remove(listener);
    }

    /// Never waits: a notice is a signal, and no bound of a mailbox holds for it.
    void tell(RegistryNotice notice) {
        addresses.forEach(listener -> tell(listener, notice));
    }

    private void tell(Address listener, RegistryNotice notice) {
        LocalProcess process = node.here(listener);
        if (process != null) {
            process.deliver(notice);
        } else if (listener instanceof Pid) {
            addresses.remove(listener);
        }
    }
}
