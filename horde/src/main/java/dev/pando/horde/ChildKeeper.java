package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.BackOff;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Exported;
import dev.pando.core.From;
import dev.pando.core.HandOver;
import dev.pando.core.Inheritance;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Restart;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import dev.pando.horde.SupervisorProtocol.Ensured;
import dev.pando.horde.SupervisorProtocol.Terminated;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node's share of a distributed supervisor: the records of all children, and the children that
/// run here. Lives in the server's process.
///
/// Top down: what callers ask, what namesakes ask, the life of a child here, news from peers, and
/// lost nodes. A request for a child travels to the node that placement names – in the view of each
/// node it comes by, three hops at most – which claims the child and starts it. The asking node
/// remembers the request and sends it again when its target is lost, so the caller hears of it or
/// runs into its own deadline.
final class ChildKeeper implements Moves.Keeper {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);
    private static final int HOPS_MAX = 3;
    private static final int TEXT_MAX = 1000;
    private static final ExitReason CRASHED = ExitReason.Other.of("crashed too often");
    private static final Duration FLUSH = Duration.ofMillis(5);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration TOMBSTONES = Duration.ofMinutes(10);
    private static final Duration CONFIRM = Duration.ofSeconds(1);
    private static final BackOff RETRY = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(10));

    private final Node node;
    private final SupervisorOptions options;
    private final Replica replica = new Replica();
    private final Peers peers;
    private final Witnesses witnesses;
    private final Optional<Assembly> assembly;
    /// What callers on this node read without asking the server.
    private final View view;

    private final Asks asks = new Asks();
    private final Map<Pid, Payload> processes = new LinkedHashMap<>();
    private final Map<Payload, Local> locals = new LinkedHashMap<>();
    private final StandingBack standingBack;
    private final Choice choice;
    private final Moves moves;
    private final Spreading spreading;
    /// Who waits until the children of this node have gone.
    private Optional<From<Integer>> leaver = Optional.empty();
    /// Whether the peers are about to be told what has changed.
    private boolean flushing;

    /// What only the owner knows of a child.
    private static final class Local {
        final Set<Pid> requesters = new LinkedHashSet<>();
        /// The one that had it started.
        Optional<Pid> starter = Optional.empty();
        final List<From<Terminated>> terminators = new ArrayList<>();
        final Deque<Long> restarts = new ArrayDeque<>();
        /// Who has handed it over, while it does not run here.
        Optional<Adoption> adoption = Optional.empty();
        /// What it starts with.
        Optional<Inheritance> inheritance = Optional.empty();
        /// States of copies that have stood back before it ran.
        final List<Exported> toMerge = new ArrayList<>();
        boolean hasRun;
        /// Starts that have failed since it ran last.
        int failures;
        long initializedNanos;
        /// Failures before the last one, none of which came after it had run for long.
        int inARow = -1;
    }

    /// A child that comes from another node.
    private record Adoption(Pid from, Entry former) {
        Token token() {
            return former.claim().token();
        }
    }

    ChildKeeper(Cluster cluster, Name server, SupervisorOptions options, View view) {
        this.node = cluster.node();
        this.options = options;
        this.view = view;
        Optional<Quorum> quorum = options.placement().required();
        this.peers = new Peers(cluster, server, replica, quorum.isPresent(), SupervisorProtocol.Synced::new);
        this.witnesses = new Witnesses(peers);
        this.choice = new Choice(cluster, options, peers, replica);
        this.standingBack = new StandingBack(node, peers);
        this.moves = new Moves(node, this, options.handOver());
        this.spreading = new Spreading(options.redistribution(), moves, this, this::mine, this::isMisplaced);
        this.assembly = quorum.map(needed -> new Assembly(needed, node, peers, replica));
    }

    void start() {
        Self.trapExits(true);
        view.clear();
        peers.start();
        Self.sendAfter(TICK, new SupervisorProtocol.Tick());
    }

    void handle(SupervisorProtocol message) {
        switch (message) {
            case SupervisorProtocol.Ensure ensure -> ensure(ensure);
            case SupervisorProtocol.Terminate terminate -> terminate(terminate);
            case SupervisorProtocol.CatchUp catchUp -> Self.from(catchUp).reply(true);
            case SupervisorProtocol.ListOwned list -> Self.from(list).reply(page(list.after(), list.limit()));
            case SupervisorProtocol.Count count -> Self.from(count).reply(status());
            case SupervisorProtocol.Place(ChildSpec spec, Pid requester, int hops) -> route(spec, requester, hops);
            case SupervisorProtocol.Placed(Entry entry, boolean started) -> placedElsewhere(entry, started);
            case SupervisorProtocol.NotPlaced(String id, ExitReason reason) -> asks.refuse(id, reason);
            case SupervisorProtocol.Leave leave -> leave(leave);
            case SupervisorProtocol.Move move -> move(move);
            case SupervisorProtocol.Redistribute redistribute -> redistribute(redistribute);
            case SupervisorProtocol.Adopt adopt -> adopt(adopt);
            case SupervisorProtocol.Adopted(Entry now, Token former) -> moves.adopted(now, former);
            case SupervisorProtocol.NotAdopted(String id, Token former, ExitReason reason) ->
                moves.notAdopted(id, former, reason);
            case SupervisorProtocol.SuspendAgain(String id, long step) -> moves.suspendAgain(id, step);
            case SupervisorProtocol.MoveOverdue(String id, long step) -> moves.overdue(id, step);
            case SupervisorProtocol.Merge(String id, Exported exported) -> merge(new Payload(id), exported);
            case SupervisorProtocol.Settled(long change) -> spreading.settled(change);
            case SupervisorProtocol.Spread _ -> spreading.step();
            case SupervisorProtocol.Synced(Sync.Leaving(Pid server)) -> leaves(server);
            case SupervisorProtocol.Synced(Sync.Introduction introduction) -> met(introduction);
            case SupervisorProtocol.Synced(Sync.News news) -> news(news);
            case SupervisorProtocol.Synced(Sync.Told told) -> told(told);
            case SupervisorProtocol.Witness(Token of, Sync.News news) -> witness(of, news);
            case SupervisorProtocol.Witnessed(List<Token> of) -> of.forEach(witnesses::confirm);
            case SupervisorProtocol.WaitForQuorum wait -> waitForQuorum(wait);
            case SupervisorProtocol.Missing missing -> assembly.ifPresent(one -> one.hear(missing));
            case SupervisorProtocol.RollCall(Pid asker) -> assembly.ifPresent(one -> one.answer(asker));
            case SupervisorProtocol.Here(Pid there) -> assembly.ifPresent(one -> one.here(there));
            case SupervisorProtocol.Flush _ -> flushNow();
            case SupervisorProtocol.Tick _ -> tick();
            case SupervisorProtocol.Retry(String id, long version) -> retry(id, version);
            case SupervisorProtocol.StandBack(Pid pid) -> standingBack.end(pid);
            case SupervisorProtocol.Overdue(Pid pid) -> Self.exit(pid, ExitReason.killed());
        }
    }

    // ---- what callers on this node ask

    private void ensure(SupervisorProtocol.Ensure ensure) {
        From<Ensured> from = Self.from(ensure);
        Optional<Pid> running = running(new Payload(ensure.spec().id()));
        if (running.isPresent()) {
            from.reply(new Ensured.Runs(running.get(), false));
            return;
        }
        Optional<ExitReason> refusal = refusal();
        if (refusal.isPresent()) {
            from.reply(new Ensured.NotStarted(refusal.get()));
            return;
        }
        long deadline = node.host().clock().nanos() + ensure.budgetNanos();
        if (asks.add(ensure.spec(), from, deadline)) {
            pursue(ensure.spec());
        }
    }

    private void pursue(ChildSpec spec) {
        route(spec, Self.pid(), 0);
    }

    private void placedElsewhere(Entry entry, boolean started) {
        placed(entry, started);
        peers.on(entry.claim().owner()).ifPresent(owner -> {
            witnesses.owe(owner, entry.claim().token());
            flushLater();
        });
    }

    private void placed(Entry entry, boolean started) {
        Optional<Asks.Ask> waiting = asks.take(entry.id());
        hear(entry);
        Optional<Pid> running = running(entry.key());
        waiting.ifPresent(ask -> {
            if (running.isPresent()) {
                ask.answer(running.get(), started);
            } else {
                asks.putBack(ask);
            }
        });
    }

    private void terminate(SupervisorProtocol.Terminate terminate) {
        terminate(Self.from(terminate), new Payload(terminate.id()));
    }

    private void terminate(From<Terminated> from, Payload key) {
        Optional<Entry> known = replica.get(key);
        if (refusal().isPresent()) {
            from.reply(Terminated.NO_QUORUM);
        } else if (known.isEmpty()) {
            from.reply(Terminated.NOT_FOUND);
        } else if (known.get().isLost()) {
            local(key).terminators.add(from);
            remove(key);
        } else if (!isMine(known.get())) {
            from.reply(Terminated.ELSEWHERE);
        } else if (moves.isOpen(key)) {
            // It may be under another claim in a moment, which an end that is older would not cover.
            moves.afterwards(key, () -> terminate(from, key));
        } else {
            local(key).terminators.add(from);
            stop(known.get());
        }
    }

    private void stop(Entry entry) {
        ChildSpec spec = entry.spec();
        Optional<Pid> pid = entry.pid();
        if (pid.isEmpty()) {
            remove(entry.key());
            return;
        }
        change(entry, ChildState.STOPPING, pid);
        Self.exit(pid.get(), ExitReason.shutdown());
        Self.sendAfter(spec.shutdown(), new SupervisorProtocol.Overdue(pid.get()));
    }

    private List<Child> page(String after, int limit) {
        return replica.ownedBy(node.name(), node.incarnation()).stream()
                .filter(entry -> !entry.isLost())
                .map(Child::of)
                .filter(child -> child.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Child::id))
                .limit(limit)
                .toList();
    }

    private SupervisorStatus status() {
        int running = 0;
        int unsettled = 0;
        int crashed = 0;
        int lost = 0;
        for (Entry entry : replica.entries()) {
            switch (entry.state()) {
                case RUNNING, HANDING_OVER, STOPPING -> running++;
                case STARTING, PENDING, SUSPENDED -> unsettled++;
                case CRASHED -> crashed++;
                case LOST_OWNER -> lost++;
            }
        }
        return new SupervisorStatus(
                peers.count() + 1, running, unsettled, crashed, lost, refusal().isEmpty());
    }

    // ---- who shall run a child

    /// Finds out who runs a child, has it started where it belongs, or passes the request on.
    private void route(ChildSpec spec, Pid requester, int hops) {
        Optional<Entry> known = replica.get(new Payload(spec.id()));
        if (known.isPresent() && !known.get().isLost()) {
            routeToOwner(known.get(), requester, hops);
        } else if (mayPlace(known, requester)) {
            routeToPlace(known.map(lost -> lost.spec()).orElse(spec), requester, hops);
        }
    }

    /// A server that has just started may not know yet who runs a child: its own callers wait.
    private boolean mayPlace(Optional<Entry> orphan, Pid requester) {
        return orphan.filter(peers::hasOwnerOf).isEmpty() && (peers.isInformed() || !requester.equals(Self.pid()));
    }

    private void routeToOwner(Entry entry, Pid requester, int hops) {
        ChildState state = entry.state();
        if (entry.serves() && mayHear(requester, entry)) {
            answer(requester, entry, false);
        } else if (!isMine(entry)) {
            peers.on(entry.claim().owner())
                    .filter(_ -> hops < HOPS_MAX)
                    .ifPresent(owner -> pass(owner, entry.spec(), requester, hops));
        } else if (state == ChildState.CRASHED) {
            refuse(requester, entry.id(), CRASHED);
        } else {
            local(entry.key()).requesters.add(requester);
        }
    }

    private void routeToPlace(ChildSpec spec, Pid requester, int hops) {
        Optional<NodeName> chosen = choice.place(spec);
        boolean here = chosen.filter(node.name()::equals).isPresent();
        if (here || (hops >= HOPS_MAX && choice.mayRunHere(spec))) {
            startFor(requester, spec);
        } else {
            chosen.flatMap(peers::on).ifPresent(server -> pass(server, spec, requester, hops));
        }
    }

    /// The requester's node is the first to be told, and so the witness; a requester of this node
    /// needs another one.
    private void startFor(Pid requester, ChildSpec spec) {
        Payload key = new Payload(spec.id());
        Optional<Entry> orphan = replica.get(key);
        boolean isNew = orphan.isEmpty();
        if (!claim(spec)) {
            return;
        }
        if (orphan.filter(Entry::crashed).isPresent()) {
            leaveAlone(key);
            refuse(requester, spec.id(), CRASHED);
            return;
        }
        Local local = local(key);
        local.requesters.add(requester);
        local.starter = Optional.of(requester);
        if (isNew) {
            Entry entry = replica.get(key).orElseThrow();
            Token token = entry.claim().token();
            witnesses.expect(token, peers.news(List.of(entry), List.of()), () -> reveal(key, token));
            if (requester.equals(Self.pid())) {
                witnesses.ask(token);
            }
        }
        launch(key);
    }

    private void pass(Pid server, ChildSpec spec, Pid requester, int hops) {
        if (requester.equals(Self.pid())) {
            asks.asked(spec.id(), server);
        }
        Self.cast(server, new SupervisorProtocol.Place(spec, requester, hops + 1));
    }

    private void answer(Pid requester, Entry entry, boolean started) {
        if (requester.equals(Self.pid())) {
            placed(entry, started);
        } else {
            Self.cast(requester, new SupervisorProtocol.Placed(entry, started));
        }
    }

    private void refuse(Pid requester, String id, ExitReason reason) {
        if (requester.equals(Self.pid())) {
            asks.refuse(id, reason);
            return;
        }
        try {
            Self.cast(requester, new SupervisorProtocol.NotPlaced(id, reason));
        } catch (WireException e) {
            Self.cast(requester, new SupervisorProtocol.NotPlaced(id, asText(reason)));
        }
    }

    /// Tells of a reason that cannot travel.
    private static ExitReason asText(ExitReason reason) {
        String text = reason.toString();
        return ExitReason.Other.of(text.substring(0, Math.min(text.length(), TEXT_MAX)));
    }

    // ---- the life of a child here

    /// Takes a child that nobody owns; `false` when that is not allowed for a lost one, and on a node that closes: it
    /// could not start it.
    private boolean claim(ChildSpec spec) {
        Payload key = new Payload(spec.id());
        Optional<Entry> lost = replica.get(key);
        if (node.isClosed()
                || !mayClaim(lost)
                || (lost.isPresent()
                        && !choice.mayTakeOver(spec.id(), lost.get().claim().owner()))) {
            return false;
        }
        Token token = peers.token(key);
        Claim claim = replica.nextClaim(key, token);
        Local local = local(key);
        local.hasRun = lost.isPresent();
        // Nobody is told before it is launched, in this very step.
        replica.put(new Entry(key, claim, token.stamp(), spec, ChildState.STARTING, Optional.empty()));
        return true;
    }

    private void launch(Payload key) {
        Entry entry = replica.get(key).orElseThrow();
        ChildSpec spec = entry.spec();
        try {
            Local local = local(key);
            Optional<Inheritance> inheritance = local.inheritance;
            local.inheritance = Optional.empty();
            Pid pid = Self.launch(
                    spec.behaviour(),
                    spec.name(),
                    Optional.of(new Self.Held(spec.id(), entry.claim().token())),
                    inheritance);
            processes.put(pid, key);
            change(entry, ChildState.STARTING, Optional.of(pid));
        } catch (IllegalStateException e) {
            log.warn("{} cannot start child '{}': {}", node, spec.id(), e.getMessage());
            notStarted(entry, ExitReason.Other.of(String.valueOf(e.getMessage())));
        }
    }

    void initialized(Pid pid) {
        Payload key = processes.get(pid);
        if (key == null) {
            return;
        }
        Entry entry = replica.get(key).orElseThrow();
        if (entry.state() != ChildState.STARTING) {
            return;
        }
        Local local = local(key);
        local.hasRun = true;
        local.failures = 0;
        local.initializedNanos = node.host().clock().nanos();
        Entry running = change(entry, ChildState.RUNNING, Optional.of(pid));
        local.adoption.ifPresent(
                adoption -> Self.cast(adoption.from(), new SupervisorProtocol.Adopted(running, adoption.token())));
        local.adoption = Optional.empty();
        local.toMerge.forEach(exported -> HandOver.merge(node, pid, exported));
        local.toMerge.clear();
        tellRequesters(running);
        settle(running);
        moveIfLeaving(entry.key());
    }

    /// Tells those who wait for a child that it runs, before the news do, which would not say who
    /// has started it.
    private void tellRequesters(Entry running) {
        Local local = local(running.key());
        for (Pid requester : List.copyOf(local.requesters)) {
            if (mayHear(requester, running)) {
                local.requesters.remove(requester);
                answer(
                        requester,
                        running,
                        local.starter.filter(requester::equals).isPresent());
            }
        }
    }

    /// Callers on this node are not told of a child before another node knows it.
    private boolean mayHear(Pid requester, Entry running) {
        return !requester.equals(Self.pid())
                || !witnesses.isSecret(running.claim().token());
    }

    /// Another node knows a child that was claimed here.
    private void reveal(Payload key, Token claim) {
        replica.get(key)
                .filter(entry -> entry.claim().token().equals(claim) && entry.serves())
                .ifPresent(running -> {
                    view.put(running);
                    tellRequesters(running);
                    settle(running);
                });
    }

    void ended(Pid pid, ExitReason reason) {
        standingBack.ended(pid);
        Payload key = processes.remove(pid);
        if (key == null) {
            assembly.ifPresent(one -> one.stopped(pid));
            return;
        }
        Entry entry = replica.get(key).orElseThrow();
        if (!moves.ended(key, reason)) {
            ended(entry, reason);
            moves.done(key);
        }
    }

    private void ended(Entry entry, ExitReason reason) {
        Payload key = entry.key();
        ChildSpec spec = entry.spec();
        switch (entry.state()) {
            case STARTING -> notStarted(entry, reason);
            case STOPPING -> remove(key);
            case RUNNING, HANDING_OVER, PENDING, CRASHED, SUSPENDED, LOST_OWNER -> {
                if (reason instanceof ExitReason.NameConflict) {
                    lostAName(entry, reason);
                } else if (!spec.restart().after(reason)) {
                    // Its work is done and cannot be lost any more.
                    witnesses.confirm(entry.claim().token());
                    remove(key);
                } else if (tooOften(local(key))) {
                    log.error("{} leaves child '{}' alone, it failed too often: {}", node, spec.id(), reason);
                    // Nobody is to run it any more, so there is nothing that could be lost.
                    witnesses.confirm(entry.claim().token());
                    change(entry, ChildState.CRASHED, Optional.empty());
                } else {
                    restart(entry, reason);
                }
            }
        }
    }

    /// The child has lost a name of its own to another process – a copy of itself, as a rule, whose
    /// claim this server is about to hear of. Should that one stand back here, this one is needed.
    private void lostAName(Entry entry, ExitReason reason) {
        if (entry.spec().restart() == Restart.TEMPORARY) {
            withdraw(entry.key());
        } else {
            postpone(entry, reason);
        }
    }

    /// A first start that fails is the caller's business; any later one is tried again, since a
    /// record is never forgotten.
    private void notStarted(Entry entry, ExitReason reason) {
        Local local = local(entry.key());
        Optional<Adoption> adoption = local.adoption;
        if (adoption.isPresent()) {
            withdraw(entry.key());
            // Until its node says otherwise it is where it was.
            hear(adoption.get().former());
            refuse(adoption.get(), entry.spec().id(), reason);
        } else if (!local.hasRun) {
            List<Pid> requesters = List.copyOf(local.requesters);
            withdraw(entry.key());
            requesters.forEach(requester -> refuse(requester, entry.id(), reason));
        } else {
            postpone(entry, reason);
        }
    }

    private void postpone(Entry entry, ExitReason reason) {
        launchLater(entry, RETRY.delay(local(entry.key()).failures++), reason);
    }

    private void restart(Entry entry, ExitReason reason) {
        if (options.backOff().isNone()) {
            launch(entry.key());
        } else {
            launchLater(entry, options.backOff().delay(failuresBefore(local(entry.key()))), reason);
        }
    }

    /// How often a child has failed before this time without having run for as long as it waits at most.
    private int failuresBefore(Local local) {
        long ran = node.host().clock().nanos() - local.initializedNanos;
        local.inARow = ran > options.backOff().max().toNanos() ? 0 : local.inARow + 1;
        return local.inARow;
    }

    private void launchLater(Entry entry, Duration delay, ExitReason reason) {
        Entry pending = change(entry, ChildState.PENDING, Optional.empty());
        long jitter = node.host().entropy().random().nextLong(delay.toNanos() / 4 + 1);
        log.warn("{} tries to start child '{}' again in {}: {}", node, entry.id(), delay, reason);
        Self.sendAfter(delay.plusNanos(jitter), new SupervisorProtocol.Retry(entry.id(), pending.version()));
        moveIfLeaving(entry.key());
    }

    private void retry(String id, long version) {
        replica.get(new Payload(id))
                .filter(entry -> entry.version() == version && isMine(entry))
                .ifPresent(entry -> launch(entry.key()));
    }

    private boolean tooOften(Local local) {
        long now = node.host().clock().nanos();
        local.restarts.addLast(now);
        while (now - local.restarts.getFirst() > options.period().toNanos()) {
            local.restarts.removeFirst();
        }
        return local.restarts.size() > options.restarts();
    }

    /// Stops a child whose key another node holds. It is not counted as a failure and not
    /// restarted: it is no child any more, and its end will not be noticed.
    private void giveUp(Entry mine, Entry winner) {
        witnesses.drop(mine.claim().token());
        Local local = locals.remove(mine.key());
        if (local != null) {
            local.terminators.forEach(from -> from.reply(Terminated.ELSEWHERE));
        }
        Tombstone withdrawn = new Tombstone.Withdrawn(mine.key(), peers.token(mine.key()));
        replica.hear(withdrawn);
        peers.removed(withdrawn);
        flushLater();
        peers.changed(mine.key());
        flushLater();
        mine.pid().ifPresent(pid -> {
            processes.remove(pid);
            Pid holder = winner.pid()
                    .orElseGet(() -> new Pid(
                            winner.claim().owner(), winner.claim().token().incarnation(), 0));
            log.info("{} gives child '{}' up to {}", node, mine.id(), holder);
            standingBack.begin(mine, winner, pid, new ExitReason.NameConflict(mine.key(), holder));
        });
        moves.drop(mine.key());
        leaveIfEmpty();
    }

    void suspended(HandOver.Suspended suspended) {
        if (!standingBack.suspended(suspended)) {
            Payload key = processes.get(suspended.server());
            if (key != null) {
                moves.suspended(key, suspended.id(), suspended.outcome());
            }
        }
    }

    private void merge(Payload key, Exported exported) {
        Optional<Entry> mine = mine(key);
        if (mine.filter(entry -> entry.state() == ChildState.RUNNING).isPresent()) {
            HandOver.merge(node, mine.get().pid().orElseThrow(), exported);
        } else if (mine.isPresent()) {
            local(key).toMerge.add(exported);
        } else {
            log.warn("{} drops the state of a copy of child '{}', which it does not run", node, id(key));
        }
    }

    // ---- children that move

    private void leave(SupervisorProtocol.Leave leave) {
        leaver = Optional.of(Self.from(leave));
        spreading.stop();
        peers.leave();
        mine().forEach(entry -> moveIfLeaving(entry.key()));
        moves.advance();
        leaveIfEmpty();
    }

    private void moveIfLeaving(Payload key) {
        if (peers.isLeaving()) {
            moves.want(key, Optional.empty());
            moves.advance();
        }
    }

    /// Lets the node leave when nothing more can go elsewhere.
    private void leaveIfEmpty() {
        if (leaver.isPresent() && moves.isIdle()) {
            List<Entry> left = mine();
            if (left.stream().noneMatch(entry -> entry.state() == ChildState.STARTING)) {
                peers.flush();
                leaver.get().reply(left.size());
                leaver = Optional.empty();
            }
        }
    }

    private void leaves(Pid server) {
        peers.leaves(server);
        settleAll();
    }

    private void move(SupervisorProtocol.Move move) {
        From<SupervisorProtocol.Moved> from = Self.from(move);
        Payload key = new Payload(move.id());
        Optional<Entry> known = replica.get(key).filter(entry -> !entry.isLost());
        if (known.isEmpty()) {
            from.reply(SupervisorProtocol.Moved.NOT_FOUND);
        } else if (!isMine(known.get())) {
            boolean there =
                    known.get().claim().owner().equals(move.to()) && known.get().serves();
            from.reply(there ? SupervisorProtocol.Moved.DONE : SupervisorProtocol.Moved.ELSEWHERE);
        } else if (move.to().equals(node.name())) {
            from.reply(SupervisorProtocol.Moved.DONE);
        } else if (peers.on(move.to()).isEmpty()) {
            from.reply(SupervisorProtocol.Moved.STAYS);
        } else {
            moves.want(key, Optional.of(move.to()));
            moves.advance();
            moves.afterwards(key, () -> from.reply(hasGone(key, move.to())));
        }
    }

    private SupervisorProtocol.Moved hasGone(Payload key, NodeName to) {
        boolean gone = replica.get(key)
                .filter(entry -> entry.claim().owner().equals(to))
                .isPresent();
        return gone ? SupervisorProtocol.Moved.DONE : SupervisorProtocol.Moved.STAYS;
    }

    private void redistribute(SupervisorProtocol.Redistribute redistribute) {
        List<Payload> misplaced = mine().stream()
                .filter(entry -> isMisplaced(entry))
                .map(Entry::key)
                .toList();
        if (!redistribute.dry()) {
            misplaced.forEach(key -> moves.want(key, Optional.empty()));
            moves.advance();
        }
        Self.from(redistribute).reply(misplaced.size());
    }

    private boolean isMisplaced(Entry entry) {
        return entry.state() == ChildState.RUNNING && choice.isMisplaced(entry);
    }

    /// Takes a child over from a node that is there and wants it to.
    private void adopt(SupervisorProtocol.Adopt adopt) {
        Entry former = adopt.former();
        ChildSpec spec = former.spec();
        Adoption adoption = new Adoption(adopt.from(), former);
        if (!peers.knows(adopt.from())) {
            return;
        }
        hear(former);
        Optional<Entry> known = replica.get(former.key());
        boolean handedOver = known.filter(
                        entry -> entry.claim().token().equals(former.claim().token()))
                .isPresent();
        Token token = peers.token(former.key());
        Claim claim = former.claim().handedOver(token);
        // A copy that stands back behind the former claim has not heard of that yet. It might not stand back behind
        // this one, and has been told of here already.
        boolean contested = replica.hasRivalThatBeats(former.key(), claim);
        if (!handedOver || contested || refusal().isPresent() || !choice.mayRunHere(spec)) {
            refuse(adoption, spec.id(), ExitReason.Other.of(node.name() + " does not take it"));
            return;
        }
        Local local = local(former.key());
        local.hasRun = true;
        local.adoption = Optional.of(adoption);
        local.inheritance = adopt.inheritance();
        put(new Entry(former.key(), claim, token.stamp(), spec, ChildState.STARTING, Optional.empty()));
        launch(former.key());
    }

    private void refuse(Adoption adoption, String id, ExitReason reason) {
        try {
            Self.cast(adoption.from(), new SupervisorProtocol.NotAdopted(id, adoption.token(), reason));
        } catch (WireException e) {
            Self.cast(adoption.from(), new SupervisorProtocol.NotAdopted(id, adoption.token(), asText(reason)));
        }
    }

    @Override
    public Optional<Entry> mine(Payload key) {
        return replica.get(key).filter(this::isMine);
    }

    @Override
    public Optional<NodeName> elsewhere(ChildSpec spec) {
        return choice.elsewhere(spec);
    }

    @Override
    public Optional<Pid> server(NodeName on) {
        return peers.on(on);
    }

    @Override
    public void flush() {
        peers.flush();
    }

    @Override
    public void moved(Entry former, Entry now) {
        Payload key = former.key();
        witnesses.drop(former.claim().token());
        former.pid().ifPresent(pid -> {
            processes.remove(pid);
            Self.unlink(pid);
        });
        Optional<Local> local = Optional.ofNullable(locals.remove(key));
        Tombstone withdrawn = new Tombstone.Withdrawn(key, peers.token(key));
        replica.hear(withdrawn);
        hear(now);
        replica.get(key).ifPresent(view::put);
        peers.removed(withdrawn);
        flushLater();
        peers.changed(key);
        flushLater();
        local.ifPresent(waiting -> waiting.requesters.forEach(requester -> route(former.spec(), requester, 0)));
    }

    @Override
    public void stays(Entry entry, Optional<Pid> pid, Optional<Inheritance> inheritance) {
        if (pid.isPresent()) {
            Entry running = change(entry, ChildState.RUNNING, pid);
            tellRequesters(running);
            settle(running);
        } else {
            local(entry.key()).inheritance = inheritance;
            launch(entry.key());
        }
    }

    @Override
    public boolean isLeaving() {
        return peers.isLeaving();
    }

    @Override
    public void settled() {
        leaveIfEmpty();
    }

    // ---- news from peers

    private void met(Sync.Introduction introduction) {
        peers.lost(introduction).ifPresent(this::lost);
        if (peers.met(introduction)) {
            spreading.membersChanged();
            assembly.ifPresent(one -> one.met(introduction.server()));
            settleAll();
        }
    }

    private void told(Sync.Told told) {
        peers.told(told.server());
        assembly.ifPresent(one -> one.here(told.server()));
        if (peers.isInformed()) {
            settleAll();
        }
    }

    private void witness(Token of, Sync.News news) {
        if (peers.knows(news.server())) {
            news(news);
            Self.cast(news.server(), new SupervisorProtocol.Witnessed(List.of(of)));
        }
    }

    private void news(Sync.News news) {
        Pid server = news.server();
        if (!peers.knows(server)) {
            return;
        }
        for (Tombstone tombstone : news.tombstones()) {
            node.hybridClock().observe(tombstone.at().stamp());
            replica.hear(tombstone).ifPresent(this::forgotten);
        }
        Set<Payload> orphans = new LinkedHashSet<>();
        for (Entry entry : news.entries()) {
            if (entry.isLost() || entry.claim().isOf(server.node(), server.incarnation())) {
                hear(entry);
                if (entry.isLost()) {
                    orphans.add(entry.key());
                }
            }
        }
        claimOrphans(orphans.stream()
                .flatMap(key -> replica.get(key).stream())
                .filter(Entry::isLost)
                .toList());
    }

    /// Hears of an entry. One whose owner is not there – it may have been lost while the news was
    /// under way – is an orphan.
    private void hear(Entry told) {
        Entry entry = told.isLost() || peers.hasOwnerOf(told) ? told : told.withoutOwner();
        replica.hear(entry).ifPresent(change -> {
            node.hybridClock().observe(entry.claim().token().stamp());
            view.put(entry);
            change.before()
                    .filter(before -> isMine(before) && !isMine(entry))
                    .ifPresent(before -> giveUp(before, entry));
            passOn(entry, change);
            settle(entry);
        });
    }

    /// A voter tells of take-overs: who sees the voters, and not the new owner yet, would take the
    /// child over too.
    private void passOn(Entry entry, Replica.Change change) {
        boolean isNew = change.before()
                .filter(before -> before.claim().equals(entry.claim()))
                .isEmpty();
        if (isNew
                && entry.claim().takeOvers() > 0
                && assembly.filter(Assembly::isVoter).isPresent()) {
            peers.changed(entry.key());
            flushLater();
        }
    }

    private void forgotten(Replica.Change change) {
        change.before().ifPresent(entry -> {
            view.remove(entry.id());
            if (isMine(entry)) {
                witnesses.drop(entry.claim().token());
                Local local = locals.remove(entry.key());
                if (local != null) {
                    local.terminators.forEach(from -> from.reply(Terminated.DONE));
                }
                entry.pid().ifPresent(pid -> {
                    processes.remove(pid);
                    StandingBack.end(pid, ExitReason.shutdown(), entry.spec().shutdown());
                });
                moves.drop(entry.key());
                leaveIfEmpty();
            }
        });
        change.after().ifPresent(entry -> {
            view.put(entry);
            settle(entry);
        });
    }

    /// Answers callers that wait for a child which is known to run now.
    private void settle(Entry entry) {
        if (asks.isOpen(entry.id())) {
            running(entry.key()).ifPresent(_ -> placed(entry, false));
        }
    }

    // ---- nodes that come and go

    void nodeUp(NodeUp up) {
        peers.nodeUp(up);
    }

    void down(Down down) {
        peers.lost(down).ifPresent(server -> {
            lost(server);
            if (!(down.reason() instanceof ExitReason.NoConnection)) {
                assembly.ifPresent(one -> one.ended(server));
            }
        });
        settleAll();
    }

    private void lost(Pid server) {
        List<Entry> orphans = replica.orphan(server.node(), server.incarnation());
        for (Entry orphan : orphans) {
            view.put(orphan);
            settle(orphan);
        }
        log.info("{} lost {} with {} children", node, server.node(), orphans.size());
        asks.lost(server);
        witnesses.askAgain();
        moves.lost(server);
        spreading.membersChanged();
        assembly.ifPresent(one -> one.lost(server));
    }

    private void settleAll() {
        assemble();
        claimOrphans();
        asks.unasked().forEach(this::pursue);
    }

    /// Claims the orphans that placement gives to this node. The others are offered to the nodes
    /// that placement names, since those may never have heard of them.
    private void claimOrphans() {
        claimOrphans(replica.orphans()).forEach(peers::offer);
    }

    /// Claims those of some orphans that placement gives to this node.
    ///
    /// @return the others, by the servers of the nodes that it names
    private Map<Pid, List<Entry>> claimOrphans(List<Entry> orphans) {
        Map<Pid, List<Entry>> offers = new LinkedHashMap<>();
        if (!peers.isInformed()) {
            return offers;
        }
        for (Entry orphan : orphans) {
            if (isKept(orphan) || !mayClaim(Optional.of(orphan))) {
                continue;
            }
            ChildSpec spec = orphan.spec();
            Optional<NodeName> chosen = choice.place(spec);
            if (chosen.filter(node.name()::equals).isPresent()) {
                if (claim(spec)) {
                    takeOver(orphan);
                }
            } else {
                chosen.flatMap(peers::on)
                        .ifPresent(server -> offers.computeIfAbsent(server, _ -> new ArrayList<>())
                                .add(orphan));
            }
        }
        return offers;
    }

    private void takeOver(Entry orphan) {
        if (orphan.crashed()) {
            leaveAlone(orphan.key());
        } else {
            launch(orphan.key());
        }
    }

    /// Keeps a child that failed too often where it was: it does not fail its way through the
    /// nodes.
    private void leaveAlone(Payload key) {
        change(replica.get(key).orElseThrow(), ChildState.CRASHED, Optional.empty());
    }

    /// Whether its owner is there and will go on with it. One that sees too few voters need not do
    /// so soon.
    private boolean isKept(Entry orphan) {
        return orphan.isLost() ? peers.hasOwnerOf(orphan) : isMine(orphan);
    }

    private void tick() {
        Self.sendAfter(TICK, new SupervisorProtocol.Tick());
        long now = node.host().clock().nanos();
        asks.expire(now);
        witnesses.askAgain();
        assemble();
        assembly.ifPresent(Assembly::tick);
        asks.overdue().forEach(this::pursue);
        claimOrphans();
        long past = node.host().clock().now().minus(TOMBSTONES).toEpochMilli() << 16;
        replica.forgetTombstones(past);
    }

    // ---- with a quorum only

    /// Why nothing is decided here; empty when it may be.
    private Optional<ExitReason> refusal() {
        return assembly.filter(one -> !one.isMet()).map(Assembly::refusal);
    }

    /// Whether a child that nobody owns may be claimed.
    private boolean mayClaim(Optional<Entry> orphan) {
        return assembly.map(one -> one.isMet()
                        && orphan.filter(lost -> !one.mayTakeOver(lost)).isEmpty())
                .orElse(true);
    }

    private void waitForQuorum(SupervisorProtocol.WaitForQuorum wait) {
        From<Boolean> from = Self.from(wait);
        assembly.ifPresentOrElse(one -> one.await(from, wait.budgetNanos()), () -> from.reply(true));
    }

    private void assemble() {
        assembly.ifPresent(one -> {
            switch (one.look()) {
                case NONE -> {}
                case LOST -> suspendAll(one);
                case REACHED -> resumeAll(one);
            }
        });
    }

    /// Stops all children here. Their records stay, and this node starts them again unless another
    /// one has taken them over by then. It is not counted as a failure.
    private void suspendAll(Assembly one) {
        List<Entry> mine = mine();
        log.warn("{} sees {}, and stops its {} children until it sees more", node, one, mine.size());
        mine.forEach(entry -> suspend(one, entry));
        asks.ids().forEach(id -> asks.refuse(id, one.refusal()));
    }

    private void suspend(Assembly one, Entry entry) {
        moves.drop(entry.key());
        Duration shutdown = entry.spec().shutdown();
        if (entry.state() == ChildState.CRASHED) {
            return;
        }
        if (entry.state() == ChildState.STOPPING) {
            entry.pid().ifPresent(pid -> one.hurry(pid, shutdown));
            return;
        }
        entry.pid().ifPresent(pid -> {
            processes.remove(pid);
            one.stop(pid, shutdown);
        });
        if (entry.state() == ChildState.STARTING && !local(entry.key()).hasRun) {
            notStarted(entry, one.refusal());
        } else {
            change(entry, ChildState.SUSPENDED, Optional.empty());
        }
    }

    private void resumeAll(Assembly one) {
        List<Entry> suspended = mine().stream()
                .filter(entry -> entry.state() == ChildState.SUSPENDED)
                .toList();
        log.info("{} sees {}, and starts {} children that it had stopped", node, one, suspended.size());
        suspended.forEach(entry -> launch(entry.key()));
    }

    private List<Entry> mine() {
        return replica.ownedBy(node.name(), node.incarnation()).stream()
                .filter(this::isMine)
                .toList();
    }

    /// Stops all children of this node, all at once; kills those that take longer than they may.
    void stopAll() {
        handOver();
        Map<Ref, Pid> stopping = new LinkedHashMap<>();
        Duration longest = Duration.ZERO;
        for (Map.Entry<Pid, Payload> running : processes.entrySet()) {
            Duration shutdown =
                    replica.get(running.getValue()).orElseThrow().spec().shutdown();
            longest = shutdown.compareTo(longest) > 0 ? shutdown : longest;
            stopping.put(Self.monitor(running.getKey()), running.getKey());
            Self.unlink(running.getKey());
            Self.exit(running.getKey(), ExitReason.shutdown());
        }
        long deadline = node.host().clock().nanos() + Math.min(longest.toNanos(), Node.FOREVER.toNanos());
        while (!stopping.isEmpty()) {
            Duration left =
                    Duration.ofNanos(Math.max(0, deadline - node.host().clock().nanos()));
            Optional<Down> down = Self.receive(Down.class, one -> stopping.containsKey(one.ref()), left);
            if (down.isEmpty()) {
                stopping.values().forEach(pid -> Self.exit(pid, ExitReason.killed()));
                return;
            }
            stopping.remove(down.get().ref());
        }
    }

    /// Tells the peers what has changed, and has one of them confirm it: a child that nobody else
    /// knows would be lost with this node.
    private void handOver() {
        peers.flush();
        long deadline = node.host().clock().nanos() + CONFIRM.toNanos();
        for (Pid server : peers.servers()) {
            try {
                long left = deadline - node.host().clock().nanos();
                Self.call(server, new SupervisorProtocol.CatchUp(), Duration.ofNanos(Math.max(0, left)));
                return;
            } catch (ExitException e) {
                log.warn("{} got no confirmation from {}: {}", node, server.node(), e.reason());
            }
        }
    }

    // ---- records

    @Override
    public Entry change(Entry entry, ChildState state, Optional<Pid> pid) {
        Entry changed = new Entry(
                entry.key(), entry.claim(), node.hybridClock().nextAfter(entry.version()), entry.spec(), state, pid);
        put(changed);
        return changed;
    }

    private void put(Entry entry) {
        replica.put(entry);
        if (!entry.serves() || mayHear(Self.pid(), entry)) {
            view.put(entry);
        }
        peers.changed(entry.key());
        flushLater();
    }

    /// Ends a child for all nodes.
    private void remove(Payload key) {
        remove(new Tombstone.Ended(key, peers.token(key)));
    }

    /// Gives up a claim that came to nothing; another node may well run the child.
    private void withdraw(Payload key) {
        remove(new Tombstone.Withdrawn(key, peers.token(key)));
    }

    private void remove(Tombstone tombstone) {
        Payload key = tombstone.key();
        replica.get(key).ifPresent(entry -> witnesses.drop(entry.claim().token()));
        replica.remove(tombstone);
        view.remove(id(key));
        peers.removed(tombstone);
        flushLater();
        Local local = locals.remove(key);
        if (local != null && !local.terminators.isEmpty()) {
            // Whoever hears that it is done must not see it undone by the loss of this node.
            peers.flush();
            witnesses.expect(
                    tombstone.at(),
                    peers.news(List.of(), List.of(tombstone)),
                    () -> local.terminators.forEach(from -> from.reply(Terminated.DONE)));
            witnesses.ask(tombstone.at());
        }
    }

    private void flushLater() {
        if (!flushing) {
            flushing = true;
            Self.sendAfter(FLUSH, new SupervisorProtocol.Flush());
        }
    }

    private void flushNow() {
        flushing = false;
        peers.flush();
        witnesses.pay();
    }

    private Local local(Payload key) {
        return locals.computeIfAbsent(key, _ -> new Local());
    }

    private Optional<Pid> running(Payload key) {
        return replica.get(key)
                .filter(entry -> entry.serves() && mayHear(Self.pid(), entry))
                .flatMap(Entry::pid);
    }

    private boolean isMine(Entry entry) {
        return !entry.isLost() && entry.claim().isOf(node.name(), node.incarnation());
    }

    private static String id(Payload key) {
        return (String) key.value();
    }
}
