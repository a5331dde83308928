package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.Namesakes;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.HybridClock;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import dev.pando.horde.RegistryProtocol.Claimed;
import dev.pando.horde.RegistryProtocol.Released;
import dev.pando.horde.RegistryProtocol.Updated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does for a [NameTable] what it cannot do: answers callers, tells peers and hears from them, and ends what has
/// lost. Lives in the server's process, which makes claims on one node atomic.
final class NameKeeper implements NameTable.Outcome {

    private static final Logger log = LoggerFactory.getLogger(HordeRegistry.class);
    /// At most so many changes travel with one message.
    private static final int CHUNK = 2_000;
    /// At least so much time is between two messages of changes, unless there are more than travel with one.
    private static final Duration PACE = Duration.ofMillis(2);
    private static final Duration TICK = Duration.ofSeconds(1);
    static final int TICKS_PER_CHECK = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Duration DELETIONS = Duration.ofMinutes(10);

    private final Node node;
    private final Name name;
    private final ReplicatedEntries entries;
    private final Namesakes<RegistryProtocol.Hello> namesakes;
    private final NameTable table;
    private final Clocks clocks;

    /// Nodes that were there at the start and have not told yet what they know.
    private final Map<NodeName, Ref> awaited = new TreeMap<>();
    private final long awaitedUntilNanos;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Learning> learning = new ArrayList<>();
    /// Servers that are out of reach, and when their names are to be dropped.
    private final Map<Pid, Long> left = new LinkedHashMap<>();
    /// Servers that have been asked for what is missing, and have not answered yet.
    private final Set<Pid> asked = new LinkedHashSet<>();
    private boolean flushArranged;
    private long flushedNanos;
    private long conflicts;
    private long repairs;
    private int ticks;

    private record Waiting(RegistryProtocol.Claim claim, From<Claimed> from) {}

    private record Learning(RegistryProtocol.Learn learn, From<Boolean> from) {}

    NameKeeper(Cluster cluster, Name name, ReplicatedEntries entries) {
        this.node = cluster.node();
        this.name = name;
        this.entries = entries;
        this.clocks = new Clocks(node, name);
        this.table = new NameTable(Self.pid(), entries.index(), this);
        this.awaitedUntilNanos = now() + PATIENCE.toNanos();
        this.flushedNanos = now() - PACE.toNanos();
        this.namesakes = new Namesakes<>(
                cluster, name, () -> new RegistryProtocol.Hello(Self.pid(), clocks.millis(), entries.policy()));
    }

    /// Goes on with the names that an earlier server of this node has granted: their processes live, and hold them.
    void start() {
        entries.index().restart();
        entries.index().all().toList().forEach(this::adopt);
        namesakes.start().forEach(other -> awaited.put(other, Self.monitor(name.on(other))));
        Self.sendAfter(TICK, new RegistryProtocol.Tick());
    }

    private void adopt(Grant former) {
        if (!node.isHere(former.pid)) {
            entries.index().remove(former);
            return;
        }
        Grant grant = table.adopt(former);
        if (!node.isAlive(grant.pid)) {
            table.end(grant);
        }
    }

    /// Leaves the names of this node's processes to the next server.
    void stop() {
        entries.index().all().filter(grant -> !node.isHere(grant.pid)).toList().forEach(entries.index()::remove);
    }

    void handle(RegistryProtocol message) {
        switch (message) {
            case RegistryProtocol.Claim claim -> claim(claim, Self.from(claim));
            case RegistryProtocol.Release release -> Self.from(release).reply(release(release));
            case RegistryProtocol.ReleaseClaim release ->
                reply(Self.from(release), release(release), _ -> new Released(Self.pid(), List.of()));
            case RegistryProtocol.Update update -> reply(Self.from(update), update(update), Updated.Unsaid::new);
            case RegistryProtocol.Learn learn -> learn(new Learning(learn, Self.from(learn)));
            case RegistryProtocol.Put put -> Self.from(put).reply(put(put));
            case RegistryProtocol.Status status -> Self.from(status).reply(status());
            case RegistryProtocol.Hello hello -> met(hello);
            case RegistryProtocol.Ask(Pid server, long version) -> asked(server, version);
            case RegistryProtocol.Told(News news) -> told(news);
            case RegistryProtocol.Got(Pid server, long version) ->
                table.feed(server).ifPresent(feed -> confirmed(feed, version));
            case RegistryProtocol.Check check -> check(check);
            case RegistryProtocol.Metas metas
            when namesakes.knows(metas.server()) -> metas.metas().forEach(entries.metas()::put);
            case RegistryProtocol.Metas _ -> {}
            case RegistryProtocol.Flush _ -> flush();
            case RegistryProtocol.Tick _ -> tick();
        }
    }

