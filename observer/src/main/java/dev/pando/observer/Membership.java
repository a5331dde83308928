package dev.pando.observer;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.NodeUp;
import dev.pando.core.NodeName;
import dev.pando.observer.Alert.BelowExpected;
import dev.pando.observer.Alert.Healed;
import dev.pando.observer.Alert.How;
import dev.pando.observer.Alert.NodeJoined;
import dev.pando.observer.Alert.NodeLost;
import dev.pando.observer.Alert.Restored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who is there and who was, and what of its changes is to be told. Knows neither processes nor a
/// clock; confined to one process.
final class Membership {

    /// Nodes that are gone are known for as long as they are among so many; they may never come
    /// back.
    static final int GONE_MAX = 1_000;

    /// @param incarnation of its last session
    private record Gone(long incarnation, Reason reason, long atNanos) {
        boolean wasOutOfReach() {
            return reason == Reason.UNREACHABLE || reason == Reason.RENEWED;
        }
    }

    private record Shortage(long sinceNanos, boolean told) {}

    private final int expected;
    /// The other nodes, with their incarnations.
    private final SortedMap<NodeName, Long> present;
    /// In the order in which they went.
    private final Map<NodeName, Gone> gone = new LinkedHashMap<>();
    /// Those that are back, and for how long they were away, until that is told.
    private final SortedMap<NodeName, Duration> returned = new TreeMap<>();

    private Optional<Shortage> shortage = Optional.empty();

    /// @param there the other nodes that are there at first, with their incarnations; they have not
    ///     joined now
    Membership(int expected, Map<NodeName, Long> there, long nowNanos) {
        this.expected = expected;
        this.present = new TreeMap<>(there);
        measure(nowNanos);
    }

    /// The other nodes, by name.
    List<NodeName> others() {
        return List.copyOf(present.keySet());
    }

    /// How many there are, this one included.
    int seen() {
        return present.size() + 1;
    }

    /// Since when there are fewer than expected.
    Optional<Long> shortSinceNanos() {
        return shortage.map(Shortage::sinceNanos);
    }

    /// Whether [#healed] has something to tell, once all that come back together are there.
    boolean isHealing() {
        return !returned.isEmpty();
    }

    /// A node that was found at the start may be announced once more.
    List<Alert> up(NodeUp up, long nowNanos) {
        Long before = present.put(up.node(), up.incarnation());
        if (before != null && before == up.incarnation()) {
            return List.of();
        }
        List<Alert> alerts = new ArrayList<>();
        alerts.add(joined(up, nowNanos));
        measure(nowNanos).ifPresent(alerts::add);
        return alerts;
    }

    private Alert joined(NodeUp up, long nowNanos) {
        Gone before = gone.remove(up.node());
        if (before == null) {
            return new NodeJoined(up.node(), How.NEW, Optional.empty());
        }
        Duration away = Duration.ofNanos(nowNanos - before.atNanos());
        boolean same = before.incarnation() == up.incarnation();
        if (same && before.wasOutOfReach()) {
            returned.put(up.node(), away);
        }
        return new NodeJoined(up.node(), same ? How.RETURNED : How.RESTARTED, Optional.of(away));
    }

    /// One of a session that had ended before the start is no news.
    Optional<Alert> down(NodeDown down, long nowNanos) {
        if (!present.remove(down.node(), down.incarnation())) {
            return Optional.empty();
        }
        remember(down.node(), new Gone(down.incarnation(), down.reason(), nowNanos));
        returned.remove(down.node());
        measure(nowNanos);
        return Optional.of(new NodeLost(down.node(), down.reason()));
    }

    private void remember(NodeName node, Gone how) {
        gone.put(node, how);
        if (gone.size() > GONE_MAX) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    /// Those that have come back together.
    Optional<Alert> healed() {
        if (returned.isEmpty()) {
            return Optional.empty();
        }
        Healed healed = new Healed(List.copyOf(returned.keySet()), Collections.max(returned.values()));
        returned.clear();
        return Optional.of(healed);
    }

    /// The grace of a shortage is over, if that goes on.
    ///
    /// @param sinceNanos when the shortage began
    Optional<Alert> overdue(long sinceNanos, long nowNanos, Instant now) {
        Optional<Shortage> due = shortage.filter(one -> one.sinceNanos() == sinceNanos && !one.told());
        due.ifPresent(_ -> shortage = Optional.of(new Shortage(sinceNanos, true)));
        return due.map(_ -> new BelowExpected(seen(), expected, now.minusNanos(nowNanos - sinceNanos)));
    }

    /// Begins or ends a shortage.
    private Optional<Alert> measure(long nowNanos) {
        Optional<Shortage> before = shortage;
        if (seen() < expected) {
            shortage = before.or(() -> Optional.of(new Shortage(nowNanos, false)));
            return Optional.empty();
        }
        shortage = Optional.empty();
        return before.filter(Shortage::told)
                .map(one -> new Restored(seen(), expected, Duration.ofNanos(nowNanos - one.sinceNanos())));
    }
}
