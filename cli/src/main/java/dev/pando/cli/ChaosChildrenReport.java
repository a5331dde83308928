package dev.pando.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.pando.cli.ChaosReport.Times;
import java.util.List;
import java.util.Optional;

/// What a run with children found. Times are in milliseconds.
///
/// @param children about how many there were to be
/// @param wrong how many wrong states there were, those that are not shown included
/// @param remerge per cycle, from the end of the fault until all nodes had their sessions with all
///     again
/// @param converged per cycle, from then until all nodes had the same children, each once
/// @param killed per kill, from the moment at which the last node noticed until all children ran
///     again
/// @param cut per cut, the same for the side that took longest
/// @param error by how much less a time may have been, at most
/// @param kinds the same by the kind of fault
/// @param leftOut what this machine cannot do
record ChaosChildrenReport(
        long seed,
        String plant,
        int children,
        List<Cycle> cycles,
        long conflicts,
        long wrong,
        Times remerge,
        Times converged,
        Times killed,
        Times cut,
        Optional<Double> error,
        List<Kind> kinds,
        List<String> leftOut,
        double seconds,
        List<String> faults) {

    ChaosChildrenReport {
        cycles = List.copyOf(cycles);
        kinds = List.copyOf(kinds);
        leftOut = List.copyOf(leftOut);
        faults = List.copyOf(faults);
    }

    /// One fault, and what was found after it.
    ///
    /// @param children how many lived when all nodes rested
    /// @param started how many were while it lasted
    /// @param ended how many were terminated meanwhile
    /// @param calls how many were answered, starts and ends included
    /// @param failed how many ended with an exit reason
    /// @param conflicts how many processes were told that another copy stays
    /// @param busy whether children were started, ended and called while the nodes met again; how
    ///     long it took to converge is not measured then, nor where no session had ended
    /// @param takenOver from the moment at which the last node of a side noticed until it had all
    ///     children again, for the side that took longest; after kills and cuts
    /// @param faults some of what is wrong
    record Cycle(
            int number,
            String fault,
            String what,
            int nodes,
            int children,
            int started,
            int ended,
            long calls,
            long failed,
            int conflicts,
            boolean busy,
            @JsonUnwrapped Took took,
            Optional<Double> takenOver,
            int wrong,
            List<String> faults)
            implements ChaosAgreed {

        Cycle {
            faults = List.copyOf(faults);
        }
    }

    /// All cycles with one kind of fault.
    record Kind(String fault, int cycles, Times remerge, Times converged, Times takenOver, long conflicts, long wrong) {

        static Kind of(String fault, List<Cycle> cycles) {
            return new Kind(
                    fault,
                    cycles.size(),
                    ChaosAgreed.remerge(cycles),
                    ChaosAgreed.converged(cycles),
                    ChaosChildrenReport.takenOver(cycles),
                    conflictsOf(cycles),
                    ChaosAgreed.wrong(cycles));
        }
    }

    static ChaosChildrenReport of(
            long seed, ChaosPlant plant, int children, List<Cycle> cycles, List<String> leftOut, double seconds) {
        return new ChaosChildrenReport(
                seed,
                plant.id(),
                children,
                cycles,
                conflictsOf(cycles),
                ChaosAgreed.wrong(cycles),
                ChaosAgreed.remerge(cycles),
                ChaosAgreed.converged(cycles),
                takenOver(cycles.stream().filter(ChaosChildrenReport::isKill).toList()),
                takenOver(cycles.stream().filter(cycle -> !isKill(cycle)).toList()),
                ChaosAgreed.error(cycles),
                kinds(cycles),
                leftOut,
                seconds,
                ChaosAgreed.faults(seed, cycles));
    }

    private static boolean isKill(Cycle cycle) {
        return cycle.fault().equals(ChaosFault.KILL.id());
    }

    private static List<Kind> kinds(List<Cycle> cycles) {
        return cycles.stream()
                .map(Cycle::fault)
                .distinct()
                .sorted()
                .map(fault -> Kind.of(
                        fault,
                        cycles.stream()
                                .filter(cycle -> cycle.fault().equals(fault))
                                .toList()))
                .toList();
    }

    private static Times takenOver(List<Cycle> cycles) {
        return Times.of(
                cycles.stream().flatMap(cycle -> cycle.takenOver().stream()).toList());
    }

    private static long conflictsOf(List<Cycle> cycles) {
        return cycles.stream().mapToLong(Cycle::conflicts).sum();
    }

    @JsonProperty("sound")
    boolean isSound() {
        return wrong == 0;
    }
}
