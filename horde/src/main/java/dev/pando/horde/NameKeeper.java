package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Registry;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.Via;
import dev.pando.core.wire.Payload;
import dev.pando.horde.RegistryProtocol.Claimed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node's share of a replicated registry: the names of its own processes, and copies of all others. Lives in
/// the server's process, which makes claims on one node atomic.
final class NameKeeper {

    private static final Logger log = LoggerFactory.getLogger(HordeRegistry.class);
    private static final Duration FLUSH = Duration.ofMillis(5);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration TOMBSTONES = Duration.ofMinutes(10);

    private final Node node;
    private final Name server;
    private final Registry registry;
    private final Replica replica = new Replica();
    private final Peers peers;
    /// What callers on this node read without asking the server.
    private final ConcurrentMap<Payload, Entry> view;

    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(RegistryProtocol.Claim claim, From<Claimed> from) {}

    NameKeeper(Cluster cluster, Name server, Registry registry, ConcurrentMap<Payload, Entry> view) {
        this.node = cluster.node();
        this.server = server;
        this.registry = registry;
        this.view = view;
        this.peers = new Peers(cluster, server, replica, RegistryProtocol.Synced::new);
    }

    /// Goes on with the names that an earlier server of this node has granted: their processes live, and hold them.
    void start() {
        for (Entry entry : view.values()) {
            if (node.isHere(pid(entry)) && node.isAlive(pid(entry))) {
                replica.put(entry);
            } else {
                view.remove(entry.key(), entry);
            }
        }
        peers.start();
        Self.sendAfter(TICK, new RegistryProtocol.Tick());
    }

    /// Leaves the names of this node's processes to the next server.
    void stop() {
        view.values().removeIf(entry -> !node.isHere(pid(entry)));
    }

    /// Decides about a claim; while this server may not know of a holder, that waits.
    void claim(RegistryProtocol.Claim claim, From<Claimed> from) {
        if (peers.isInformed() || replica.get(claim.key()).isPresent()) {
            from.reply(claim(claim));
        } else {
            waiting.add(new Waiting(claim, from));
        }
    }

    private void informed() {
        if (peers.isInformed()) {
            List<Waiting> claims = List.copyOf(waiting);
            waiting.clear();
            claims.forEach(one -> one.from().reply(claim(one.claim())));
        }
    }

    private Claimed claim(RegistryProtocol.Claim claim) {
        Optional<Entry> holder = replica.get(claim.key());
        if (holder.isPresent()) {
            return new Claimed.Held(pid(holder.get()));
        }
        Token token = node.nextToken();
        Entry entry = new Entry(
                claim.key(),
                replica.nextClaim(claim.key(), token),
                token.stamp(),
                new Entry.Named(claim.pid(), claim.value()));
        // Runs in the ending process, before anybody is told of its end: the name is free on this node by then.
        Runnable ending = () -> {
            view.remove(claim.key(), entry);
            node.cast(server, new RegistryProtocol.Ended(entry));
        };
        replica.put(entry);
        view.put(entry.key(), entry);
        if (!node.grant(claim.pid(), new Via(registry, claim.key().value()), token, ending)) {
            replica.remove(withdrawal(claim.key()));
            view.remove(claim.key(), entry);
            return new Claimed.Refused(new ExitReason.NoProcess(claim.pid().toString()));
        }
        flushLater(peers.changed(claim.key()));
        return new Claimed.Granted(entry);
    }

    void release(Payload key, Pid pid) {
        replica.get(key).filter(entry -> pid(entry).equals(pid)).ifPresent(entry -> {
            remove(entry);
            revoke(entry);
        });
    }

    /// The process has lost the name, and lives.
    private void revoke(Entry entry) {
        node.revoke(
                pid(entry),
                new Via(registry, entry.key().value()),
                entry.claim().token());
    }

    void ended(Entry entry) {
        replica.get(entry.key()).filter(entry::equals).ifPresent(this::remove);
    }

    private void remove(Entry entry) {
        Tombstone tombstone = withdrawal(entry.key());
        replica.remove(tombstone);
        view.remove(entry.key(), entry);
        flushLater(peers.removed(tombstone));
    }

    private Tombstone withdrawal(Payload key) {
        return new Tombstone.Withdrawn(key, node.nextToken());
    }

    void learn(Entry entry) {
        if (peers.hasOwnerOf(entry)) {
            hear(entry);
        }
    }

    void synced(Sync sync) {
        switch (sync) {
            case Sync.Introduction introduction -> {
                peers.lost(introduction).ifPresent(this::lost);
                peers.met(introduction);
            }
            case Sync.News news when peers.knows(news.server()) -> news(news);
            case Sync.News _ -> {}
            case Sync.Told(Pid teller) -> {
                peers.told(teller);
                informed();
            }
        }
    }

    private void news(Sync.News news) {
        Pid server = news.server();
        for (Tombstone tombstone : news.tombstones()) {
            node.hybridClock().observe(tombstone.at().stamp());
            replica.hear(tombstone).ifPresent(change -> {
                change.before().ifPresent(entry -> view.remove(entry.key(), entry));
                change.after().ifPresent(entry -> view.put(entry.key(), entry));
            });
        }
        news.entries().stream()
                .filter(entry -> entry.claim().isOf(server.node(), server.incarnation()))
                .forEach(this::hear);
    }

    private void hear(Entry entry) {
        replica.hear(entry).ifPresent(change -> {
            node.hybridClock().observe(entry.claim().token().stamp());
            view.put(entry.key(), entry);
            change.before()
                    .filter(before -> node.isHere(pid(before)) && !pid(before).equals(pid(entry)))
                    .ifPresent(before -> giveUp(before, entry));
        });
    }

    /// Tells a process, once, that it has lost its name; a process that goes on all the same is killed.
    private void giveUp(Entry mine, Entry winner) {
        log.info("{}: {} gives '{}' up to {}", node, pid(mine), mine.key(), pid(winner));
        Tombstone withdrawn = withdrawal(mine.key());
        replica.hear(withdrawn);
        flushLater(peers.removed(withdrawn));
        revoke(mine);
        Self.exit(pid(mine), new ExitReason.NameConflict(mine.key(), pid(winner)));
        Self.sendAfter(ChildSpec.SHUTDOWN, new RegistryProtocol.Overdue(pid(mine)));
    }

    void nodeUp(NodeUp up) {
        peers.nodeUp(up);
    }

    void down(Down down) {
        peers.lost(down).ifPresent(this::lost);
        informed();
    }

    private void lost(Pid server) {
        for (Entry entry : replica.drop(server.node(), server.incarnation())) {
            replica.get(entry.key())
                    .ifPresentOrElse(
                            successor -> view.put(entry.key(), successor), () -> view.remove(entry.key(), entry));
        }
    }

    void flush() {
        peers.flush();
    }

    void tick() {
        Self.sendAfter(TICK, new RegistryProtocol.Tick());
        informed();
        replica.forgetTombstones(node.host().clock().now().minus(TOMBSTONES).toEpochMilli() << 16);
    }

    private static void flushLater(boolean needed) {
        if (needed) {
            Self.sendAfter(FLUSH, new RegistryProtocol.Flush());
        }
    }

    private static Pid pid(Entry entry) {
        return ((Entry.Named) entry.body()).pid();
    }
}
