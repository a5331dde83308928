package dev.pando.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.Callable;

/// Mutual exclusion by key among the processes of one node. Processes queue up; the first one of a queue has
/// its turn, the others wait for a message. So no lock of Java's is held while a body runs, and a process
/// leaves with its end.
final class KeyLocks {

    /// One process's place in the queue of a key; told from others by its identity.
    private static final class Place {
        final Object key;
        final Pid pid;

        Place(Object key, Pid pid) {
            this.key = key;
            this.pid = pid;
        }
    }

    /// Tells a process that its turn has come.
    private record Turn(Place place) implements Notice {}

    private final Node node;
    private final Map<Object, SequencedSet<Place>> queues = new HashMap<>();

    KeyLocks(Node node) {
        this.node = node;
    }

    <T> T run(Object key, Callable<T> body, Duration timeout) throws Exception {
        Place place = new Place(key, Self.pid());
        Token token = node.nextToken();
        boolean waits = enter(place);
        try {
            if (!node.grant(place.pid, place, token, () -> leave(place))) {
                throw new ExitException(ExitReason.killed());
            }
            if (waits) {
                await(place, timeout);
            }
            return body.call();
        } finally {
            leave(place);
            node.revoke(place.pid, place, token);
        }
    }

    /// Returns whether others are first. Of those only the very first can be this process: the rest wait.
    private synchronized boolean enter(Place place) {
        SequencedSet<Place> queue = queues.computeIfAbsent(place.key, _ -> new LinkedHashSet<>());
        if (!queue.isEmpty() && queue.getFirst().pid.equals(place.pid)) {
            throw new IllegalStateException(
                    place.pid + " has locked " + place.key + " already, and would wait for itself");
        }
        queue.add(place);
        return queue.size() > 1;
    }

    private void await(Place place, Duration timeout) {
        if (Self.receive(Turn.class, turn -> turn.place == place, timeout).isEmpty()) {
            leave(place);
            // It may have come just now; it does not come any more.
            Self.receive(Turn.class, turn -> turn.place == place, Duration.ZERO);
            throw new ExitException(new ExitReason.Timeout(timeout), "lock of " + place.key);
        }
    }

    private synchronized void leave(Place place) {
        SequencedSet<Place> queue = queues.get(place.key);
        if (queue == null) {
            return;
        }
        boolean first = !queue.isEmpty() && queue.getFirst() == place;
        queue.remove(place);
        if (queue.isEmpty()) {
            queues.remove(place.key);
        } else if (first) {
            tell(queue.getFirst());
        }
    }

    /// A process that is gone by now leaves the queue as it ends, and so lets the next one in.
    private void tell(Place next) {
        LocalProcess process = node.here(next.pid);
        if (process != null) {
            process.deliver(new Turn(next));
        }
    }
}
