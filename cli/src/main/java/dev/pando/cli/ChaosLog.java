package dev.pando.cli;

import dev.pando.cli.ChaosSnapshot.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where the processes of a node in a namespace write down what they see.
final class ChaosLog {

    private final Map<String, List<Session>> heard = new TreeMap<>();
    private final Map<String, List<ChaosSnapshot.Told>> told = new TreeMap<>();
    private final List<ChaosSnapshot.Arm> arms = new ArrayList<>();
    private final Map<String, Integer> downs = new TreeMap<>();
    private final Map<String, Map<Long, Integer>> ended = new TreeMap<>();
    private final ChaosTrips trips = new ChaosTrips(ChaosReport.ROUND_TRIP_MAX);
    private final List<String> faults = new ArrayList<>();

    private static final class Session {
        final long incarnation;
        final List<Run> runs = new ArrayList<>();
        boolean over;

        Session(long incarnation) {
            this.incarnation = incarnation;
        }
    }

    synchronized void fault(String what) {
        faults.add(what);
    }

    // ---- receiving

    synchronized void up(String peer, long incarnation) {
        List<Session> sessions = heard.computeIfAbsent(peer, _ -> new ArrayList<>());
        if (!sessions.isEmpty() && !sessions.getLast().over) {
            faults.add(peer + " came up twice");
        }
        sessions.add(new Session(incarnation));
    }

    synchronized void down(String peer, long incarnation) {
        List<Session> sessions = heard.getOrDefault(peer, List.of());
        if (sessions.isEmpty() || sessions.getLast().over) {
            faults.add(peer + " went down without being up");
        } else {
            if (sessions.getLast().incarnation != incarnation) {
                faults.add(peer + " went down as another start than the one that was up");
            }
            sessions.getLast().over = true;
        }
    }

    synchronized void tell(String peer, long incarnation, long epoch, long sequence) {
        List<Session> sessions = heard.getOrDefault(peer, List.of());
        if (sessions.isEmpty() || sessions.getLast().over) {
            faults.add("message " + sequence + " of epoch " + epoch + " came from " + peer + ", which is down");
            return;
        }
        Session session = sessions.getLast();
        if (session.incarnation != incarnation) {
            faults.add("message " + sequence + " came from an earlier start of " + peer);
        }
        Run last = session.runs.isEmpty() ? null : session.runs.getLast();
        if (last != null && last.epoch() == epoch && last.last() + 1 == sequence) {
            session.runs.set(session.runs.size() - 1, new Run(epoch, last.first(), sequence));
        } else {
            session.runs.add(new Run(epoch, sequence, sequence));
        }
    }

    // ---- sending

    synchronized void told(ChaosSnapshot.Told now) {
        List<ChaosSnapshot.Told> epochs = told.computeIfAbsent(now.peer(), _ -> new ArrayList<>());
        if (!epochs.isEmpty() && epochs.getLast().epoch() == now.epoch()) {
            epochs.set(epochs.size() - 1, now);
        } else {
            epochs.add(now);
        }
    }

    // ---- links and monitors

    /// Adds one.
    ///
    /// @return its place
    synchronized int arm(ChaosSnapshot.Arm arm) {
        arms.add(arm);
        return arms.size() - 1;
    }

    synchronized void arm(int place, ChaosSnapshot.Arm arm) {
        arms.set(place, arm);
    }

    synchronized void watchedDown(String peer) {
        downs.merge(peer, 1, Integer::sum);
    }

    synchronized void linkEnded(String peer, long incarnation) {
        ended.computeIfAbsent(peer, _ -> new TreeMap<>()).merge(incarnation, 1, Integer::sum);
    }

    // ---- times

    synchronized void tripBegins(String peer, long nanos) {
        trips.begins(peer, nanos);
    }

    synchronized void tripEnds(String peer, long nanos, boolean answered) {
        trips.ends(peer, nanos, answered);
    }

    synchronized void watch() {
        trips.watch();
    }

    synchronized void stoodStill(long begun, long ended) {
        trips.stoodStill(begun, ended);
    }

    synchronized void rest() {
        trips.clear();
    }

    synchronized ChaosSnapshot snapshot(long incarnation, List<String> more) {
        List<ChaosSnapshot.Heard> sessions = new ArrayList<>();
        heard.forEach((peer, all) -> all.forEach(session -> sessions.add(
                new ChaosSnapshot.Heard(peer, session.incarnation, session.over, List.copyOf(session.runs)))));
        List<ChaosSnapshot.Ended> links = new ArrayList<>();
        ended.forEach((peer, starts) ->
                starts.forEach((start, count) -> links.add(new ChaosSnapshot.Ended(peer, start, count))));
        List<String> all = new ArrayList<>(faults);
        all.addAll(more);
        return new ChaosSnapshot(
                incarnation,
                sessions,
                told.values().stream().flatMap(List::stream).toList(),
                arms,
                downs.entrySet().stream()
                        .map(entry -> new ChaosSnapshot.Downs(entry.getKey(), entry.getValue()))
                        .toList(),
                links,
                trips.judged(System.nanoTime()),
                trips.hiccupMillis(),
                all);
    }
}
