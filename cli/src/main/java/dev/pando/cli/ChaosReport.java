package dev.pando.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What a run found. Times are in milliseconds.
///
/// @param detection from a cut until a node on one side noticed the loss of one on the other
/// @param remerge per cycle, from the end of the fault until all had their sessions with all again
/// @param killNoticed from a kill until another node noticed
/// @param hungNoticed from the stop of a process until another node noticed
/// @param hungRoundTrip per cycle, the worst round trip between other nodes while a process was stopped and flooded
/// @param unmeasurable how many round trips beside such a process could not be measured
/// @param leftOut what this machine cannot do
record ChaosReport(
        long seed,
        String plant,
        List<Cycle> cycles,
        Times detection,
        Times remerge,
        Times killNoticed,
        Times hungNoticed,
        Times hungRoundTrip,
        long unmeasurable,
        List<String> leftOut,
        double seconds,
        List<String> faults) {

    static final double REMERGE_MEDIAN = 3_000;
    static final double REMERGE_MAX = 10_000;
    static final double KILL_MEDIAN = 500;
    static final double SILENCE_MAX = 7_000;
    static final double ROUND_TRIP_MAX = 50;

    ChaosReport {
        cycles = List.copyOf(cycles);
        leftOut = List.copyOf(leftOut);
        faults = List.copyOf(faults);
    }

    /// One fault, and what was found after it.
    ///
    /// @param noticed how long each node took that had to notice a loss
    /// @param bystanders sessions that ended between nodes that the fault did not part
    /// @param roundTrip the worst between nodes that the fault does not touch, of those that could be measured
    /// @param hiccup the longest time for which a process of such a node did not run though it could
    /// @param unmeasurable round trips that took longer than they may only because the process that measures them
    ///     did not run meanwhile
    /// @param gone from the kill until the process was gone, which is when its connections are closed at the latest
    /// @param pairs ordered pairs of nodes whose messages, calls, links and monitors were looked at
    record Cycle(
            int number,
            String fault,
            String what,
            int nodes,
            List<Double> noticed,
            Optional<Double> remerge,
            Optional<Double> roundTrip,
            Optional<Double> hiccup,
            long unmeasurable,
            Optional<Double> gone,
            int events,
            int bystanders,
            int pairs,
            List<String> faults)
            implements ChaosStage.Outcome {

        Cycle {
            noticed = List.copyOf(noticed);
            faults = List.copyOf(faults);
        }
    }

    /// A number of times.
    ///
    /// @param p99 of a hundred, 99 are not longer
    record Times(int count, Optional<Double> median, Optional<Double> p99, Optional<Double> max) {

        static Times of(List<Double> times) {
            if (times.isEmpty()) {
                return new Times(0, Optional.empty(), Optional.empty(), Optional.empty());
            }
            List<Double> sorted = times.stream().sorted().toList();
            int half = sorted.size() / 2;
            double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
            int rank = (sorted.size() * 99 + 99) / 100;
            return new Times(
                    sorted.size(),
                    Optional.of(median),
                    Optional.of(sorted.get(rank - 1)),
                    Optional.of(sorted.getLast()));
        }
    }

    static ChaosReport of(long seed, ChaosPlant plant, List<Cycle> cycles, List<String> leftOut, double seconds) {
        Times detection =
                noticed(cycles, ChaosFault.CUT_2_1, ChaosFault.CUT_2_2, ChaosFault.CUT_3_1, ChaosFault.CUT_1_1_1);
        Times remerge = Times.of(
                cycles.stream().flatMap(cycle -> cycle.remerge().stream()).toList());
        Times killed = noticed(cycles, ChaosFault.KILL);
        Times hung = noticed(cycles, ChaosFault.STOP);
        List<Cycle> stops = cycles.stream()
                .filter(cycle -> cycle.fault().equals(ChaosFault.STOP.id()))
                .toList();
        Times trips = Times.of(
                stops.stream().flatMap(cycle -> cycle.roundTrip().stream()).toList());
        long unmeasurable = stops.stream().mapToLong(Cycle::unmeasurable).sum();
        List<String> faults = new ArrayList<>();
        cycles.forEach(cycle -> cycle.faults()
                .forEach(fault -> faults.add("cycle " + cycle.number() + " (" + cycle.what() + "): " + fault)));
        atMost(faults, "median time to re-merge", remerge.median(), REMERGE_MEDIAN);
        atMost(faults, "longest time to re-merge", remerge.max(), REMERGE_MAX);
        atMost(faults, "median time to notice a kill", killed.median(), KILL_MEDIAN);
        atMost(faults, "longest time to notice a cut", detection.max(), SILENCE_MAX);
        atMost(faults, "longest time to notice a stopped process", hung.max(), SILENCE_MAX);
        atMost(faults, "longest round trip beside a stopped process", trips.max(), ROUND_TRIP_MAX);
        return new ChaosReport(
                seed,
                plant.id(),
                cycles,
                detection,
                remerge,
                killed,
                hung,
                trips,
                unmeasurable,
                leftOut,
                seconds,
                faults);
    }

    private static Times noticed(List<Cycle> cycles, ChaosFault... kinds) {
        List<String> ids = Stream.of(kinds).map(ChaosFault::id).toList();
        return Times.of(cycles.stream()
                .filter(cycle -> ids.contains(cycle.fault()))
                .flatMap(cycle -> cycle.noticed().stream())
                .toList());
    }

    private static void atMost(List<String> faults, String what, Optional<Double> found, double bound) {
        found.filter(value -> value > bound)
                .ifPresent(value -> faults.add(String.format(
                        Locale.ROOT, "%s: %.0f ms, and at most %.0f ms are promised", what, value, bound)));
    }

    @JsonProperty("sound")
    boolean isSound() {
        return faults.isEmpty();
    }
}
