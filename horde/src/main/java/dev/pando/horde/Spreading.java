package dev.pando.horde;

import dev.pando.core.Self;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Active [Redistribution]: when the members have stayed the same for a while, the children of this node go where they
/// belong, so many a second. Does nothing where redistribution is passive. Confined to the server's process.
final class Spreading {

    private static final Duration STEP = Duration.ofMillis(100);

    private final Redistribution redistribution;
    private final Moves moves;
    private final Moves.Keeper keeper;
    private final Supplier<List<Entry>> mine;
    private final Predicate<Entry> goes;
    private final Deque<Payload> toLookAt = new ArrayDeque<>();
    private long changes;

    /// @param mine the children of this node
    /// @param goes whether a child of this node is to move
    Spreading(
            Redistribution redistribution,
            Moves moves,
            Moves.Keeper keeper,
            Supplier<List<Entry>> mine,
            Predicate<Entry> goes) {
        this.redistribution = redistribution;
        this.moves = moves;
        this.keeper = keeper;
        this.mine = mine;
        this.goes = goes;
    }

    /// A node has come or gone.
    void membersChanged() {
        changes++;
        if (redistribution instanceof Redistribution.Active(int _, Duration settle)) {
            Self.sendAfter(settle, new SupervisorProtocol.Settled(changes));
        }
    }

    /// Time has passed since a change; begins, if it was the last one.
    void settled(long change) {
        if (change == changes && !keeper.isLeaving()) {
            boolean first = toLookAt.isEmpty();
            toLookAt.clear();
            mine.get().forEach(entry -> toLookAt.add(entry.key()));
            if (first) {
                step();
            }
        }
    }

    /// Has some more move.
    void step() {
        if (redistribution instanceof Redistribution.Active(int perSecond, Duration _)) {
            int most = (int) Math.max(1, perSecond * STEP.toMillis() / 1000);
            for (int begun = 0; begun < most && !toLookAt.isEmpty(); ) {
                Optional<Entry> next = keeper.mine(toLookAt.remove()).filter(goes);
                if (next.isPresent()) {
                    begun++;
                    moves.want(next.get().key(), Optional.empty());
                }
            }
            moves.advance();
            if (!toLookAt.isEmpty()) {
                Self.sendAfter(
                        Duration.ofMillis(Math.max(STEP.toMillis(), most * 1000L / perSecond)),
                        new SupervisorProtocol.Spread());
            }
        }
    }

    /// The node leaves, and all its children with it.
    void stop() {
        toLookAt.clear();
    }
}
