package dev.pando.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What the registries of one node have in common: how they change, who is told, and what they can be asked.
///
/// The entries of a key change under the lock of the key's stripe, one change at a time: an entry is granted
/// to its process, then published, then told to the listeners; and it is taken back, then told. Three things
/// follow. A process whose end begins in between frees the entry after it was published, since that end needs
/// the stripe too; so no entry outlives its process. Listeners hear of the changes of a key in their order.
/// And whoever listens first and reads afterwards misses nothing.
///
/// Under a stripe no code of the user runs but `equals` and `hashCode` of keys, nothing is waited for, and no
/// other stripe is taken; the locks of a process are taken there, and never the other way round.
abstract sealed class LocalEntries permits LocalRegistry, DuplicateRegistry {

    private static final int STRIPES = 64;

    final Node node;
    final String name;
    final Listeners listeners;
    private final Object[] stripes = new Object[STRIPES];
    private final ConcurrentHashMap<Object, Object> meta = new ConcurrentHashMap<>();
    private final KeyLocks locks;

    LocalEntries(Node node, String name) {
        this.node = node;
        this.name = name;
        listeners = new Listeners(node);
        locks = new KeyLocks(node);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /// All entries, in no order.
    abstract Stream<RegistryEntry> entries();

    /// Those of one process, in no order.
    abstract Stream<RegistryEntry> entries(Pid pid);

    /// Takes back this very entry; `false` when it is gone or has changed.
    abstract boolean remove(RegistryEntry entry);

    /// What has become of an entry that could not be taken back; empty when it is gone.
    abstract Optional<RegistryEntry> changed(RegistryEntry entry);

    /// What a process was granted, here and by others.
    final Stream<Object> granted(Pid pid) {
        return node.held(pid).stream();
    }

    final Object stripe(Object key) {
        int hash = key.hashCode();
        return stripes[(hash ^ hash >>> 16) & STRIPES - 1];
    }

    final void requireHere(Pid pid) {
        if (!node.isHere(pid)) {
            throw new IllegalArgumentException(
                    pid + " is not on this node; a local registry holds local processes only");
        }
    }

    /// What listeners are told.
    public String name() {
        return name;
    }

    // ---- queries

    /// The entries that fit, in the order in which they were registered. Looks at all entries, and holds up
    /// nobody; an entry that comes, changes or goes meanwhile is seen as it was at some moment of that time.
    public List<RegistryEntry> select(Predicate<? super RegistryEntry> fits) {
        return inOrder(entries().filter(fits));
    }

    /// How many entries fit; looks at all of them.
    public int count(Predicate<? super RegistryEntry> fits) {
        return Math.toIntExact(entries().filter(fits).count());
    }

    /// The keys of a process, each once, in the order in which it got them. Looks at what the process holds, in
    /// this and other registries.
    public List<Object> keys(Pid pid) {
        return inOrder(entries(pid)).stream().map(RegistryEntry::key).distinct().toList();
    }

    /// Gives up those entries of a process that fit, one by one, and never those of others; looks at what the
    /// process holds, as [#keys] does. An entry whose value changes meanwhile is looked at again.
    ///
    /// @return how many were given up
    public int unregister(Pid pid, Predicate<? super RegistryEntry> fits) {
        List<RegistryEntry> own = inOrder(entries(pid));
        return Math.toIntExact(own.stream().filter(entry -> remove(entry, fits)).count());
    }

    private boolean remove(RegistryEntry entry, Predicate<? super RegistryEntry> fits) {
        Optional<RegistryEntry> found = Optional.of(entry);
        while (found.isPresent() && fits.test(found.get())) {
            if (remove(found.get())) {
                return true;
            }
            found = changed(found.get());
        }
        return false;
    }

    static List<RegistryEntry> inOrder(Stream<RegistryEntry> entries) {
        return entries.sorted(Comparator.comparing(RegistryEntry::token)).toList();
    }

    // ---- listeners

    /// Has a process told of every change from now on, with a [RegistryNotice]. A name is looked up anew for
    /// each notice, so that a restarted listener goes on; a pid is forgotten when its process has ended.
    ///
    /// Whoever wants a copy of the registry listens first and selects then: what changes in between is in
    /// both.
    ///
    /// @throws IllegalArgumentException when the process is on another node
    public void listen(Address listener) {
        listeners.add(listener);
    }

    /// Ends [#listen]. Notices of changes that are being made may still come.
    public void unlisten(Address listener) {
        listeners.remove(listener);
    }

    // ---- what belongs to the registry itself

    /// A value of the registry as a whole, such as a setting that its users share.
    public Optional<Object> meta(Object key) {
        return Optional.ofNullable(meta.get(key));
    }

    /// Puts a value in place of the one there was, if any.
    public void putMeta(Object key, Object value) {
        meta.put(key, value);
    }

    /// Removes a value, if there is one.
    public void deleteMeta(Object key) {
        meta.remove(key);
    }

    /// As [#lock(Object, Callable, Duration)], waiting 5 seconds at most.
    public <T> T lock(Object key, Callable<T> body) throws Exception {
        return lock(key, body, Node.CALL);
    }

    /// Runs a body in this process while no other process runs one under the same key. Those that wait come
    /// in the order in which they asked, and receive other messages afterwards. A process that ends lets the
    /// next one in at once, even where it was killed and its code still runs. The key has nothing to do with
    /// any entry.
    ///
    /// @throws ExitException with `Timeout` when its turn has not come in time
    /// @throws IllegalStateException outside of a process, or when this process has the key already and would
    ///     wait for itself
    /// @throws Exception what the body throws
    public <T> T lock(Object key, Callable<T> body, Duration timeout) throws Exception {
        return locks.run(key, body, timeout);
    }

    @Override
    public String toString() {
        return name;
    }
}