    /// A value that a caller on this node has given need not be one that travels.
    private static <R> void reply(From<R> from, R value, Function<String, R> unsaid) {
        try {
            from.reply(value);
        } catch (WireException e) {
            from.reply(unsaid.apply(String.valueOf(e.getMessage())));
        }
    }

    // ---- claims of processes of this node

    /// Decides about a claim; while this server may not know of a holder, that waits.
    private void claim(RegistryProtocol.Claim claim, From<Claimed> from) {
        if (isInformed() || entries.holder(claim.key().value()).isPresent()) {
            from.reply(decide(claim));
        } else {
            waiting.add(new Waiting(claim, from));
        }
    }

    /// Whether the servers that were there before this one have told what they know – or do not, or take too long.
    /// Until then a key that is unknown here may well be held.
    private boolean isInformed() {
        return awaited.isEmpty() || now() - awaitedUntilNanos >= 0;
    }

    private void informed() {
        if (isInformed()) {
            List<Waiting> claims = List.copyOf(waiting);
            waiting.clear();
            claims.forEach(one -> one.from().reply(decide(one.claim())));
        }
    }

    private Claimed decide(RegistryProtocol.Claim claim) {
        Object key = claim.key().value();
        Pid pid = claim.pid();
        Optional<Pid> holder = entries.holder(key);
        if (holder.isEmpty() && table.tidy(key)) {
            changed();
            holder = entries.holder(key);
        }
        if (holder.isPresent()) {
            return new Claimed.Taken(holder.get());
        }
        if (!node.isAlive(pid)) {
            return refused(pid);
        }
        node.hybridClock().observe(claim.seen());
        Token token = node.nextToken();
        Grant grant = table.grant(key, pid, claim.value().value(), token.stamp());
        // Runs in the ending process, before anybody is told of its end: the name is free on this node by then.
        Runnable ending = () -> entries.index()
                .ended(key, pid, token.stamp())
                .ifPresent(ended -> node.whereis(name).ifPresent(to -> node.send(to, new NameEnded(ended))));
        if (!node.grant(pid, entries.held(key, token), token, ending)) {
            table.end(grant);
            changed();
            return refused(pid);
        }
        changed();
        return new Claimed.Granted(Self.pid(), grant.stamp, grant.version);
    }

    private static Claimed refused(Pid pid) {
        return new Claimed.Refused(new ExitReason.NoProcess(pid.toString()));
    }

    private Released release(RegistryProtocol.Release release) {
        List<NameChange> changes = new ArrayList<>();
        for (Grant grant : table.own(release.key().value())) {
            if (grant.pid.equals(release.pid())) {
                giveUp(grant).ifPresent(changes::add);
            }
        }
        return new Released(Self.pid(), changes);
    }

    private Released release(RegistryProtocol.ReleaseClaim release) {
        return new Released(
                Self.pid(),
                own(release.key(), release.stamp())
                        .flatMap(grant ->
                                grant.version == release.version() ? giveUp(grant) : Optional.of(NameChange.of(grant)))
                        .stream()
                        .toList());
    }

    private Optional<NameChange> giveUp(Grant grant) {
        Optional<Mark> mark = table.end(grant);
        mark.ifPresent(_ -> {
            revoke(grant);
            changed();
        });
        return mark.map(NameChange::of);
    }

    /// The process has lost the name, and lives.
    private void revoke(Grant grant) {
        node.revoke(grant.pid, entries.held(grant.key, grant.token()), grant.token());
    }

    private Updated update(RegistryProtocol.Update update) {
        Optional<Grant> known = own(update.key(), update.stamp());
        if (known.isEmpty()) {
            return new Updated.Over();
        }
        if (known.get().version != update.version()) {
            return new Updated.Changed(Self.pid(), (NameChange.Held) NameChange.of(known.get()));
        }
        Grant changed = table.update(known.get(), update.value().value());
        changed();
        return new Updated.Done(Self.pid(), (NameChange.Held) NameChange.of(changed));
    }

