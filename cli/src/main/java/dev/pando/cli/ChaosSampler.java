package dev.pando.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Tells what a node knows, each time that it has changed.
final class ChaosSampler {

    private static final long MILLIS = 5;
    private static final long MILLIS_MAX = 50;
    /// Where a look takes long, this many times as long is none.
    private static final int SHARE = 9;

    private final LongFunction<Optional<ChaosSample>> look;
    private final Consumer<ChaosLine> say;
    private volatile boolean anew;

    /// One that does not look yet.
    ///
    /// @param look looks, given when it did last; empty when there is nothing to be told at present
    ChaosSampler(LongFunction<Optional<ChaosSample>> look, Consumer<ChaosLine> say) {
        this.look = look;
        this.say = say;
    }

    void start() {
        Thread thread = new Thread(this::lookOften, "sampler");
        thread.setDaemon(true);
        thread.start();
    }

    /// Has it tell the next time, whether something has changed or not.
    void anew() {
        anew = true;
    }

    private void lookOften() {
        Optional<ChaosSample> last = Optional.empty();
        long before = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            long begun = System.nanoTime();
            if (anew) {
                anew = false;
                last = Optional.empty();
            }
            Optional<ChaosSample> known = last;
            last = look.apply(before);
            last.filter(sample -> known.filter(sample::isLike).isEmpty())
                    .ifPresent(sample -> say.accept(new ChaosLine.Sampled(sample)));
            before = begun;
            long took = System.nanoTime() - begun;
            try {
                Thread.sleep(Math.clamp(Duration.ofNanos(took * SHARE).toMillis(), MILLIS, MILLIS_MAX));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
