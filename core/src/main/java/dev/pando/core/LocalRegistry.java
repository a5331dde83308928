package dev.pando.core;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Unique keys of processes on one node: each key has one holder at most.
///
/// A claim is atomic, and a key is free again before anybody is told of its holder's end. Looking up takes no
/// lock; claiming and giving up take a short one, which keys with different hashes rarely share.
public final class LocalRegistry extends LocalEntries implements Registry {

    private final ConcurrentHashMap<Object, RegistryEntry> entries = new ConcurrentHashMap<>();

    /// What became of a value.
    public record Updated(Object value, Object former) {}

    private LocalRegistry(Node node, String name) {
        super(node, name);
    }

    /// A new registry that nobody else shares.
    public static LocalRegistry of(Node node, String name) {
        return new LocalRegistry(node, name);
    }

    /// Claims a key, atomically on this node.
    ///
    /// @return `Taken` with the holder when there is one, be it the process itself
    /// @throws IllegalArgumentException when the process is on another node
    /// @throws ExitException with `NoProcess` when the process has ended
    @Override
    public Registration register(Object key, Pid pid, Object value) {
        requireHere(pid);
        synchronized (stripe(key)) {
            RegistryEntry holder = entries.get(key);
            if (holder != null) {
                return new Registration.Taken(holder.pid());
            }
            // The token is made here, so that the claims of one key and their tokens come in the same order.
            RegistryEntry entry = new RegistryEntry(key, pid, value, node.nextToken());
            if (!node.grant(pid, via(key), entry.token(), () -> end(entry))) {
                throw new ExitException(new ExitReason.NoProcess(pid.toString()));
            }
            entries.put(key, entry);
            listeners.tell(new RegistryNotice.Registered(name, entry));
            return new Registration.Registered(entry.token());
        }
    }

    @Override
    public void unregister(Object key, Pid pid) {
        synchronized (stripe(key)) {
            RegistryEntry entry = entries.get(key);
            if (entry != null && entry.pid().equals(pid)) {
                free(entry);
            }
        }
    }

    @Override
    boolean remove(RegistryEntry entry) {
        synchronized (stripe(entry.key())) {
            boolean unchanged = isCurrent(entry);
            if (unchanged) {
                free(entry);
            }
            return unchanged;
        }
    }

    @Override
    Optional<RegistryEntry> changed(RegistryEntry entry) {
        return Optional.ofNullable(entries.get(entry.key()))
                .filter(now -> now.token().equals(entry.token()));
    }

    private void end(RegistryEntry entry) {
        synchronized (stripe(entry.key())) {
            changed(entry).ifPresent(this::free);
        }
    }

    private void free(RegistryEntry entry) {
        entries.remove(entry.key());
        node.revoke(entry.pid(), via(entry.key()), entry.token());
        listeners.tell(new RegistryNotice.Unregistered(name, entry));
    }

    /// Changes the value of a key that the process holds. Atomic: no other change is lost. The function runs
    /// in the calling thread, without a lock, and again when another change came first, so it should do
    /// nothing else. Listeners are not told.
    ///
    /// @return empty when the process does not hold the key
    public Optional<Updated> update(Object key, Pid pid, UnaryOperator<Object> change) {
        while (true) {
            RegistryEntry entry = entries.get(key);
            if (entry == null || !entry.pid().equals(pid)) {
                return Optional.empty();
            }
            Object value = Objects.requireNonNull(change.apply(entry.value()), "the value of a key is null");
            if (replace(entry, new RegistryEntry(entry.key(), pid, value, entry.token()))) {
                return Optional.of(new Updated(value, entry.value()));
            }
        }
    }

    private boolean replace(RegistryEntry entry, RegistryEntry changed) {
        synchronized (stripe(entry.key())) {
            boolean unchanged = isCurrent(entry);
            if (unchanged) {
                entries.put(entry.key(), changed);
            }
            return unchanged;
        }
    }

    /// By identity: `equals` would ask the values, which are the user's.
    @SuppressWarnings("ReferenceEquality")
    private boolean isCurrent(RegistryEntry entry) {
        return entries.get(entry.key()) == entry;
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        return Optional.ofNullable(entries.get(key)).map(RegistryEntry::pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        return Optional.ofNullable(entries.get(key)).map(RegistryEntry::value);
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    Stream<RegistryEntry> entries() {
        return entries.values().stream();
    }

    @Override
    Stream<RegistryEntry> entries(Pid pid) {
        return granted(pid)
                .flatMap(grant -> grant instanceof Via(Registry registry, Object key) && registry == this
                        ? Stream.ofNullable(entries.get(key))
                        : Stream.empty())
                .filter(entry -> entry.pid().equals(pid));
    }
}
