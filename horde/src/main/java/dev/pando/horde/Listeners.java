package dev.pando.horde;

import dev.pando.core.Address;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/// Processes of this node that want to be told of something. A name is looked up anew for each
/// notice, so that a restarted listener goes on; a pid is forgotten when its process has ended.
/// Safe for all threads.
final class Listeners {

    private final Node node;
    private final Set<Address> addresses = new CopyOnWriteArraySet<>();

    Listeners(Node node) {
        this.node = node;
    }

    /// @throws IllegalArgumentException when the process is on another node
    void add(Address listener) {
        if (listener instanceof Pid pid && !node.isHere(pid)) {
            throw new IllegalArgumentException(
                    pid + " is not on this node; listen on its own node, where all is known as well");
        }
        addresses.add(listener);
    }

    void remove(Address listener) {
        addresses.remove(listener);
    }

    /// Whether nobody listens.
    boolean isEmpty() {
        return addresses.isEmpty();
    }

    @SuppressWarnings("ModifyCollectionInEnhancedForLoop")
    void tell(Notice notice) {
        for (Address listener : addresses) {
            switch (listener) {
                case Pid pid when !node.isAlive(pid) -> addresses.remove(pid);
                case Pid pid -> node.send(pid, notice);
                case Name name -> node.whereis(name).ifPresent(pid -> node.send(pid, notice));
            }
        }
    }
}
