package dev.pando.horde;

import dev.pando.core.Listeners;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// What callers on a node read of its children without asking the server, and who is told of its
/// changes. Changed by the server alone, read by all threads.
final class View {

    private final String supervisor;
    private final Listeners listeners;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

    View(String supervisor, Listeners listeners) {
        this.supervisor = supervisor;
        this.listeners = listeners;
    }

    Optional<Entry> get(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    Collection<Entry> all() {
        return entries.values();
    }

    int size() {
        return entries.size();
    }

    void put(Entry entry) {
        @Nullable Entry before = entries.put(entry.id(), entry);
        if (!listeners.isEmpty()) {
            Child child = Child.of(entry);
            if (before == null || !child.equals(Child.of(before))) {
                listeners.tell(new ChildNotice.Changed(supervisor, child));
            }
        }
    }

    void remove(String id) {
        @Nullable Entry before = entries.remove(id);
        if (before != null && !listeners.isEmpty()) {
            listeners.tell(new ChildNotice.Gone(supervisor, Child.of(before)));
        }
    }

    /// Forgets all, and tells nobody: the server ends or starts, and the children do not.
    void clear() {
        entries.clear();
    }
}
