package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Address;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Initialized;
import dev.pando.core.Listeners;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.RegistryEntry;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import dev.pando.horde.RegistryProtocol.Claimed;
import dev.pando.horde.RegistryProtocol.Released;
import dev.pando.horde.RegistryProtocol.Updated;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the registries of a cluster have in common: how they change, who is told, and what they can be asked.
///
/// What is read is what this node knows, without a message and without waiting. What is changed is decided by the
/// server on the node of the process, and once the caller is told of it, this node knows it.
public abstract sealed class ReplicatedEntries permits HordeRegistry, HordeDuplicateRegistry {

    final Node node;
    final String name;
    private final Cluster cluster;
    private final Name server;
    private final Listeners listeners;
    private final MetaTable metas = new MetaTable();

    ReplicatedEntries(Cluster cluster, String name, Name server) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.name = name;
        this.server = server;
        this.listeners = new Listeners(node);
        node.speak(Protocols.of(RegistryProtocol.class));
    }

    abstract NameIndex index();

    /// Who has a key that only one can have.
    abstract Optional<Pid> holder(Object key);

    /// As what a process holds a claim.
    abstract Object held(Object key, Token token);

    /// The claim that this is what a process holds of, if it is one of this registry.
    abstract Stream<Grant> granted(Pid pid, Object held);

    /// What the conflict policy is called.
    abstract String policy();

    /// The value of a claim that has met another.
    abstract Object merge(Grant kept, Grant lost);

    final NameListeners watch() {
        return new NameListeners(name, listeners);
    }

    final MetaTable metas() {
        return metas;
    }

    final void start() {
        node.start(behaviour(), server);
    }

    private GenServer<RegistryProtocol, NameKeeper> behaviour() {
        return new Server(cluster, server, this);
    }

    /// To be started after the cluster's. Registries of the same name on all nodes of a cluster are one. A start
    /// after a stop or a failure goes on with the names of this node's processes.
    public ChildSpec childSpec() {
        return ChildSpec.of(server.value(), behaviour()).name(server);
    }

    /// What listeners are told.
    public String name() {
        return name;
    }

    // ---- claims

    final Claimed claim(Object key, Pid pid, Object value) {
        long seen = node.hybridClock().last();
        Claimed claimed = node.call(
                server.on(pid.node()), new RegistryProtocol.Claim(new Payload(key), pid, new Payload(value), seen));
        if (claimed instanceof Claimed.Granted(Pid by, long stamp, long version) && !node.isHere(by)) {
            learn(by, List.of(new NameChange.Held(new Payload(key), stamp, version, pid.serial(), new Payload(value))));
        }
        return claimed;
    }

    final void release(Object key, Pid pid) {
        Released released = node.call(server.on(pid.node()), new RegistryProtocol.Release(new Payload(key), pid));
        learn(released.server(), released.changes());
    }

    private boolean release(Grant grant) {
        Released released = node.call(
                server.on(grant.pid.node()),
                new RegistryProtocol.ReleaseClaim(new Payload(grant.key), grant.stamp, grant.version));
        learn(released.server(), released.changes());
        return released.changes().stream().anyMatch(NameChange.GivenUp.class::isInstance);
    }

    final Updated update(Grant grant, Object value) {
        Updated updated = node.call(
                server.on(grant.pid.node()),
                new RegistryProtocol.Update(new Payload(grant.key), grant.stamp, grant.version, new Payload(value)));
        switch (updated) {
            case Updated.Done(Pid by, NameChange.Held held) -> learn(by, List.of(held));
            case Updated.Changed(Pid by, NameChange.Held held) -> learn(by, List.of(held));
            case Updated.Unsaid(String why) -> throw new WireException(why);
            case Updated.Over _ -> {}
        }
        return updated;
    }

    /// Lets this node know, before the caller reads it, what another node has decided.
    private void learn(Pid by, List<? extends NameChange> changes) {
        if (!node.isHere(by) && !changes.isEmpty()) {
            node.call(server, new RegistryProtocol.Learn(by, List.copyOf(changes)));
        }
    }

    static ExitException refused(Claimed.Refused refused) {
        return new ExitException(refused.reason());
    }

    // ---- queries

    /// The entries that fit, in the order of their tokens. Looks at all that this node knows, and holds up nobody;
    /// an entry that comes, changes or goes meanwhile is seen as it was at some moment of that time.
    public List<RegistryEntry> select(Predicate<? super RegistryEntry> fits) {
        return inOrder(index().all().map(Grant::entry).filter(fits));
    }

    /// How many entries fit; looks at all of them.
    public int count(Predicate<? super RegistryEntry> fits) {
        return Math.toIntExact(index().all().map(Grant::entry).filter(fits).count());
    }

    /// The keys of a process, each once, in the order of their tokens. For a process of this node looks at what it
    /// holds, in this and other registries; for others at all entries.
    public List<Object> keys(Pid pid) {
        return inOrder(grants(pid).map(Grant::entry)).stream()
                .map(RegistryEntry::key)
                .distinct()
                .toList();
    }

    private Stream<Grant> grants(Pid pid) {
        return node.isHere(pid)
                ? node.held(pid).stream().flatMap(held -> granted(pid, held))
                : index().all().filter(grant -> grant.pid.equals(pid));
    }

    /// Gives up those entries of a process that fit, one by one, and never those of others. An entry whose value
    /// changes meanwhile is looked at again. Looks at as much as [#keys] does.
    ///
    /// @return how many were given up
    /// @throws ExitException as [#unregister(Object, Pid)] does; some may have been given up then
    public int unregister(Pid pid, Predicate<? super RegistryEntry> fits) {
        List<Grant> own = grants(pid).sorted(Comparator.comparing(Grant::token)).toList();
        return Math.toIntExact(
                own.stream().filter(grant -> release(grant, fits)).count());
    }

    private boolean release(Grant grant, Predicate<? super RegistryEntry> fits) {
        @Nullable Grant now = grant;
        while (now != null && fits.test(now.entry())) {
            if (release(now)) {
                return true;
            }
            Grant before = now;
            now = index().found(grant);
            if (now == before) {
                return false;
            }
        }
        return false;
    }

    /// Gives up a key of a process, decided by the node of the process; nothing happens unless it holds the key.
    ///
    /// @throws ExitException with `NoConnection` when that node is out of reach, `NoProcess` when it does not run
    ///     the registry, `Timeout` when it does not answer
    public abstract void unregister(Object key, Pid pid);

    static List<RegistryEntry> inOrder(Stream<RegistryEntry> entries) {
        return entries.sorted(Comparator.comparing(RegistryEntry::token)).toList();
    }

    // ---- listeners

    /// Has a process of this node told, with a [dev.pando.core.RegistryNotice], of every name that comes to be found
    /// here or ceases to be, wherever its process is. A name is looked up anew for each notice, so that a restarted
    /// listener goes on; a pid is forgotten when its process has ended.
    ///
    /// The notices of one key come in the order of its changes. When a name passes from one holder to another after
    /// a conflict, its end comes first. That of a process that has ended comes soon after, and not before, its
    /// `Down`. Whoever wants a copy of the registry listens first and selects then: what changes in between is in
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

    /// A value of the registry as a whole, such as a setting that its users share, as this node knows it.
    public Optional<Object> meta(Object key) {
        return metas.get(key);
    }

    /// Puts a value in place of the one there was, if any. This node finds it when this returns, the others soon
    /// after. Of two values put on both sides of a partition the one with the later token stays.
    public void putMeta(Object key, Object value) {
        node.call(server, new RegistryProtocol.Put(new Payload(key), Optional.of(new Payload(value))));
    }

    /// Removes a value, if there is one. A node that was out of reach for more than ten minutes may bring it back.
    public void deleteMeta(Object key) {
        node.call(server, new RegistryProtocol.Put(new Payload(key), Optional.empty()));
    }

    /// How the registry is doing. Asks this node's server.
    public RegistryStatus status() {
        return node.call(server, new RegistryProtocol.Status());
    }

    @Override
    public String toString() {
        return server.value();
    }

    /// The process that keeps the names.
    private record Server(Cluster cluster, Name name, ReplicatedEntries entries)
            implements GenServer<RegistryProtocol, NameKeeper> {

        @Override
        public NameKeeper init() {
            NameKeeper keeper = new NameKeeper(cluster, name, entries);
            keeper.start();
            return keeper;
        }

        @Override
        public Step<NameKeeper> handle(RegistryProtocol message, NameKeeper keeper) {
            keeper.handle(message);
            return Step.noReply(keeper);
        }

        @Override
        public Step<NameKeeper> handleInfo(Signal signal, NameKeeper keeper) {
            switch (signal) {
                case Down down -> keeper.down(down);
                case NodeUp up -> keeper.nodeUp(up);
                case NameEnded(Grant grant) -> keeper.ended(grant);
                case Notice _, Exit _, Initialized _ -> {}
            }
            return Step.noReply(keeper);
        }

        @Override
        public void terminate(ExitReason reason, NameKeeper keeper) {
            keeper.stop();
        }
    }
}
