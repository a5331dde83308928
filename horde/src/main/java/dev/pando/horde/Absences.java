package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which owners of children are missed, since when, and by whom. Knows nothing of processes; is told what others
/// say, and the time.
///
/// A node releases an owner that it has missed for the margin. Its children may be taken over once a majority of the
/// voters has released it: a majority that the owner sees has one voter with that in common, which would not have.
/// So a broken link alone, between two nodes that both see the others, moves nothing.
final class Absences {

    private final Quorum quorum;
    private final NodeName self;
    private final Map<Owner, Long> sinceNanos = new LinkedHashMap<>();
    private final Map<NodeName, Statement> heard = new TreeMap<>();

    /// What a node says of the owners that it misses.
    ///
    /// @param missing owners of children that it would have taken over; whoever hears of them looks for them too
    /// @param released those that it has missed for the margin
    record Statement(List<Owner> missing, List<Owner> released) {
        static final Statement NOTHING = new Statement(List.of(), List.of());
    }

    Absences(Quorum quorum, NodeName self) {
        this.quorum = quorum;
        this.self = self;
    }

    /// Another node says so.
    void hear(NodeName node, Statement statement) {
        heard.put(node, statement);
    }

    /// What another node has said does not count any more.
    void left(NodeName node) {
        heard.remove(node);
    }

    /// Looks who is missing.
    ///
    /// @param orphaned owners of children that nobody owns now
    /// @return what there is to say of it
    Statement look(long nowNanos, Set<Owner> orphaned, Predicate<Owner> isThere) {
        Set<Owner> own = new LinkedHashSet<>(orphaned);
        own.removeIf(isThere);
        Set<Owner> all = new LinkedHashSet<>(own);
        for (Statement statement : heard.values()) {
            statement.missing().stream().filter(isThere.negate()).forEach(all::add);
        }
        sinceNanos.keySet().retainAll(all);
        all.forEach(owner -> sinceNanos.putIfAbsent(owner, nowNanos));
        return new Statement(List.copyOf(own), released(nowNanos));
    }

    private List<Owner> released(long nowNanos) {
        List<Owner> released = new ArrayList<>();
        sinceNanos.forEach((owner, since) -> {
            if (nowNanos - since >= quorum.margin().toNanos()) {
                released.add(owner);
            }
        });
        return released;
    }

    /// Whether a majority of the voters has released an owner, as far as is known here.
    boolean isReleased(Owner owner, long nowNanos) {
        Set<NodeName> by = new LinkedHashSet<>();
        if (released(nowNanos).contains(owner)) {
            by.add(self);
        }
        heard.forEach((node, statement) -> {
            if (statement.released().contains(owner)) {
                by.add(node);
            }
        });
        return quorum.isMetBy(by);
    }
}