    private Optional<Grant> own(Payload key, long stamp) {
        return table.own(key.value()).stream()
                .filter(grant -> grant.stamp == stamp)
                .findFirst();
    }

    void ended(Grant grant) {
        table.end(grant).ifPresent(_ -> changed());
    }

    // ---- conflicts

    /// Tells a process, once, that it has lost its name; a process that goes on all the same is killed. Nothing that
    /// would be refused to a killed server comes before that: else a name could be over without anybody being told.
    @Override
    public void lost(Grant mine, Grant winner) {
        revoke(mine);
        node.exit(mine.pid, new ExitReason.NameConflict(new Payload(mine.key), winner.pid));
        log.info("{}: {} gives '{}' in {} up to {}", node, mine.pid, mine.key, name, winner.pid);
        conflicts++;
        changed();
        node.spawn(() -> endLater(mine.pid));
    }

    /// Runs in a process of its own, so that it outlives the server.
    private void endLater(Pid loser) {
        Self.monitor(loser);
        if (Self.receive(Down.class, ChildSpec.SHUTDOWN).isEmpty()) {
            Self.exit(loser, ExitReason.killed());
        }
    }

    @Override
    public void kept(Grant mine, Grant loser) {
        Object merged;
        try {
            merged = Objects.requireNonNull(entries.merge(mine, loser), "the value of a key is null");
        } catch (RuntimeException e) {
            log.error("the conflict policy of {} failed to merge the values of '{}'", name, mine.key, e);
            return;
        }
        if (!merged.equals(mine.value)) {
            table.update(mine, merged);
            changed();
        }
    }

    // ---- peers

    void nodeUp(NodeUp up) {
        namesakes.nodeUp(up);
    }

    private void met(RegistryProtocol.Hello hello) {
        Pid server = hello.server();
        clocks.seen(server.node(), hello.wallMillis());
        namesakes.replacedBy(server).ifPresent(former -> left(former.server()));
        if (!namesakes.met(server, hello)) {
            return;
        }
        if (!hello.policy().equals(entries.policy())) {
            log.error(
                    "{} is {} on {} and {} here: nodes with different conflict policies do not agree on who keeps a"
                            + " name; give all the same",
                    name,
                    hello.policy(),
                    server.node(),
                    entries.policy());
        }
        left.remove(server);
        Self.cast(server, new RegistryProtocol.Ask(Self.pid(), table.meet(server)));
        namesakes.tell(
                List.of(server),
                List.copyOf(entries.metas().all()),
                CHUNK,
                metas -> new RegistryProtocol.Metas(Self.pid(), metas));
    }

    private void asked(Pid server, long version) {
        if (namesakes.knows(server)) {
            table.feed(server, version);
            table.feed(server).ifPresent(this::tell);
        }
    }

    /// The log has changed: that is told soon, together with what else changes until then.
    private void changed() {
        if (!flushArranged) {
            flushArranged = true;
            long early = flushedNanos + PACE.toNanos() - now();
            if (early > 0) {
                Self.sendAfter(Duration.ofNanos(early), new RegistryProtocol.Flush());
            } else {
                Self.cast(Self.pid(), new RegistryProtocol.Flush());
            }
        }
    }

    private void confirmed(Feed feed, long version) {
        feed.confirm(version);
        if (!flushArranged) {
            tell(feed);
        }
    }

    private void flush() {
        flushArranged = false;
        flushedNanos = now();
        List.copyOf(table.feeds()).forEach(this::tell);
    }

    private void tell(Feed feed) {
        while (feed.isDue()) {
            List<LogItem> items = feed.next(CHUNK);
            tell(feed, items, items.size() < CHUNK);
        }
    }

    /// Tells a piece in as many messages as it takes.
    private void tell(Feed feed, List<LogItem> items, boolean last) {
        List<NameChange> changes = items.stream().map(NameChange::of).toList();
        long to = last ? table.own().version() : items.getLast().version;
        try {
            Self.cast(
                    feed.peer,
                    new RegistryProtocol.Told(new News(Self.pid(), feed.told(), to, feed.isWhole(), last, changes)));
            feed.sent(items, to, last);
        } catch (WireException e) {
            int half = items.size() / 2;
            if (half > 0) {
                tell(feed, items.subList(0, half), false);
                tell(feed, items.subList(half, items.size()), last);
            } else {
                log.error("{} cannot tell {} of '{}': {}", name, feed.peer, items.getFirst().key, e.getMessage());
                feed.skip(items.getFirst());
                if (last) {
                    tell(feed, List.of(), true);
                }
            }
        }
    }

