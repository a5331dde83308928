package dev.pando.core;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Unique keys of processes on one node. Claims are atomic; a key is free again before anybody is told of its
/// holder's end.
public final class LocalRegistry implements Registry {

    /// One claim; told from an equal one by its identity.
    private static final class Entry {
        final Pid pid;
        final Object value;
        final Token token;

        Entry(Pid pid, Object value, Token token) {
            this.pid = pid;
            this.value = value;
            this.token = token;
        }
    }

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
        AtomicReference<@Nullable Entry> claimed = new AtomicReference<>();
        Entry entry = entries.compute(key, (_, holder) -> {
            if (holder != null && isHeld(holder)) {
                return holder;
            }
            // The token is made here, so that the claims of one key and their tokens come in the same order.
            claimed.setPlain(new Entry(pid, value, node.nextToken()));
            return claimed.getPlain();
        });
        if (claimed.getPlain() == null) {
            return new Registration.Taken(entry.pid);
        }
        if (!node.grant(pid, via(key), entry.token, () -> entries.remove(key, entry))) {
            entries.remove(key, entry);
            throw new ExitException(new ExitReason.NoProcess(pid.toString()));
        }
        return new Registration.Registered(entry.token);
    }

    @Override
    public void unregister(Object key, Pid pid) {
        Entry entry = entries.get(key);
        if (entry != null && entry.pid.equals(pid) && entries.remove(key, entry)) {
            node.revoke(pid, via(key), entry.token);
        }
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        return held(key).map(entry -> entry.pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        return held(key).map(entry -> entry.value);
    }

    private Optional<Entry> held(Object key) {
        return Optional.ofNullable(entries.get(key)).filter(this::isHeld);
    }

    /// A claim for a process that was just ending may lie here for a moment, and counts for nothing.
    private boolean isHeld(Entry entry) {
        return node.here(entry.pid) != null;
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
