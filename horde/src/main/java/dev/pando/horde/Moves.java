package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.Exported;
import dev.pando.core.HandOver;
import dev.pando.core.Handoff;
import dev.pando.core.Inheritance;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import dev.pando.horde.SupervisorProtocol.Adopt;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The children of this node that are on their way to another one. Confined to the server's
/// process.
///
/// A child whose behaviour is a [Handoff] is suspended and its state sent along; any other is
/// stopped first. The other node claims the child under a token of its own and starts it. Once it
/// says so, this node gives its claim up and releases the process; when it does not, the child goes
/// on here. A node that is about to leave starts the child without its state there rather than keep
/// it.
///
/// The older claim counts until it is given up. So when both nodes run the child after all, because
/// the answer was lost, the copy here stays and the other one stands back, as after any partition.
final class Moves {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);
    private static final int PARALLEL = 256;
    private static final Duration PAUSE = Duration.ofMillis(10);

    /// What the moves need of their keeper.
    interface Keeper {

        Optional<Entry> mine(Payload key);

        /// Notes that a child is under way.
        Entry change(Entry entry, ChildState state, Optional<Pid> pid);

        /// Where a child is to go from here.
        Optional<NodeName> elsewhere(ChildSpec spec);

        Optional<Pid> server(NodeName node);

        /// Tells the peers of all changes.
        void flush();

        /// Gives a child up to the node that runs it now.
        void moved(Entry former, Entry now);

        /// The child goes on here.
        ///
        /// @param pid its process, if that lives
        /// @param inheritance what it starts with otherwise
        void stays(Entry entry, Optional<Pid> pid, Optional<Inheritance> inheritance);

        boolean isLeaving();

        /// A move is over, one way or the other.
        void settled();
    }

    private final Node node;
    private final Keeper keeper;
    private final Duration patience;
    private final Map<Payload, Move> open = new LinkedHashMap<>();
    private final Deque<Wish> queue = new ArrayDeque<>();
    private final Set<Payload> queued = new LinkedHashSet<>();
    private final Map<Payload, List<Runnable>> afterwards = new LinkedHashMap<>();
    private long steps;

    private record Wish(Payload key, Optional<NodeName> to) {}

    private enum Phase {
        /// It does not handle messages any more, or will not soon.
        SUSPENDING,
        /// It has no state that could travel.
        STOPPING,
        /// The other node is asked to start it.
        ADOPTING
    }

    private static final class Move {
        final Payload key;
        final Pid target;
        final Token token;
        final Optional<Pid> pid;
        final Ref suspension;
        Phase phase;
        /// Tells what belongs to this phase from what comes late.
        long step;
        Optional<Inheritance> inheritance = Optional.empty();
        /// Whether its process has ended meanwhile.
        boolean ended;

        Move(Entry entry, Pid target, Ref suspension, Phase phase) {
            this.suspension = suspension;
            this.key = entry.key();
            this.target = target;
            this.token = entry.claim().token();
            this.pid = entry.pid();
            this.phase = phase;
        }
    }

    Moves(Node node, Keeper keeper, Duration patience) {
        this.node = node;
        this.keeper = keeper;
        this.patience = patience;
    }

    /// Has a child moved when its turn comes; to where placement says unless a node is given.
    void want(Payload key, Optional<NodeName> to) {
        if (!open.containsKey(key) && queued.add(key)) {
            queue.add(new Wish(key, to));
        }
    }

    /// Begins as many moves as may be under way.
    void advance() {
        while (open.size() < PARALLEL && !queue.isEmpty()) {
            Wish wish = queue.remove();
            queued.remove(wish.key());
            Optional<Entry> entry = keeper.mine(wish.key());
            if (entry.isEmpty() || !begin(entry.get(), wish.to())) {
                over(wish.key());
            }
        }
    }

    boolean isIdle() {
        return open.isEmpty() && queue.isEmpty();
    }

    boolean isOpen(Payload key) {
        return open.containsKey(key);
    }

    /// Runs something once a child is not on its way any more.
    void afterwards(Payload key, Runnable what) {
        if (open.containsKey(key) || queued.contains(key)) {
            afterwards.computeIfAbsent(key, _ -> new ArrayList<>()).add(what);
        } else {
            what.run();
        }
    }

    /// `false` when there is nowhere to go, or it is not in a state to.
    private boolean begin(Entry entry, Optional<NodeName> to) {
        Optional<Pid> target = to.or(() -> keeper.elsewhere(entry.spec())).flatMap(keeper::server);
        if (target.isEmpty() || !isMovable(entry.state())) {
            return false;
        }
        boolean stateful = entry.spec().behaviour() instanceof Handoff && entry.state() == ChildState.RUNNING;
        boolean running = entry.state() == ChildState.RUNNING;
        Phase phase = stateful ? Phase.SUSPENDING : running ? Phase.STOPPING : Phase.ADOPTING;
        Move move = new Move(entry, target.get(), node.newRef(), phase);
        open.put(entry.key(), move);
        Entry leaving = keeper.change(entry, ChildState.HANDING_OVER, stateful ? entry.pid() : Optional.empty());
        enter(move, phase);
        switch (phase) {
            case SUSPENDING -> suspend(move, move.pid.orElseThrow());
            case STOPPING -> stop(entry.spec(), move.pid.orElseThrow());
            case ADOPTING -> send(leaving, move);
        }
        return true;
    }

    private void enter(Move move, Phase phase) {
        move.phase = phase;
        move.step = ++steps;
        if (phase != Phase.STOPPING) {
            Self.sendAfter(patience, new SupervisorProtocol.MoveOverdue((String) move.key.value(), move.step));
        }
    }

    private static void stop(ChildSpec spec, Pid pid) {
        Self.exit(pid, ExitReason.shutdown());
        Self.sendAfter(spec.shutdown(), new SupervisorProtocol.Overdue(pid));
    }

    /// What runs, and what waits to be started again.
    private static boolean isMovable(ChildState state) {
        return state == ChildState.RUNNING || state == ChildState.PENDING;
    }

    private void suspend(Move move, Pid pid) {
        HandOver.suspend(node, pid, move.suspension, Self.pid());
    }

    /// A child of this node handles nothing more, or does not agree to that.
    void suspended(Payload key, Ref suspension, HandOver.Outcome outcome) {
        Move move = open.get(key);
        if (move == null || move.phase != Phase.SUSPENDING || !move.suspension.equals(suspension)) {
            return;
        }
        switch (outcome) {
            case HandOver.Outcome.Taken(Exported exported) -> adopt(move, new Inheritance.Of(exported));
            // Calls that are open now may be answered soon.
            case HandOver.Outcome.Refused(ExitReason.Overloaded _) ->
                Self.sendAfter(PAUSE, new SupervisorProtocol.SuspendAgain((String) key.value(), move.step));
            case HandOver.Outcome.Refused(ExitReason reason) when keeper.isLeaving() -> stopWithoutState(move, reason);
            case HandOver.Outcome.Refused(ExitReason reason) -> fail(move, reason);
        }
    }

    /// It goes on afresh elsewhere, and not before it has ended here.
    private void stopWithoutState(Move move, ExitReason reason) {
        move.inheritance = Optional.of(new Inheritance.Lost(reason));
        enter(move, Phase.STOPPING);
        keeper.mine(move.key).ifPresent(entry -> stop(entry.spec(), move.pid.orElseThrow()));
    }

    void suspendAgain(String id, long step) {
        Move move = open.get(new Payload(id));
        if (move != null && move.step == step) {
            move.pid.ifPresent(pid -> suspend(move, pid));
        }
    }

    /// The process of a child has ended. When it did so by itself and had not been told to stop, it
    /// does not move: it is treated as any child that has ended, and [#done] is called then.
    ///
    /// @return whether a move goes on with it
    boolean ended(Payload key, ExitReason reason) {
        Move move = open.get(key);
        if (move == null) {
            return false;
        }
        move.ended = true;
        boolean goesOn = keeper.mine(key)
                .filter(entry -> switch (move.phase) {
                    case SUSPENDING -> false;
                    case STOPPING -> !hasFinished(entry.spec(), reason);
                    case ADOPTING -> true;
                })
                .isPresent();
        if (!goesOn) {
            open.remove(key);
        } else if (move.phase == Phase.STOPPING) {
            enter(move, Phase.ADOPTING);
            keeper.mine(key).ifPresent(entry -> send(entry, move));
        }
        return goesOn;
    }

    /// Whether it ended because its work is done: whoever is told to stop says so.
    private static boolean hasFinished(ChildSpec spec, ExitReason reason) {
        return reason instanceof ExitReason.Normal && !spec.restart().after(reason);
    }

    /// Goes on with other moves, and with what waited for this one to be over.
    void done(Payload key) {
        over(key);
        advance();
    }

    private void adopt(Move move, Inheritance inheritance) {
        keeper.mine(move.key).ifPresent(entry -> {
            enter(move, Phase.ADOPTING);
            move.inheritance = Optional.of(inheritance);
            send(entry, move);
        });
    }

    private void send(Entry entry, Move move) {
        // Nothing that was said of the claim before may come after this.
        keeper.flush();
        try {
            Self.cast(move.target, new Adopt(entry, move.inheritance, Self.pid()));
        } catch (WireException e) {
            ExitReason why = ExitReason.Crash.of(e);
            if (keeper.isLeaving()
                    && move.inheritance.filter(Inheritance.Of.class::isInstance).isPresent()) {
                adopt(move, new Inheritance.Lost(why));
            } else {
                fail(move, why);
            }
        }
    }

    void adopted(Entry now, Token former) {
        Move move = adopting((String) now.key().value(), former);
        if (move != null) {
            open.remove(move.key);
            keeper.mine(move.key).ifPresent(entry -> keeper.moved(entry, now));
            move.pid
                    .filter(_ -> !move.ended)
                    .ifPresent(pid -> HandOver.release(
                            node, pid, move.suspension, now.pid().orElseThrow()));
            done(move.key);
        }
    }

    void notAdopted(String id, Token former, ExitReason reason) {
        Move move = adopting(id, former);
        if (move == null) {
            return;
        }
        if (keeper.isLeaving()
                && move.inheritance.filter(Inheritance.Of.class::isInstance).isPresent()) {
            adopt(move, new Inheritance.Lost(reason));
        } else {
            fail(move, reason);
        }
    }

    void overdue(String id, long step) {
        Move move = open.get(new Payload(id));
        if (move != null && move.step == step) {
            fail(move, new ExitReason.Timeout(patience));
        }
    }

    /// A node that was to take children in is lost.
    void lost(Pid server) {
        List.copyOf(open.values()).stream()
                .filter(move -> move.target.equals(server) && move.phase == Phase.ADOPTING)
                .forEach(move -> fail(move, new ExitReason.NoConnection(server.node())));
    }

    /// Another node's claim of a child counts, or it has been terminated: there is nothing to move.
    void drop(Payload key) {
        Move move = open.remove(key);
        if (move != null) {
            done(move.key);
        }
    }

    private void fail(Move move, ExitReason reason) {
        open.remove(move.key);
        log.warn("{} keeps child '{}', which was to go to {}: {}", node, move.key.value(), move.target.node(), reason);
        keeper.mine(move.key).ifPresent(entry -> {
            Optional<Pid> pid = move.pid.filter(_ -> !move.ended);
            pid.ifPresent(suspended -> HandOver.resume(node, suspended, move.suspension));
            keeper.stays(entry, pid, Optional.of(new Inheritance.Lost(reason)));
        });
        done(move.key);
    }

    private void over(Payload key) {
        List<Runnable> waiting = afterwards.remove(key);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
        keeper.settled();
    }

    private @Nullable Move adopting(String id, Token token) {
        Move move = open.get(new Payload(id));
        return move != null && move.token.equals(token) && move.phase == Phase.ADOPTING ? move : null;
    }
}
