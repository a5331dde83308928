package dev.pando.horde;

import dev.pando.core.NodeName;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// Whether one node sees a majority of the voters. Knows nothing of processes; is told who is there, and the time.
///
/// A majority must stay for a while before it counts: until then all have met who are there, and have heard what was
/// taken over meanwhile.
final class Attendance {

    /// More than those who meet at the end of a cut, or when a node starts, are apart in that.
    static final Duration SETTLE = Duration.ofSeconds(3);

    private final Quorum quorum;
    private final NodeName self;
    private final Set<NodeName> there = new TreeSet<>();
    private OptionalLong sinceNanos = OptionalLong.empty();
    private boolean met;

    /// What has come of a look.
    enum Change {
        NONE,
        LOST,
        REACHED
    }

    Attendance(Quorum quorum, NodeName self) {
        this.quorum = quorum;
        this.self = self;
        clear();
    }

    /// A node is there, and has told all it knows.
    void came(NodeName node) {
        there.add(node);
    }

    void left(NodeName node) {
        there.remove(node);
    }

    /// Nothing is known of anybody any more: all have to come again.
    void clear() {
        there.clear();
        there.add(self);
        sinceNanos = OptionalLong.empty();
    }

    boolean isThere(NodeName node) {
        return there.contains(node);
    }

    /// Looks who is there.
    ///
    /// @param ready whether this node could go on: none of the children that it has stopped still runs
    Change look(long nowNanos, boolean ready) {
        if (!quorum.isMetBy(there)) {
            sinceNanos = OptionalLong.empty();
            boolean lost = met;
            met = false;
            return lost ? Change.LOST : Change.NONE;
        }
        sinceNanos = OptionalLong.of(sinceNanos.orElse(nowNanos));
        if (met || !ready || nowNanos - sinceNanos.getAsLong() < SETTLE.toNanos()) {
            return Change.NONE;
        }
        met = true;
        return Change.REACHED;
    }

    /// Whether the majority was there at the last look.
    boolean isMet() {
        return met;
    }
}
