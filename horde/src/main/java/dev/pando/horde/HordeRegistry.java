package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.core.ExitException;
import dev.pando.core.LocalRegistry;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Token;
import dev.pando.core.Via;
import dev.pando.horde.RegistryProtocol.Claimed;
import dev.pando.horde.RegistryProtocol.Updated;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Names that all nodes of a cluster know, and that stay available in every partition.
///
/// The node of a process is the authority for its names: a claim is decided there, atomically, and told to the
/// others within milliseconds. It is refused when that node knows a holder. Two nodes can grant one key at the same
/// time, or on two sides of a partition; when they hear of each other, the [ConflictPolicy] says which claim stays –
/// the older one unless told otherwise – and the other process is sent one exit signal with `NameConflict`, by its
/// own node. It can hand its state to the winner and stop; a process that has not stopped after 5 seconds is killed.
///
/// Names of a node out of reach are not found, and are again when it is back: no name of a living process is lost.
/// A key must be something that travels: a listed record or a JDK value.
public final class HordeRegistry extends ReplicatedEntries implements Registry {

    private final UniqueIndex index;
    private final ConflictPolicy policy;

    private HordeRegistry(Cluster cluster, String name, ConflictPolicy policy) {
        super(cluster, name, new Name("pando.registry." + name));
        this.policy = policy;
        this.index = new UniqueIndex(policy, watch());
    }

    /// A registry that lives while its [#childSpec] runs, and keeps the older of two claims.
    public static HordeRegistry of(Cluster cluster, String name) {
        return of(cluster, name, ConflictPolicy.keepOldest());
    }

    /// As the shorter form, with a policy of one's own; all nodes must be given the same.
    public static HordeRegistry of(Cluster cluster, String name, ConflictPolicy policy) {
        return new HordeRegistry(cluster, name, policy);
    }

    /// Makes a registry and starts it, outside of any supervision tree.
    public static HordeRegistry start(Cluster cluster, String name) {
        return start(cluster, name, ConflictPolicy.keepOldest());
    }

    /// As the shorter form, with a policy of one's own; all nodes must be given the same.
    public static HordeRegistry start(Cluster cluster, String name, ConflictPolicy policy) {
        HordeRegistry registry = of(cluster, name, policy);
        registry.start();
        return registry;
    }

    /// Claims a key for a process; decided by the node of the process. Once this returns `Registered`, [#lookup]
    /// on this node finds it. Blocks for a round trip when the process is on another node.
    ///
    /// From then on the process can lose the key to a claim of another node, and is sent an exit signal: one that
    /// wants to hand over what it has must trap exits before it is registered.
    ///
    /// @return `Taken` with the holder when there is one, be it the process itself
    /// @throws ExitException with `NoProcess` when the process has ended, `NoConnection` when its node is out of
    ///     reach, `Timeout` when it does not answer – it may have granted the key then
    /// @throws dev.pando.core.wire.WireException when the key or the value cannot travel, and has to
    @Override
    public Registration register(Object key, Pid pid, Object value) {
        return switch (claim(key, pid, value)) {
            case Claimed.Taken(Pid holder) -> new Registration.Taken(holder);
            case Claimed.Refused refused -> throw refused(refused);
            case Claimed.Granted(Pid _, long stamp, long _) ->
                new Registration.Registered(new Token(stamp, pid.node(), pid.incarnation()));
        };
    }

    @Override
    public void unregister(Object key, Pid pid) {
        release(key, pid);
    }

    /// Changes the value of a key that the process holds; decided by the node of the process. Atomic: no other
    /// change is lost. The function runs in the calling thread, and again when another change came first, so it
    /// should do nothing else. Listeners are not told. This node finds the new value when this returns.
    ///
    /// @return empty when the process does not hold the key
    /// @throws ExitException as [#register] does
    /// @throws dev.pando.core.wire.WireException when the value, old or new, cannot travel, and has to
    public Optional<LocalRegistry.Updated> update(Object key, Pid pid, UnaryOperator<Object> change) {
        while (true) {
            Grant grant = index.holder(key);
            if (grant == null || !grant.pid.equals(pid)) {
                return Optional.empty();
            }
            Object value = Objects.requireNonNull(change.apply(grant.value), "the value of a key is null");
            switch (update(grant, value)) {
                case Updated.Done _ -> {
                    return Optional.of(new LocalRegistry.Updated(value, grant.value));
                }
                case Updated.Over _ -> {
                    return Optional.empty();
                }
                case Updated.Changed _, Updated.Unsaid _ -> {}
            }
        }
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        Grant holder = index.holder(key);
        return holder == null ? Optional.empty() : Optional.of(holder.pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        Grant holder = index.holder(key);
        return holder == null ? Optional.empty() : Optional.of(holder.value);
    }

    @Override
    public int count() {
        return index.size();
    }

    @Override
    NameIndex index() {
        return index;
    }

    @Override
    Optional<Pid> holder(Object key) {
        return lookup(key);
    }

    @Override
    Object held(Object key, Token token) {
        return via(key);
    }

    @Override
    Stream<Grant> granted(Pid pid, Object held) {
        return held instanceof Via(Registry registry, Object key) && registry == this
                ? Optional.ofNullable(index.holder(key)).filter(grant -> grant.pid.equals(pid)).stream()
                : Stream.empty();
    }

    @Override
    String policy() {
        return switch (policy) {
            case KnownPolicy known -> known.name();
            case MergingPolicy _ -> "MERGING";
            default -> "CUSTOM";
        };
    }

    @Override
    Object merge(Grant kept, Grant lost) {
        return policy.merge(kept.entry(), lost.entry());
    }
}
