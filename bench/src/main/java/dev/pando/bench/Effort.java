package dev.pando.bench;

import java.time.Duration;

/// How long one virtual machine measures.
///
/// @param warmUp spent on the work itself before anything is measured
/// @param batches how many times it is measured; the median counts
/// @param batch about how long each of them takes
/// @param population how many idle processes, or copies of names, the memory of one is averaged over
/// @param names how many names a registry is filled with at most
public record Effort(Duration warmUp, int batches, Duration batch, int population, int names) {

    /// Long enough for the JVM's last compiler.
    public static final Effort FULL = new Effort(Duration.ofSeconds(4), 7, Duration.ofMillis(300), 200_000, 1_000_000);

    /// For a first look: the figures scatter more.
    public static final Effort QUICK = new Effort(Duration.ofMillis(1500), 3, Duration.ofMillis(200), 100_000, 100_000);

    /// Several virtual machines warm up at the expense of the same processors, and have more code to compile.
    Effort forSeveral() {
        return new Effort(warmUp.multipliedBy(3), batches, batch, population, names);
    }

    public Effort {
        if (batches < 1 || population < 1 || names < 1 || batch.isNegative() || warmUp.isNegative()) {
            throw new IllegalArgumentException("nothing would be measured: " + warmUp + ", " + batches + " batches of "
                    + batch + ", " + population + " processes, " + names + " names");
        }
    }
}
