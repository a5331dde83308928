package dev.pando.core;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/// Processes of a node that are told of changes, such as those of a registry. For registries and supervisors that keep
/// what a node knows. Safe for all threads.
///
/// A name is looked up anew for each notice, so that a restarted listener goes on; a pid is forgotten when its process
/// has ended.
public final class Listeners {

    private final Node node;
    private final Set<Address> addresses = new CopyOnWriteArraySet<>();

    /// Nobody yet.
    public Listeners(Node node) {
        this.node = node;
    }

    /// Has a process told; once, however often it is added.
    ///
    /// @throws IllegalArgumentException when it is on another node
    public void add(Address listener) {
        if (listener instanceof Pid pid && !node.isHere(pid)) {
            throw new IllegalArgumentException(
                    pid + " is not on this node; a listener is told by its own node, so listen there");
        }
        addresses.add(listener);
    }

    /// Has it told no longer. A notice may still be on its way.
    public void remove(Address listener) {
        addresses.remove(listener);
    }

    /// Whether nobody would be told.
    public boolean isEmpty() {
        return addresses.isEmpty();
    }

    /// Tells all. Never waits: a notice is a signal, and no bound of a mailbox holds for it.
    public void tell(Notice notice) {
        addresses.forEach(listener -> tell(listener, notice));
    }

    private void tell(Address listener, Notice notice) {
        LocalProcess process = node.here(listener);
        if (process != null) {
            process.deliver(notice);
        } else if (listener instanceof Pid) {
            addresses.remove(listener);
        }
    }
}
