package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.core.ExitException;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import dev.pando.core.Token;
import dev.pando.horde.RegistryProtocol.Claimed;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Duplicate keys that all nodes of a cluster know: any number of processes under a key, each as often as it likes
/// and with a value, as the subscribers of a topic are.
///
/// The node of a process decides about its entries, and tells the others within milliseconds. There is nothing to
/// be in conflict about: in a partition each side sees its own processes, and afterwards both see all.
public final class HordeDuplicateRegistry extends ReplicatedEntries {

    private final DuplicateIndex index;

    /// What a process is granted for one entry.
    private record Membership(HordeDuplicateRegistry registry, Object key, long stamp) {}

    private HordeDuplicateRegistry(Cluster cluster, String name) {
        super(cluster, name, new Name("pando.duplicates." + name));
        this.index = new DuplicateIndex(watch());
    }

    /// A registry that lives while its [#childSpec] runs.
    public static HordeDuplicateRegistry of(Cluster cluster, String name) {
        return new HordeDuplicateRegistry(cluster, name);
    }

    /// Makes a registry and starts it, outside of any supervision tree.
    public static HordeDuplicateRegistry start(Cluster cluster, String name) {
        HordeDuplicateRegistry registry = of(cluster, name);
        registry.start();
        return registry;
    }

    /// Adds a process to those under the key, among which it may be already. Once this returns, [#lookup] on this
    /// node finds it. Blocks for a round trip when the process is on another node.
    ///
    /// @throws ExitException with `NoProcess` when the process has ended, `NoConnection` when its node is out of
    ///     reach, `Timeout` when it does not answer – it may have added the process then
    /// @throws dev.pando.core.wire.WireException when the key or the value cannot travel, and has to
    public RegistryEntry register(Object key, Pid pid, Object value) {
        return switch (claim(key, pid, value)) {
            case Claimed.Granted(Pid _, long stamp, long _) ->
                new RegistryEntry(key, pid, value, new Token(stamp, pid.node(), pid.incarnation()));
            case Claimed.Refused refused -> throw refused(refused);
            case Claimed.Taken(Pid holder) ->
                throw new IllegalStateException(key + " is held by " + holder + ", and cannot be");
        };
    }

    /// Takes a process from those under the key, however often it is there: all its entries at once.
    @Override
    public void unregister(Object key, Pid pid) {
        release(key, pid);
    }

    /// All entries of a key at one moment, in the order of their tokens.
    public List<RegistryEntry> lookup(Object key) {
        return index.claims(key).stream().map(Grant::entry).toList();
    }

    /// The values of one process under a key, in the order of their tokens.
    public List<Object> values(Object key, Pid pid) {
        return index.claims(key).stream()
                .filter(grant -> grant.pid.equals(pid))
                .map(grant -> grant.value)
                .toList();
    }

    /// Has the entries of a key, as [#lookup] gives them, dealt with in the calling thread; not called when there
    /// are none. Holds up nobody, however long that takes.
    public void dispatch(Object key, Consumer<? super List<RegistryEntry>> action) {
        List<RegistryEntry> found = lookup(key);
        if (!found.isEmpty()) {
            action.accept(found);
        }
    }

    /// How many entries there are; looks at all keys.
    public int count() {
        return index.size();
    }

    @Override
    NameIndex index() {
        return index;
    }

    @Override
    Optional<Pid> holder(Object key) {
        return Optional.empty();
    }

    @Override
    Object held(Object key, Token token) {
        return new Membership(this, key, token.stamp());
    }

    @Override
    Stream<Grant> granted(Pid pid, Object held) {
        return held instanceof Membership(HordeDuplicateRegistry registry, Object key, long stamp) && registry == this
                ? index.claims(key).stream().filter(grant -> grant.isClaim(pid, stamp))
                : Stream.empty();
    }

    @Override
    String policy() {
        return "duplicate";
    }

    @Override
    Object merge(Grant kept, Grant lost) {
        return Objects.requireNonNull(kept.value);
    }
}
