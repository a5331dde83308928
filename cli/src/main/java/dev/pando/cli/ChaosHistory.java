package dev.pando.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The node events of all nodes, as they tell them. A node that is started again begins anew.
final class ChaosHistory {

    /// What a node said of another.
    ///
    /// @param start counts the starts of the observer
    /// @param reason empty when the peer is up
    record Event(String observer, int start, String peer, long incarnation, boolean up, String reason, long nanos) {}

    private final List<Event> events = new ArrayList<>();
    private final Map<String, Integer> starts = new TreeMap<>();
    private final Map<String, Long> incarnations = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, List<ChaosSample>> samples = new TreeMap<>();

    synchronized void starting(String observer) {
        starts.merge(observer, 1, Integer::sum);
        incarnations.remove(observer);
        samples.remove(observer);
        notifyAll();
    }

    synchronized void joined(String observer, long incarnation) {
        incarnations.put(observer, incarnation);
        notifyAll();
    }

    synchronized void changed(String observer, int start, ChaosLine.Changed changed) {
        events.add(new Event(
                observer,
                start,
                changed.peer(),
                changed.incarnation(),
                changed.up(),
                changed.reason(),
                changed.nanos()));
        notifyAll();
    }

    synchronized void sampled(String observer, int start, ChaosSample sample) {
        if (start == start(observer)) {
            samples.computeIfAbsent(observer, _ -> new ArrayList<>()).add(sample);
            notifyAll();
        }
    }

    /// What the present starts of all nodes knew of the names since this was last forgotten.
    synchronized Map<String, List<ChaosSample>> samples() {
        Map<String, List<ChaosSample>> copy = new TreeMap<>();
        samples.forEach((observer, all) -> copy.put(observer, List.copyOf(all)));
        return copy;
    }

    synchronized void forgetSamples() {
        samples.clear();
    }

    /// Notes what a node should not have said.
    synchronized void fault(String what) {
        faults.add(what);
    }

    /// What was noted since this was last asked.
    synchronized List<String> newFaults() {
        List<String> taken = List.copyOf(faults);
        faults.clear();
        return taken;
    }

    synchronized int start(String observer) {
        return starts.getOrDefault(observer, 0);
    }

    synchronized int size() {
        return events.size();
    }

    /// Events from a place on, in the order in which they were told.
    synchronized List<Event> since(int place) {
        return List.copyOf(events.subList(place, events.size()));
    }

    /// The last word of an observer's present start about a peer.
    synchronized Optional<Event> last(String observer, String peer) {
        int start = start(observer);
        return events.stream()
                .filter(event -> event.observer().equals(observer)
                        && event.start() == start
                        && event.peer().equals(peer))
                .reduce((_, last) -> last);
    }

    /// Whether an observer has a session with the present start of a peer.
    synchronized boolean sees(String observer, String peer) {
        Long incarnation = incarnations.get(peer);
        return incarnation != null
                && last(observer, peer)
                        .filter(event -> event.up() && event.incarnation() == incarnation)
                        .isPresent();
    }

    /// Who does not see whom, as `a→b`.
    synchronized List<String> missing(List<String> nodes) {
        List<String> missing = new ArrayList<>();
        for (String observer : nodes) {
            for (String peer : nodes) {
                if (!observer.equals(peer) && !sees(observer, peer)) {
                    missing.add(observer + "→" + peer);
                }
            }
        }
        return Collections.unmodifiableList(missing);
    }

    /// Waits until something holds, looking again at each event.
    ///
    /// @return `false` when the time is up
    synchronized boolean await(BooleanSupplier holds, long untilNanos) throws InterruptedException {
        while (!holds.getAsBoolean()) {
            long left = untilNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
        return true;
    }

    /// Waits until these nodes all see each other, and nothing has happened for a while since.
    ///
    /// @return `false` when they do not see each other in time, or it does not come to rest soon after
    boolean awaitMerged(List<String> nodes, long untilNanos, long quietNanos) throws InterruptedException {
        long end = untilNanos + quietNanos;
        while (await(() -> missing(nodes).isEmpty(), untilNanos)) {
            if (awaitQuiet(end, quietNanos) && missing(nodes).isEmpty()) {
                return true;
            }
            if (System.nanoTime() - end >= 0) {
                return false;
            }
        }
        return false;
    }

    /// Waits until nothing has happened for a while.
    ///
    /// @return `false` when the time is up before that while begins
    boolean awaitQuiet(long untilNanos, long quietNanos) throws InterruptedException {
        while (System.nanoTime() - untilNanos < 0) {
            int size = size();
            if (!await(() -> size() > size, System.nanoTime() + quietNanos)) {
                return true;
            }
        }
        return false;
    }
}
