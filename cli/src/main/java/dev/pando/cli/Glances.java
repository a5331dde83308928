package dev.pando.cli;

import dev.pando.testkit.Simulation;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Looks now and then, for a look that takes longer than a step of the run.
final class Glances implements Supplier<Verdict> {

    private final Simulation simulation;
    private final Duration pause;
    private final Supplier<Verdict> checker;
    private long nextNanos;
    private Verdict last = new Verdict(List.of("nobody has looked yet"));

    /// @param pause between two looks, in virtual time
    Glances(Simulation simulation, Duration pause, Supplier<Verdict> checker) {
        this.simulation = simulation;
        this.pause = pause;
        this.checker = checker;
    }

    @Override
    public Verdict get() {
        if (simulation.nanos() >= nextNanos) {
            nextNanos = simulation.nanos() + pause.toNanos();
            last = checker.get();
        }
        return last;
    }
}
