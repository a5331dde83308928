package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.Namesakes;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// The namesakes of a server on other nodes, and what they have been told: a full copy first, and
/// then every change. Changes are collected for a few milliseconds and sent in one piece. Confined
/// to the server's process.
final class Peers {

    private static final int CHUNK = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Node node;
    private final Name name;
    private final Replica replica;
    private final boolean tellsOfAll;
    private final long since;
    /// The resources of this node.
    private final List<String> ours;
    private final Function<Sync, Cast> envelope;
    private final Namesakes<Sync.Introduction> namesakes;
    private final Set<Payload> changed = new LinkedHashSet<>();
    private final Map<Tombstone.Grave, Tombstone> removed = new LinkedHashMap<>();
    /// What [#with] has found, as long as nobody comes or goes.
    private final Map<List<String>, List<NodeName>> able = new LinkedHashMap<>();
    /// Nodes that were there at the start and have not told yet what they know.
    private final Map<NodeName, Ref> awaited = new TreeMap<>();

    private final long awaitedUntilNanos;
    private final Set<Pid> left = new HashSet<>();
    private boolean leaving;

    /// @param tellsOfAll whether a new peer is told of the existence of what others own, too
    /// @param envelope makes a message of the server's protocol
    Peers(Cluster cluster, Name name, Replica replica, boolean tellsOfAll, Function<Sync, Cast> envelope) {
        this.node = cluster.node();
        this.name = name;
        this.replica = replica;
        this.tellsOfAll = tellsOfAll;
        this.envelope = envelope;
        this.since = node.hybridClock().nextAfter(node.hybridClock().highest());
        this.ours = node.resources().types();
        this.awaitedUntilNanos = node.host().clock().nanos() + PATIENCE.toNanos();
        this.namesakes = new Namesakes<>(cluster, name, this::introduction);
    }

    private Cast introduction() {
        return envelope.apply(new Sync.Introduction(Self.pid(), since, ours, leaving));
    }

    /// Says that this node takes no children any more.
    void leave() {
        leaving = true;
        able.clear();
        servers().forEach(server -> Self.cast(server, envelope.apply(new Sync.Leaving(Self.pid()))));
    }

    /// Notes that a peer takes none.
    void leaves(Pid server) {
        if (knows(server)) {
            left.add(server);
            able.clear();
        }
    }

    boolean isLeaving() {
        return leaving;
    }

    /// Introduces this server to all nodes; called once, at its start.
    void start() {
        namesakes.start().forEach(other -> awaited.put(other, Self.monitor(name.on(other))));
    }

    /// Whether the servers that were there before this one have told what they know – or do not, or
    /// take too long. Until then a key that is unknown here may well be held.
    boolean isInformed() {
        return awaited.isEmpty() || node.host().clock().nanos() - awaitedUntilNanos >= 0;
    }

    /// A token for what happens to a key now: after all that is known of it, and after this
    /// server's start.
    Token token(Payload key) {
        return node.nextTokenAfter(Math.max(since, replica.lastStamp(key, node.name(), node.incarnation())));
    }

    /// Notes that a node has told all it knew.
    void told(Pid server) {
        if (knows(server)) {
            Optional.ofNullable(awaited.remove(server.node())).ifPresent(Self::demonitor);
        }
    }

    void nodeUp(NodeUp up) {
        namesakes.nodeUp(up);
    }

    /// Makes the acquaintance of a peer; `false` when it is known already.
    boolean met(Sync.Introduction introduction) {
        Pid server = introduction.server();
        if (!namesakes.met(server, introduction)) {
            return false;
        }
        able.clear();
        if (introduction.leaving()) {
            left.add(server);
        }
        tell(List.of(server), whole(), replica.tombstones());
        Self.cast(server, envelope.apply(new Sync.Told(Self.pid())));
        return true;
    }

    /// Forgets the peer whose place another server takes; returns its server.
    Optional<Pid> lost(Sync.Introduction introduction) {
        return namesakes.replacedBy(introduction.server()).map(this::forget);
    }

    /// Forgets the peer that a `Down` is about; returns its server.
    Optional<Pid> lost(Down down) {
        awaited.values().remove(down.ref());
        return namesakes.lost(down).map(this::forget);
    }

    private Pid forget(Namesakes.Namesake<Sync.Introduction> lost) {
        left.remove(lost.server());
        able.clear();
        return lost.server();
    }

    /// Whether the sender is the peer that was introduced; news from others is from before or after
    /// its time.
    boolean knows(Pid server) {
        return namesakes.knows(server);
    }

