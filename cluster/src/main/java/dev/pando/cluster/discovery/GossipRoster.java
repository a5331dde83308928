package dev.pando.cluster.discovery;

import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who was heard lately.
///
/// A start of a node that can be heard from several addresses has the first of them, until it was
/// not heard from there for long. It is kept in mind for as long as its heartbeats could be
/// repeated, and counts for less.
final class GossipRoster {

    /// How long a node counts after it was heard.
    static final Duration COUNTS = Duration.ofSeconds(30);

    static final int STARTS_MAX = 1_000;

    private static final long COUNTS_NANOS = COUNTS.toNanos();
    private static final long KEPT_NANOS =
            COUNTS.plus(GossipCodec.WINDOW.multipliedBy(2)).toNanos();

    private final Clock clock;
    private final SortedMap<Long, Start> starts = new TreeMap<>();

    /// @param endpointNanos when it was heard from there last
    /// @param nanos when it was heard last
    private record Start(Endpoint endpoint, long endpointNanos, long count, long nanos) {}

    enum Outcome {
        NEW,
        KNOWN,
        REPEATED,
        FULL
    }

    GossipRoster(Clock clock) {
        this.clock = clock;
    }

    synchronized Outcome hear(long id, long count, Endpoint endpoint) {
        long now = clock.nanos();
        starts.values().removeIf(start -> now - start.nanos >= KEPT_NANOS);
        Start known = starts.get(id);
        if (known == null && starts.size() == STARTS_MAX) {
            return Outcome.FULL;
        }
        if (known != null && count <= known.count) {
            return Outcome.REPEATED;
        }
        if (known == null || !counts(known, now)) {
            starts.put(id, new Start(endpoint, now, count, now));
            return Outcome.NEW;
        }
        long endpointNanos = known.endpoint.equals(endpoint) ? now : known.endpointNanos;
        starts.put(id, new Start(known.endpoint, endpointNanos, count, now));
        return Outcome.KNOWN;
    }

    synchronized List<Endpoint> endpoints() {
        long now = clock.nanos();
        return starts.values().stream()
                .filter(start -> counts(start, now))
                .map(Start::endpoint)
                .sorted()
                .distinct()
                .toList();
    }

    private static boolean counts(Start start, long now) {
        return now - start.endpointNanos < COUNTS_NANOS;
    }
}