    private void told(News news) {
        Pid server = news.server();
        if (!namesakes.knows(server)) {
            return;
        }
        observe(news.changes());
        switch (table.hear(news)) {
            case GAP -> ask(server, table.known(server));
            case MORE -> got(news);
            case ALL -> {
                got(news);
                complete(server);
            }
        }
    }

    /// Asks once: what was sent before the answer comes does not fit either.
    private void ask(Pid server, long version) {
        if (asked.add(server)) {
            repairs++;
            log.warn("{} has missed something of {}, and asks for what comes after version {}", name, server, version);
            Self.cast(server, new RegistryProtocol.Ask(Self.pid(), version));
        }
    }

    private void got(News news) {
        asked.remove(news.server());
        Self.cast(news.server(), new RegistryProtocol.Got(Self.pid(), news.to()));
    }

    private void observe(List<NameChange> changes) {
        long highest = Long.MIN_VALUE;
        for (NameChange change : changes) {
            highest = Math.max(highest, change.stamp());
        }
        node.hybridClock().observe(highest);
    }

    private void complete(Pid server) {
        if (!awaited.isEmpty()) {
            Optional.ofNullable(awaited.remove(server.node())).ifPresent(Self::demonitor);
            informed();
        }
        learnAgain();
    }

    private void check(RegistryProtocol.Check check) {
        Pid server = check.server();
        if (!namesakes.knows(server)) {
            return;
        }
        clocks.seen(server.node(), check.wallMillis());
        if (!table.isSound(server, check.version(), check.digest())) {
            ask(server, NameTable.NOTHING);
        }
    }

    void down(Down down) {
        awaited.values().remove(down.ref());
        namesakes.lost(down).ifPresent(lost -> left(lost.server()));
        informed();
    }

    private void left(Pid server) {
        table.leave(server);
        asked.remove(server);
        clocks.forget(server.node());
        left.put(server, now() + KEPT.toNanos());
        learnAgain();
    }

    // ---- callers on this node

    private void learn(Learning one) {
        Pid server = one.learn().server();
        observe(one.learn().changes());
        boolean known = true;
        for (NameChange change : one.learn().changes()) {
            known &= table.hearEarly(server, change);
        }
        if (known) {
            one.from().reply(true);
        } else {
            learning.add(one);
        }
    }

    private void learnAgain() {
        if (!learning.isEmpty()) {
            List<Learning> all = List.copyOf(learning);
            learning.clear();
            all.forEach(this::learn);
        }
    }

    private boolean put(RegistryProtocol.Put put) {
        Token token = node.nextTokenAfter(entries.metas().lastStamp(put.key().value()));
        MetaTable.Meta meta = new MetaTable.Meta(put.key(), put.value(), token);
        entries.metas().put(meta);
        namesakes.tell(namesakes.servers(), List.of(meta), 1, metas -> new RegistryProtocol.Metas(Self.pid(), metas));
        return true;
    }

    private RegistryStatus status() {
        return new RegistryStatus(
                namesakes.count() + 1,
                entries.index().size(),
                table.own().size(),
                table.kept(),
                table.own().marks(),
                Math.toIntExact(
                        table.feeds().stream().filter(feed -> !feed.isIdle()).count()),
                conflicts,
                repairs,
                clocks.skew());
    }

    private void tick() {
        Self.sendAfter(TICK, new RegistryProtocol.Tick());
        informed();
        left.entrySet().removeIf(one -> {
            boolean over = now() - one.getValue() >= 0;
            if (over) {
                table.forget(one.getKey());
            }
            return over;
        });
        entries.metas().forget(HybridClock.stamp(node.host().clock().now().minus(DELETIONS)));
        ticks++;
        if (ticks % TICKS_PER_CHECK == 0) {
            table.feeds().stream().filter(Feed::isIdle).forEach(this::check);
        }
    }

    private void check(Feed feed) {
        Self.cast(
                feed.peer,
                new RegistryProtocol.Check(Self.pid(), table.own().version(), feed.digest(), clocks.millis()));
    }

    private long now() {
        return node.host().clock().nanos();
    }
}