    int count() {
        return namesakes.count();
    }

    Optional<Pid> on(NodeName other) {
        return namesakes.get(other).map(Namesakes.Namesake::server);
    }

    /// Whether the server that made a claim is there, this one included: then the record is not
    /// lost, and it will tell of it.
    boolean hasOwnerOf(Entry entry) {
        Claim claim = entry.claim();
        if (claim.isOf(node.name(), node.incarnation())) {
            return since < claim.token().stamp();
        }
        return namesakes
                .get(claim.owner())
                .filter(peer -> peer.server().incarnation() == claim.token().incarnation()
                        && peer.introduction().since() < claim.token().stamp())
                .isPresent();
    }

    /// Whether this start of a node is there, this one included.
    boolean has(Owner owner) {
        return incarnation(owner.node())
                .filter(there -> there == owner.incarnation())
                .isPresent();
    }

    private Optional<Long> incarnation(NodeName of) {
        return of.equals(node.name()) ? Optional.of(node.incarnation()) : on(of).map(Pid::incarnation);
    }

    /// Whether a later server of the node that made a claim is there, this one included.
    boolean hasSucceeded(Claim claim) {
        long incarnation = claim.token().incarnation();
        Optional<Long> there = incarnation(claim.owner());
        long started = namesakes
                .get(claim.owner())
                .map(peer -> peer.introduction().since())
                .orElse(since);
        return there.filter(now -> now > incarnation
                        || (now == incarnation && started >= claim.token().stamp()))
                .isPresent();
    }

    /// The nodes that take children and have all the given resources, this one included, in order
    /// of their names.
    List<NodeName> with(List<String> resources) {
        return able.computeIfAbsent(resources, this::find);
    }

    private List<NodeName> find(List<String> resources) {
        List<NodeName> found = new ArrayList<>();
        namesakes.all().forEach(peer -> {
            if (peer.introduction().resources().containsAll(resources) && !left.contains(peer.server())) {
                found.add(peer.server().node());
            }
        });
        if (ours.containsAll(resources) && !leaving) {
            found.add(node.name());
        }
        found.sort(Comparator.naturalOrder());
        return Collections.unmodifiableList(found);
    }

    /// Notes that this node has changed an entry, for the next [#flush].
    void changed(Payload key) {
        changed.add(key);
    }

    /// Notes that this node has given up a key, for the next [#flush].
    void removed(Tombstone tombstone) {
        changed.remove(tombstone.key());
        removed.put(tombstone.grave(), tombstone);
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

    /// Of a child that another node owns, this one may only say that it exists. It must, together
    /// with its giving up a claim of its own: nobody is to forget the child with that claim, should
    /// the owner's own news be late or lost.
    private Entry mentionable(Entry entry) {
        return isOurs(entry) ? entry : entry.withoutOwner();
    }

    /// Tells one peer of entries that it may not know.
    void offer(Pid server, List<Entry> entries) {
        tell(List.of(server), entries, List.of());
    }

    /// What belongs to one key is never torn apart, neither by a message's end nor by a
    /// connection's: whoever hears of a claim that was given up hears at once of what took its
    /// place.
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
        namesakes.tell(servers, List.copyOf(byKey.values()), CHUNK, this::message);
    }

    private Cast message(List<Piece> pieces) {
        return envelope.apply(news(
                pieces.stream().flatMap(piece -> piece.entries().stream()).toList(),
                pieces.stream().flatMap(piece -> piece.tombstones().stream()).toList()));
    }

    /// News of this server.
    Sync.News news(List<Entry> entries, List<Tombstone> tombstones) {
        return new Sync.News(Self.pid(), entries, tombstones);
    }

    /// A full copy: what this node may speak of, and that those exist which it has given up to
    /// others, or all.
    private List<Entry> whole() {
        Set<Payload> givenUp = new LinkedHashSet<>();
        for (Tombstone tombstone : replica.tombstones()) {
            if (tombstone instanceof Tombstone.Withdrawn) {
                givenUp.add(tombstone.key());
            }
        }
        return replica.entries().stream()
                .map(entry -> tellsOfAll || givenUp.contains(entry.key()) ? mentionable(entry) : entry)
                .filter(this::isOurs)
                .toList();
    }

    /// What this node may speak of: what it owns, and what nobody owns.
    private boolean isOurs(Entry entry) {
        return entry.isLost() || entry.claim().isOf(node.name(), node.incarnation());
    }

    List<Pid> servers() {
        return namesakes.servers();
    }
}
