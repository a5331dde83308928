package dev.pando.cluster.discovery;

import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the packets that are ignored, and logs each kind once in an interval, with the origin of
/// the one that was logged.
final class GossipRefusals {

    static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Gossip.class);

    private final NodeName node;
    private final Clock clock;
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);

    private record Tally(long count, long nextLogNanos) {}

    GossipRefusals(NodeName node, Clock clock) {
        this.node = node;
        this.clock = clock;
    }

    synchronized void add(Kind kind, Object origin, String why) {
        long now = clock.nanos();
        Tally last = tallies.getOrDefault(kind, new Tally(0, now));
        long count = last.count + 1;
        boolean due = now - last.nextLogNanos >= 0;
        tallies.put(kind, new Tally(count, due ? now + INTERVAL.toNanos() : last.nextLogNanos));
        if (due) {
            log.warn("{} ignored a packet ({}) from {} ({} so far): {}", node, kind, origin, count, why);
        }
    }

    /// Of all kinds, by name.
    SortedMap<String, Long> counts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (Kind kind : Kind.values()) {
            counts.put(kind.name(), count(kind));
        }
        return counts;
    }

    synchronized long count(Kind kind) {
        Tally tally = tallies.get(kind);
        return tally == null ? 0 : tally.count;
    }
}
