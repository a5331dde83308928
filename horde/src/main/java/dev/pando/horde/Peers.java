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
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The namesakes of a server on other nodes, and what they have been told. Confined to the server's process.
///
/// A peer counts from its introduction until its server or the session with its node is down, or its node
/// introduces another server. It is first sent a full copy and then every change; since both go the same way in
/// order, it misses nothing. Changes are collected for a few milliseconds and sent in one piece.
final class Peers {

    private static final Logger log = LoggerFactory.getLogger(Peers.class);
    private static final int CHUNK = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Node node;
    private final Cluster cluster;
    private final Name name;
    private final Replica replica;
    private final long since;
    /// The resources of this node.
    private final List<String> ours;
    private final Function<Sync, Cast> envelope;
    private final Map<NodeName, Peer> peers = new TreeMap<>();
    private final Set<Payload> changed = new LinkedHashSet<>();
    private final Map<Tombstone.Grave, Tombstone> removed = new LinkedHashMap<>();
    /// Nodes that were there at the start and have not told yet what they know.
    private final Map<NodeName, Ref> awaited = new TreeMap<>();

    private final long awaitedUntilNanos;

    record Peer(Pid server, Ref monitor, long since, List<String> resources) {}

    /// @param envelope makes a message of the server's protocol
    Peers(Cluster cluster, Name name, Replica replica, Function<Sync, Cast> envelope) {
        this.node = cluster.node();
        this.cluster = cluster;
        this.name = name;
        this.replica = replica;
        this.envelope = envelope;
        this.since = node.hybridClock().next();
        this.ours = node.resources().types();
        this.awaitedUntilNanos = node.host().clock().nanos() + PATIENCE.toNanos();
    }

    /// Introduces this server to all nodes; called once, at its start.
    void start() {
        cluster.monitorNodes(Self.pid());
        for (NodeName other : cluster.nodes()) {
            awaited.put(other, Self.monitor(name.on(other)));
            introduce(other);
        }
    }

    /// Whether the servers that were there before this one have told what they know – or do not, or take too long.
    /// Until then a key that is unknown here may well be held.
    boolean isInformed() {
        return awaited.isEmpty() || node.host().clock().nanos() - awaitedUntilNanos >= 0;
    }

    /// Notes that a node has told all it knew.
    void told(Pid server) {
        if (knows(server)) {
            Optional.ofNullable(awaited.remove(server.node())).ifPresent(Self::demonitor);
        }
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
        if (knows(server)) {
            return false;
        }
        peers.put(
                server.node(), new Peer(server, Self.monitor(server), introduction.since(), introduction.resources()));
        Self.cast(server, envelope.apply(introduction()));
        tell(List.of(server), whole(), List.copyOf(replica.tombstones()));
        Self.cast(server, envelope.apply(new Sync.Told(Self.pid())));
        return true;
    }

    /// Forgets the peer whose place another server takes: its end may be heard of only after that.
    Optional<Peer> lost(Sync.Introduction introduction) {
        Optional<Peer> lost = Optional.ofNullable(
                        peers.get(introduction.server().node()))
                .filter(peer -> !peer.server().equals(introduction.server()));
        lost.ifPresent(peer -> {
            peers.remove(peer.server().node());
            Self.demonitor(peer.monitor());
        });
        return lost;
    }

