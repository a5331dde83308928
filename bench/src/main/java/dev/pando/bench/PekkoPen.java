package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Notes when so many names were held. Confined to the actor that registers them, until it is done.
final class PekkoPen {

    private final List<Integer> marks;
    private final List<Long> laps = new ArrayList<>();
    private final CompletableFuture<List<Long>> end = new CompletableFuture<>();
    private long start;
    private int held;

    /// @param marks rising counts of names
    PekkoPen(List<Integer> marks) {
        this.marks = marks;
    }

    /// How many names there will be.
    int names() {
        return marks.getLast();
    }

    /// How many names are held.
    int held() {
        return held;
    }

    /// The first name is about to be registered.
    void begin() {
        start = System.nanoTime();
    }

    /// One more name is held; returns whether another one is wanted.
    boolean next() {
        held++;
        if (held == marks.get(laps.size())) {
            laps.add(System.nanoTime() - start);
        }
        boolean done = held == names();
        if (done) {
            end.complete(laps);
        }
        return !done;
    }

    /// A name has been refused.
    void fail(Object why) {
        end.completeExceptionally(new IllegalStateException("name " + held + " was refused: " + why));
    }

    /// Waits until all names are held.
    List<Long> laps() throws InterruptedException {
        return Waits.result(end);
    }

    /// To be asked for once all names are held.
    long nanosSinceStart() {
        return System.nanoTime() - start;
    }
}
