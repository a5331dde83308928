package dev.pando.cli;

import java.util.List;
import java.util.Optional;

/// What `pando simulate` has done.
///
/// @param seconds of real time
/// @param virtualSeconds of all runs together
/// @param footprints one for each thousand runs or so, and one for the end
/// @param failure the run of the lowest seed that failed
record SimulationReport(
        List<String> suites,
        Optional<String> plant,
        int nodes,
        int faults,
        long runs,
        double seconds,
        double seedsPerSecond,
        double virtualSeconds,
        double virtualPerReal,
        List<Footprint> footprints,
        Optional<Failure> failure) {

    /// @param replay the command that runs it again
    record Failure(String suite, long seed, String what, String replay) {}
}
