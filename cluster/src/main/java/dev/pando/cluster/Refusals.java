package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;
import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Counts what was refused, and logs each kind once in an interval, with the origin of the one that was logged.
final class Refusals {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);
    private static final int TEXT_MAX = 300;

    private final Object node;
    private final Clock clock;
    private final Map<Refusal, Tally> tallies = new EnumMap<>(Refusal.class);

    private static final class Tally {
        final AtomicLong count = new AtomicLong();
        final AtomicLong nextLogNanos = new AtomicLong();
    }

    Refusals(Object node, Clock clock) {
        this.node = node;
        this.clock = clock;
        for (Refusal kind : Refusal.values()) {
            tallies.put(kind, new Tally());
        }
    }

    void add(Refusal kind, Object origin, String why) {
        Tally tally = tally(kind);
        long count = tally.count.incrementAndGet();
        long now = clock.nanos();
        long next = tally.nextLogNanos.get();
        boolean due = count == 1 || now - next >= 0;
        if (due && tally.nextLogNanos.compareAndSet(next, now + INTERVAL.toNanos())) {
            // A stranger may be a member of a view that is still on its way, which is nothing to warn of.
            log.atLevel(kind == Refusal.STRANGER ? Level.INFO : Level.WARN)
                    .log("{} refused {} from {} ({} so far): {}", node, kind, origin, count, printable(why));
        }
    }

    long count(Refusal kind) {
        return tally(kind).count.get();
    }

    private Tally tally(Refusal kind) {
        Tally tally = tallies.get(kind);
        if (tally == null) {
            throw new IllegalStateException("every kind has a tally");
        }
        return tally;
    }

    /// What a stranger wrote must not write log lines of its own.
    private static String printable(String why) {
        String cut = why.length() > TEXT_MAX ? why.substring(0, TEXT_MAX) + "…" : why;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
