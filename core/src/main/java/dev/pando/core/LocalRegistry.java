package dev.pando.core;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Unique keys of processes on one node. Claims are atomic; a key is free again before anybody is told of its
/// holder's end.
public final class LocalRegistry implements Registry {

    private record Entry(Pid pid, Object value) {}

    private final Node node;
    private final String name;
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();

    private LocalRegistry(Node node, String name) {
        this.node = node;
        this.name = name;
    }

    /// A new registry that nobody else shares.
    public static LocalRegistry of(Node node, String name) {
        return new LocalRegistry(node, name);
    }

    /// Claims a key, atomically on this node.
    ///
    /// @throws IllegalArgumentException when the process is on another node
    @Override
    public Registration register(Object key, Pid pid, Object value) {
        if (!node.isHere(pid)) {
            throw new IllegalArgumentException(
                    pid + " is not on this node; a local registry holds local processes only");
        }
        Entry mine = new Entry(pid, value);
        Entry holder = entries.putIfAbsent(key, mine);
        if (holder != null) {
            return new Registration.Taken(holder.pid());
        }
        Token token = node.nextToken();
        if (!node.grant(pid, key, token, () -> entries.remove(key, mine))) {
            entries.remove(key, mine);
            throw new ExitException(new ExitReason.NoProcess(pid.toString()));
        }
        return new Registration.Registered(token);
    }

    @Override
    public void unregister(Object key, Pid pid) {
        entries.computeIfPresent(key, (_, entry) -> entry.pid().equals(pid) ? null : entry);
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    public String toString() {
        return name;
    }
}
