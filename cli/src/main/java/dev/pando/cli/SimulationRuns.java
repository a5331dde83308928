package dev.pando.cli;

import dev.pando.testkit.Simulation;
import dev.pando.testkit.SimulationFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Runs suites with seed after seed, on all processors, until there are enough or one has failed.
final class SimulationRuns {

    /// For the first seed, and for how many there are: the numbers after them are still numbers.
    static final long SEEDS_MAX = Long.MAX_VALUE / 4;

    /// So many runs, and a look at what they have left behind.
    private static final int BATCH = 1_000;

    private final List<SimulationSuite> suites;
    private final SimulationSuite.Setting setting;
    private final long firstSeed;
    private final long lastSeed;
    private final OptionalLong endNanos;
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong virtualNanos = new AtomicLong();
    private final AtomicLong lowestFailing = new AtomicLong(Long.MAX_VALUE);
    private final List<Failed> failures = new ArrayList<>();
    private final List<Footprint> footprints = new ArrayList<>();

    /// A run that went wrong.
    record Failed(SimulationSuite suite, long seed, String what) {}

    /// Runs to be done.
    ///
    /// @param firstSeed at most [#SEEDS_MAX]
    /// @param seeds how many, from the first on; as many at most
    /// @param endNanos when to stop, seeds or no seeds
    SimulationRuns(
            List<SimulationSuite> suites,
            SimulationSuite.Setting setting,
            long firstSeed,
            long seeds,
            OptionalLong endNanos) {
        if (firstSeed > SEEDS_MAX || seeds > SEEDS_MAX) {
            throw new IllegalArgumentException("seed " + firstSeed + " and " + seeds + ": above " + SEEDS_MAX);
        }
        this.suites = List.copyOf(suites);
        this.setting = setting;
        this.firstSeed = firstSeed;
        this.lastSeed = firstSeed + seeds - 1;
        this.endNanos = endNanos;
    }

    long runs() {
        return runs.get();
    }

    long virtualNanos() {
        return virtualNanos.get();
    }

    /// One for each thousand runs or so, and one for the end.
    List<Footprint> footprints() {
        return List.copyOf(footprints);
    }

    /// Blocks until all is done.
    ///
    /// @return the failure of the lowest seed; with several processors, that of a higher one may have come first
    Optional<Failed> run() throws InterruptedException {
        int seeds = Math.max(1, BATCH / suites.size());
        for (long first = firstSeed; first <= lastSeed && !isOver(); first += seeds) {
            batch(first, Math.min(lastSeed, first + seeds - 1));
            footprints.add(Footprint.after(runs()));
        }
        return failures.stream().min((one, other) -> Long.compare(one.seed(), other.seed()));
    }

    private boolean isOver() {
        return lowestFailing.get() < Long.MAX_VALUE || isLate();
    }

    private boolean isLate() {
        return endNanos.isPresent() && System.nanoTime() - endNanos.getAsLong() > 0;
    }

    private void batch(long first, long last) throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        List<Thread> workers = new ArrayList<>();
        int processors = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < processors && first + i <= last; i++) {
            workers.add(Thread.ofPlatform().name("simulate-" + i).start(() -> work(next, last)));
        }
        for (Thread worker : workers) {
            worker.join();
        }
    }

    private void work(AtomicLong next, long last) {
        while (true) {
            long seed = next.getAndIncrement();
            if (seed > last || seed > lowestFailing.get() || isLate()) {
                return;
            }
            for (SimulationSuite suite : suites) {
                Optional<Failed> failed = run(suite, seed, false);
                if (failed.isPresent()) {
                    lowestFailing.accumulateAndGet(seed, Math::min);
                    // Once more, for the trace.
                    Failed traced = run(suite, seed, true).orElse(failed.get());
                    synchronized (failures) {
                        failures.add(traced);
                    }
                    return;
                }
            }
        }
    }

    private Optional<Failed> run(SimulationSuite suite, long seed, boolean traced) {
        Simulation simulation = traced ? Simulation.traced(seed) : Simulation.of(seed);
        try {
            suite.run(simulation, setting);
            return Optional.empty();
        } catch (SimulationFailure e) {
            return Optional.of(new Failed(suite, seed, String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text, true));
            return Optional.of(new Failed(suite, seed, "the run broke off: " + text));
        } finally {
            runs.incrementAndGet();
            virtualNanos.addAndGet(simulation.nanos());
        }
    }
}
