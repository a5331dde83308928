package dev.pando.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Round trips of one node to others, and the times in which its process stood still.
///
/// The late ones are kept until they are asked for. Whoever uses this holds a lock.
final class ChaosTrips {

    private static final double MILLI = 1e6;

    private final long boundNanos;
    private final Map<String, Trips> ended = new TreeMap<>();
    private final Map<String, Long> open = new TreeMap<>();
    private final ChaosStills stills;

    /// To one peer. Only those that took longer than they may are kept one by one.
    private static final class Trips {
        private final List<Trip> late = new ArrayList<>();
        private long inTime;
        private long inTimeFailed;
        private long worstInTime;
    }

    private record Trip(long begun, long ended, boolean answered) {
        long nanos() {
            return ended - begun;
        }
    }

    /// None yet.
    ///
    /// @param boundMillis how long a trip may take; to stand still for less than that is no excuse
    ChaosTrips(double boundMillis) {
        this.boundNanos = (long) (boundMillis * MILLI);
        this.stills = new ChaosStills(boundNanos);
    }

    void begins(String peer, long nanos) {
        open.put(peer, nanos);
    }

    void ends(String peer, long nanos, boolean answered) {
        Long begun = open.remove(peer);
        if (begun == null) {
            throw new IllegalStateException("no trip to " + peer + " has begun");
        }
        Trip trip = new Trip(begun, nanos, answered);
        Trips trips = ended.computeIfAbsent(peer, _ -> new Trips());
        if (trip.nanos() > boundNanos) {
            trips.late.add(trip);
        } else {
            trips.inTime++;
            trips.inTimeFailed += answered ? 0 : 1;
            trips.worstInTime = Math.max(trips.worstInTime, trip.nanos());
        }
    }

    /// Notes from now on when this process stands still.
    void watch() {
        stills.watch();
    }

    void stoodStill(long begun, long ended) {
        stills.stoodStill(begun, ended);
    }

    double hiccupMillis() {
        return stills.longestNanos() / MILLI;
    }

    /// Forgets all but the trips that are under way.
    void clear() {
        ended.clear();
        stills.clear();
    }

    /// Judges them. A trip that is under way has taken the time until now at least.
    List<ChaosSnapshot.Trips> judged(long nanos) {
        Set<String> peers = new TreeSet<>(ended.keySet());
        peers.addAll(open.keySet());
        return peers.stream().map(peer -> judged(peer, nanos)).toList();
    }

    private ChaosSnapshot.Trips judged(String peer, long nanos) {
        Trips trips = ended.getOrDefault(peer, new Trips());
        List<Trip> late = new ArrayList<>(trips.late);
        Trip last = new Trip(open.getOrDefault(peer, nanos), nanos, true);
        if (last.nanos() > boundNanos) {
            late.add(last);
        }
        long failed = trips.inTimeFailed;
        long unmeasurable = 0;
        long worst = trips.worstInTime;
        for (Trip trip : late) {
            long own = trip.nanos() - stills.within(trip.begun, trip.ended);
            if (own <= boundNanos) {
                unmeasurable++;
            } else {
                failed += trip.answered ? 0 : 1;
                worst = Math.max(worst, own);
            }
        }
        long measured = trips.inTime + late.size() - unmeasurable;
        return new ChaosSnapshot.Trips(peer, measured, failed, unmeasurable, worst / MILLI);
    }
}
