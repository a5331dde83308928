package dev.pando.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.pando.cli.ChaosReport.Times;
import java.util.List;
import java.util.Optional;

/// What a run with names found. Times are in milliseconds.
///
/// @param names about how many were to be held
/// @param wrong how many wrong states there were, those that are not shown included
/// @param remerge per cycle, from the end of the fault until all nodes had their sessions with all again
/// @param converged per cycle, from then until all nodes found what was held, and nothing else
/// @param error by how much less a time of `converged` may have been, at most
/// @param leftOut what this machine cannot do
record ChaosNamesReport(
        long seed,
        String plant,
        int names,
        List<Cycle> cycles,
        long conflicts,
        long wrong,
        Times remerge,
        Times converged,
        Optional<Double> error,
        List<String> leftOut,
        double seconds,
        List<String> faults) {

    ChaosNamesReport {
        cycles = List.copyOf(cycles);
        leftOut = List.copyOf(leftOut);
        faults = List.copyOf(faults);
    }

    /// One fault, and what was found after it.
    ///
    /// @param names how many were held when all nodes rested
    /// @param granted how many claims were granted since the last cycle, on the nodes that live
    /// @param conflicts how many processes of these were told that they had lost their name
    /// @param busy whether names were claimed while the nodes met again; how long it took to
    ///     converge is not measured then, nor where no session had ended
    /// @param faults some of what is wrong
    record Cycle(
            int number,
            String fault,
            String what,
            int nodes,
            int names,
            long granted,
            long conflicts,
            boolean busy,
            @JsonUnwrapped Took took,
            int wrong,
            List<String> faults)
            implements ChaosAgreed {

        Cycle {
            faults = List.copyOf(faults);
        }
    }

    static ChaosNamesReport of(
            long seed, ChaosPlant plant, int names, List<Cycle> cycles, List<String> leftOut, double seconds) {
        return new ChaosNamesReport(
                seed,
                plant.id(),
                names,
                cycles,
                cycles.stream().mapToLong(Cycle::conflicts).sum(),
                ChaosAgreed.wrong(cycles),
                ChaosAgreed.remerge(cycles),
                ChaosAgreed.converged(cycles),
                ChaosAgreed.error(cycles),
                leftOut,
                seconds,
                ChaosAgreed.faults(seed, cycles));
    }

    @JsonProperty("sound")
    boolean isSound() {
        return wrong == 0;
    }
}
