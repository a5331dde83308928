package dev.pando.cluster.discovery;

import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A strategy at work, opened when it is first asked and anew after each failure. A lookup that does not come back
/// is left behind, with what it has opened.
final class Lookup {

    private final DiscoveryStrategy strategy;
    private final DiscoveryStrategy.Seat seat;
    private final Duration timeout;

    private @Nullable Discovery opened;
    private boolean closed;
    private @Nullable Pid asking;

    Lookup(DiscoveryStrategy strategy, DiscoveryStrategy.Seat seat, Duration timeout) {
        this.strategy = strategy;
        this.seat = seat;
        this.timeout = timeout;
    }

    /// Asks, in a process that is linked to this one and tells it the outcome.
    void ask(long number) {
        Pid asker = Self.pid();
        asking = Self.spawnLink(() -> Self.send(asker, outcome(number)));
    }

    boolean isAsking(Pid pid) {
        return pid.equals(asking);
    }

    private TopologyServer.Message outcome(long number) {
        try {
            List<Endpoint> answer = open().lookup(timeout);
            return new TopologyServer.Answered(number, List.copyOf(new TreeSet<>(answer)));
        } catch (Exception e) {
            return new TopologyServer.NotAnswered(number, why(e));
        }
    }

    private static String why(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private Discovery open() throws Exception {
        Discovery found = current();
        if (found != null) {
            return found;
        }
        Discovery fresh = strategy.open(seat);
        if (!keep(fresh)) {
            fresh.close();
            throw new IllegalStateException("the topology has stopped");
        }
        return fresh;
    }

    private synchronized @Nullable Discovery current() {
        return opened;
    }

    private synchronized boolean keep(Discovery fresh) {
        if (!closed) {
            opened = fresh;
        }
        return !closed;
    }

    SortedMap<String, Long> refused() {
        Discovery found = current();
        return found == null ? Collections.emptySortedMap() : found.refused();
    }

    /// Ends it, and a lookup that still runs with it. Another one is to be made for the next.
    void close() {
        Pid running = asking;
        if (running != null) {
            Self.unlink(running);
            Self.exit(running, ExitReason.killed());
        }
        Discovery last;
        synchronized (this) {
            closed = true;
            last = opened;
            opened = null;
        }
        if (last != null) {
            last.close();
        }
    }
}
