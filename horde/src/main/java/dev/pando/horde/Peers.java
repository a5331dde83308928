package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.wire.Payload;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// The namesakes of a server on other nodes, and what they have been told. Confined to the server's process.
///
/// A peer counts from its introduction until its server or the session with its node is down. It is first sent a
/// full copy and then every change; since both go the same way in order, it misses nothing. Changes are collected
/// for a few milliseconds and sent in one piece.
final class Peers {

    private static final int CHUNK = 500;

    private final Node node;
    private final Cluster cluster;
    private final Name name;
    private final Replica replica;
    private final long since;
    private final Function<Sync, Cast> envelope;
    private final Map<NodeName, Peer> peers = new TreeMap<>();
    private final Set<Payload> changed = new LinkedHashSet<>();
    private final Map<Payload, Tombstone> removed = new LinkedHashMap<>();

    record Peer(Pid server, Ref monitor, long since, List<String> resources) {}

    /// @param envelope makes a message of the server's protocol
    Peers(Cluster cluster, Name name, Replica replica, Function<Sync, Cast> envelope) {
        this.node = cluster.node();
        this.cluster = cluster;
        this.name = name;
        this.replica = replica;
        this.envelope = envelope;
        this.since = node.hybridClock().next();
    }

    /// Introduces this server to all nodes; called once, at its start.
    void start() {
        cluster.monitorNodes(Self.pid());
        cluster.nodes().forEach(this::introduce);
    }

    void nodeUp(NodeUp up) {
        introduce(up.node());
    }

    private void introduce(NodeName to) {
        Self.cast(name.on(to), envelope.apply(introduction()));
    }

    /// Makes the acquaintance of a peer; `false` when it is known already.
    boolean met(Sync.Introduction introduction) {
        Pid server = introduction.server();
        Peer known = peers.get(server.node());
        if (known != null && known.server().equals(server)) {
            return false;
        }
        if (known != null) {
            Self.demonitor(known.monitor());
        }
        peers.put(
                server.node(), new Peer(server, Self.monitor(server), introduction.since(), introduction.resources()));
        Self.cast(server, envelope.apply(introduction()));
        tell(List.of(server), ownAndOrphans(), List.copyOf(replica.tombstones()));
        return true;
    }

    /// Forgets the peer that a `Down` is about.
    Optional<Peer> lost(Down down) {
        Optional<Peer> lost = peers.values().stream()
                .filter(peer -> peer.monitor().equals(down.ref()))
                .findFirst();
        lost.ifPresent(peer -> peers.remove(peer.server().node()));
        return lost;
    }

    /// Whether the sender is the peer that was introduced; news from others is from before or after its time.
    boolean knows(Pid server) {
        Peer peer = peers.get(server.node());
        return peer != null && peer.server().equals(server);
    }

    int count() {
        return peers.size();
    }

    Optional<Pid> on(NodeName other) {
        return Optional.ofNullable(peers.get(other)).map(Peer::server);
    }

    /// Whether the owner of a record is there after all, and will tell of it: then the record is not lost.
    boolean hasOwnerOf(Entry entry) {
        Claim claim = entry.claim();
        Peer peer = peers.get(claim.owner());
        return peer != null
                && peer.server().incarnation() == claim.token().incarnation()
                && peer.since() < claim.token().stamp();
    }

    /// The nodes that have all the given resources, this one included, in order of their names.
    List<NodeName> with(List<String> resources) {
        Stream<NodeName> others = peers.entrySet().stream()
                .filter(entry -> entry.getValue().resources().containsAll(resources))
                .map(Map.Entry::getKey);
        Stream<NodeName> here =
                node.resources().types().containsAll(resources) ? Stream.of(node.name()) : Stream.empty();
        return Stream.concat(others, here).sorted().toList();
    }

    /// Notes that this node has changed an entry; `true` when a flush has to be arranged.
    boolean changed(Payload key) {
        boolean first = changed.isEmpty() && removed.isEmpty();
        changed.add(key);
        removed.remove(key);
        return first;
    }

    /// Notes that this node has given up a key; `true` when a flush has to be arranged.
    boolean removed(Tombstone tombstone) {
        boolean first = changed.isEmpty() && removed.isEmpty();
        changed.remove(tombstone.key());
        removed.put(tombstone.key(), tombstone);
        return first;
    }

    void flush() {
        List<Entry> entries = changed.stream()
                .flatMap(key -> replica.get(key).stream())
                .filter(this::isOurs)
                .toList();
        tell(servers(), entries, List.copyOf(removed.values()));
        changed.clear();
        removed.clear();
    }

    /// Tells one peer of entries that it may not know.
    void offer(Pid server, List<Entry> entries) {
        tell(List.of(server), entries, List.of());
    }

    private void tell(Collection<Pid> servers, List<Entry> entries, List<Tombstone> tombstones) {
        int longest = Math.max(entries.size(), tombstones.size());
        for (int from = 0; from < longest; from += CHUNK) {
            Cast news = envelope.apply(new Sync.News(Self.pid(), chunk(entries, from), chunk(tombstones, from)));
            servers.forEach(server -> Self.cast(server, news));
        }
    }

    private static <T> List<T> chunk(List<T> all, int from) {
        return from >= all.size() ? List.of() : all.subList(from, Math.min(all.size(), from + CHUNK));
    }

    private List<Entry> ownAndOrphans() {
        return replica.entries().stream().filter(this::isOurs).toList();
    }

    /// What this node may speak of: what it owns, and what nobody owns.
    private boolean isOurs(Entry entry) {
        return entry.isLost() || entry.claim().isOf(node.name(), node.incarnation());
    }

    private List<Pid> servers() {
        return peers.values().stream().map(Peer::server).toList();
    }

    private Sync.Introduction introduction() {
        return new Sync.Introduction(Self.pid(), since, node.resources().types());
    }
}