    /// Forgets the peer that a `Down` is about.
    Optional<Peer> lost(Down down) {
        awaited.values().remove(down.ref());
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

    /// Whether the server that made a claim is there, this one included: then the record is not lost, and it will
    /// tell of it.
    boolean hasOwnerOf(Entry entry) {
        Claim claim = entry.claim();
        if (claim.isOf(node.name(), node.incarnation())) {
            return since < claim.token().stamp();
        }
        Peer peer = peers.get(claim.owner());
        return peer != null
                && peer.server().incarnation() == claim.token().incarnation()
                && peer.since() < claim.token().stamp();
    }

    /// The nodes that have all the given resources, this one included, in order of their names.
    List<NodeName> with(List<String> resources) {
        List<NodeName> able = new ArrayList<>(peers.size() + 1);
        peers.forEach((other, peer) -> {
            if (peer.resources().containsAll(resources)) {
                able.add(other);
            }
        });
        if (ours.containsAll(resources)) {
            able.add(node.name());
        }
        able.sort(Comparator.naturalOrder());
        return Collections.unmodifiableList(able);
    }

    /// Notes that this node has changed an entry; `true` when a flush has to be arranged.
    boolean changed(Payload key) {
        boolean first = changed.isEmpty() && removed.isEmpty();
        changed.add(key);
        return first;
    }

    /// Notes that this node has given up a key; `true` when a flush has to be arranged.
    boolean removed(Tombstone tombstone) {
        boolean first = changed.isEmpty() && removed.isEmpty();
        changed.remove(tombstone.key());
        removed.put(tombstone.grave(), tombstone);
        return first;
    }

    /// Tells what has changed.
    void flush() {
        List<Entry> entries = changed.stream()
                .flatMap(key -> replica.get(key).stream())
                .map(this::mentionable)
                .filter(this::isOurs)
                .toList();
        tell(servers(), entries, List.copyOf(removed.values()));
        changed.clear();
        removed.clear();
    }

    /// Of a child that another node owns, this one may only say that it exists. It must, together with its giving
    /// up a claim of its own: nobody is to forget the child with that claim, should the owner's own news be late or
    /// lost.
    private Entry mentionable(Entry entry) {
        return isOurs(entry) ? entry : entry.withoutOwner();
    }

    /// Tells one peer of entries that it may not know.
    void offer(Pid server, List<Entry> entries) {
        tell(List.of(server), entries, List.of());
    }

    /// What belongs to one key is never torn apart, neither by a message's end nor by a connection's: whoever hears of
    /// a claim that was given up hears at once of what took its place.
    private record Piece(Payload key, List<Tombstone> tombstones, List<Entry> entries) {
        static Piece of(Payload key) {
            return new Piece(key, new ArrayList<>(), new ArrayList<>());
        }
    }

    private void tell(Collection<Pid> servers, List<Entry> entries, List<Tombstone> tombstones) {
        Map<Payload, Piece> byKey = new LinkedHashMap<>();
        tombstones.forEach(tombstone ->
                byKey.computeIfAbsent(tombstone.key(), Piece::of).tombstones().add(tombstone));
        entries.forEach(
                entry -> byKey.computeIfAbsent(entry.key(), Piece::of).entries().add(entry));
        List<Piece> pieces = List.copyOf(byKey.values());
        for (int from = 0; from < pieces.size(); from += CHUNK) {
            send(servers, pieces.subList(from, Math.min(pieces.size(), from + CHUNK)));
        }
    }

    /// News of this server.
    Sync.News news(List<Entry> entries, List<Tombstone> tombstones) {
        return new Sync.News(Self.pid(), entries, tombstones);
    }

    /// Halves what is too large for one message, and leaves a key out that cannot travel at all.
    private void send(Collection<Pid> servers, List<Piece> pieces) {
        Cast message = envelope.apply(news(
                pieces.stream().flatMap(piece -> piece.entries().stream()).toList(),
                pieces.stream().flatMap(piece -> piece.tombstones().stream()).toList()));
        try {
            servers.forEach(server -> Self.cast(server, message));
        } catch (WireException e) {
            int half = pieces.size() / 2;
            if (half == 0) {
                log.error("{} cannot tell its peers of a key: {}", node, e.getMessage());
            } else {
                send(servers, pieces.subList(0, half));
                send(servers, pieces.subList(half, pieces.size()));
            }
        }
    }

    /// A full copy: what this node may speak of, and that those exist which it has given up to others.
    private List<Entry> whole() {
        Set<Payload> givenUp = new LinkedHashSet<>();
        for (Tombstone tombstone : replica.tombstones()) {
            if (tombstone instanceof Tombstone.Withdrawn) {
                givenUp.add(tombstone.key());
            }
        }
        return replica.entries().stream()
                .map(entry -> givenUp.contains(entry.key()) ? mentionable(entry) : entry)
                .filter(this::isOurs)
                .toList();
    }

    /// What this node may speak of: what it owns, and what nobody owns.
    private boolean isOurs(Entry entry) {
        return entry.isLost() || entry.claim().isOf(node.name(), node.incarnation());
    }

    List<Pid> servers() {
        return peers.values().stream().map(Peer::server).toList();
    }

    private Sync.Introduction introduction() {
        return new Sync.Introduction(Self.pid(), since, ours);
    }
}
