package dev.pando.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Duplicate keys of processes on one node: any number of processes under a key, each as often as it likes,
/// as the subscribers of a topic are.
///
/// Registering and giving up take as long however many entries a key has, and a short lock, which keys with
/// different hashes rarely share. A lookup shares the list of the one before; after a change it makes a new
/// one, and changes of that key wait for it. The entries of a process go, one by one, before anybody is told
/// of its end.
public final class DuplicateRegistry extends LocalEntries {

    private final ConcurrentHashMap<Object, Group> groups = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /// What a process is granted for one entry.
    private record Membership(DuplicateRegistry registry, Object key, Token token) {}

    /// The entries of one key, and the list of them that readers share.
    private static final class Group {
        private final Map<Token, RegistryEntry> entries = new LinkedHashMap<>();
        private volatile @Nullable List<RegistryEntry> list;

        synchronized void add(RegistryEntry entry) {
            entries.put(entry.token(), entry);
            list = null;
        }

        /// Returns those that were still there.
        synchronized List<RegistryEntry> remove(List<RegistryEntry> leaving) {
            list = null;
            return leaving.stream()
                    .filter(entry -> entries.remove(entry.token()) != null)
                    .toList();
        }

        synchronized boolean isEmpty() {
            return entries.isEmpty();
        }

        synchronized Optional<RegistryEntry> get(Token token) {
            return Optional.ofNullable(entries.get(token));
        }

        List<RegistryEntry> list() {
            List<RegistryEntry> known = list;
            return known == null ? newList() : known;
        }

        private synchronized List<RegistryEntry> newList() {
            List<RegistryEntry> made = List.copyOf(entries.values());
            list = made;
            return made;
        }
    }

    private DuplicateRegistry(Node node, String name) {
        super(node, name);
    }

    /// A new registry that nobody else shares.
    public static DuplicateRegistry of(Node node, String name) {
        return new DuplicateRegistry(node, name);
    }

    /// Adds a process to those under the key, among which it may be already.
    ///
    /// @throws IllegalArgumentException when the process is on another node
    /// @throws ExitException with `NoProcess` when the process has ended
    public RegistryEntry register(Object key, Pid pid, Object value) {
        requireHere(pid);
        synchronized (stripe(key)) {
            RegistryEntry entry = new RegistryEntry(key, pid, value, node.nextToken());
            if (!node.grant(pid, membership(entry), entry.token(), () -> remove(entry))) {
                throw new ExitException(new ExitReason.NoProcess(pid.toString()));
            }
            groups.computeIfAbsent(key, _ -> new Group()).add(entry);
            count.incrementAndGet();
            listeners.tell(new RegistryNotice.Registered(name, entry));
            return entry;
        }
    }

    /// Takes a process from those under the key, however often it is there: all its entries at once. Looks at
    /// what the process holds, as [#keys] does.
    public void unregister(Object key, Pid pid) {
        synchronized (stripe(key)) {
            remove(key, inOrder(entries(pid, key)));
        }
    }

    @Override
    boolean remove(RegistryEntry entry) {
        synchronized (stripe(entry.key())) {
            return remove(entry.key(), List.of(entry));
        }
    }

    @Override
    Optional<RegistryEntry> changed(RegistryEntry entry) {
        return Optional.empty();
    }

    private boolean remove(Object key, List<RegistryEntry> leaving) {
        Group group = groups.get(key);
        if (group == null) {
            return false;
        }
        List<RegistryEntry> left = group.remove(leaving);
        if (group.isEmpty()) {
            groups.remove(key);
        }
        for (RegistryEntry entry : left) {
            count.decrementAndGet();
            node.revoke(entry.pid(), membership(entry), entry.token());
            listeners.tell(new RegistryNotice.Unregistered(name, entry));
        }
        return !left.isEmpty();
    }

    private Membership membership(RegistryEntry entry) {
        return new Membership(this, entry.key(), entry.token());
    }

    /// All entries of a key at one moment, in the order in which they were registered.
    public List<RegistryEntry> lookup(Object key) {
        Group group = groups.get(key);
        return group == null ? List.of() : group.list();
    }

    /// The values of one process under a key, in the order in which they were registered.
    public List<Object> values(Object key, Pid pid) {
        return inOrder(entries(pid, key)).stream().map(RegistryEntry::value).toList();
    }

    /// Has the entries of a key, as [#lookup] gives them, dealt with in the calling thread; not called when
    /// there are none. Holds up nobody, however long that takes.
    public void dispatch(Object key, Consumer<? super List<RegistryEntry>> action) {
        List<RegistryEntry> found = lookup(key);
        if (!found.isEmpty()) {
            action.accept(found);
        }
    }

    /// How many entries there are.
    public int count() {
        return count.get();
    }

    @Override
    Stream<RegistryEntry> entries() {
        return groups.values().stream().flatMap(group -> group.list().stream());
    }

    @Override
    Stream<RegistryEntry> entries(Pid pid) {
        return granted(pid)
                .flatMap(grant -> grant instanceof Membership of && of.registry() == this
                        ? Optional.ofNullable(groups.get(of.key())).flatMap(group -> group.get(of.token())).stream()
                        : Stream.empty());
    }

    private Stream<RegistryEntry> entries(Pid pid, Object key) {
        return entries(pid).filter(entry -> entry.key().equals(key));
    }
}
