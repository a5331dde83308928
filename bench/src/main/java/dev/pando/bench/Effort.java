package dev.pando.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// How long one virtual machine measures.
///
/// @param warmUp spent on the work itself before anything is measured
/// @param batches how many times it is measured; the median counts
/// @param batch about how long each of them takes
/// @param population how many idle processes, or copies of names, the memory of one is averaged over
/// @param names how many names a registry is filled with, or workers are started, at most
/// @param runs how many times a node is killed where each time counts
public record Effort(Duration warmUp, int batches, Duration batch, int population, int names, int runs) {

    /// Of batches that take long, one that begins within this time is measured, and the first one in any case.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /// Long enough for the JVM's last compiler.
    public static final Effort FULL =
            new Effort(Duration.ofSeconds(4), 7, Duration.ofMillis(300), 200_000, 1_000_000, 100);

    /// For a first look: the figures scatter more.
    public static final Effort QUICK =
            new Effort(Duration.ofMillis(1500), 3, Duration.ofMillis(200), 100_000, 100_000, 5);

    /// For several virtual machines: they warm up at the expense of the same processors, and have
    /// more code to compile.
    Effort forSeveral(int times) {
        return new Effort(warmUp.multipliedBy(times), batches, batch, population, names, runs);
    }

    /// With another number of runs.
    public Effort withRuns(int number) {
        return new Effort(warmUp, batches, batch, population, names, number);
    }

    public Effort {
        if (batches < 1 || population < 1 || names < 1 || runs < 1 || batch.isNegative() || warmUp.isNegative()) {
            throw new IllegalArgumentException("nothing would be measured: " + warmUp + ", " + batches + " batches of "
                    + batch + ", " + population + " processes, " + names + " names, " + runs + " runs");
        }
    }

    /// Runs a batch as often as batches are measured, if time permits.
    <T> List<T> repeat(Callable<T> work) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<T> results = new ArrayList<>();
        do {
            results.add(work.call());
        } while (results.size() < batches && System.nanoTime() - end < 0);
        return results;
    }
}
