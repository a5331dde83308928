package dev.pando.cli;

import dev.pando.core.ExitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What becomes of the calls of a node: each has to end within its deadline, with an answer or an
/// exit reason. A process that stood still meanwhile is excused for as long as it did.
final class ChaosCalls {

    /// By how much later than its deadline a call may end.
    private static final Duration SLACK = Duration.ofSeconds(1);
    private static final Duration STILL = Duration.ofMillis(50);

    private final ChaosStills stills = new ChaosStills(STILL.toNanos());
    private final Map<Long, Attempt> open = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Ended> late = new ArrayList<>();
    private long made;
    private long answered;
    private long failed;

    private record Attempt(String what, long begun, Duration deadline) {
        Ended until(long nanos) {
            return new Ended(this, nanos);
        }
    }

    private record Ended(Attempt attempt, long nanos) {
        boolean isLate(long excusedNanos) {
            return nanos - attempt.begun - excusedNanos
                    > attempt.deadline.plus(SLACK).toNanos();
        }
    }

    void watch() {
        stills.watch();
    }

    /// Makes a call on this thread.
    ///
    /// @param then what is done with the answer
    /// @return why it was not answered, if so
    <R> Optional<String> make(String what, Duration deadline, Supplier<R> call, Consumer<R> then) {
        long number = begin(new Attempt(what, System.nanoTime(), deadline));
        try {
            R answer = call.get();
            end(number, true);
            then.accept(answer);
            return Optional.empty();
        } catch (ExitException e) {
            end(number, false);
            return Optional.of(e.reason().toString());
        } catch (RuntimeException e) {
            fault(what + " failed with no exit reason: " + e);
            end(number, false);
            return Optional.of(e.toString());
        }
    }

    private synchronized long begin(Attempt attempt) {
        made++;
        open.put(made, attempt);
        return made;
    }

    private synchronized void end(long number, boolean isAnswered) {
        Attempt attempt = open.remove(number);
        if (isAnswered) {
            answered++;
        } else {
            failed++;
        }
        if (attempt != null && attempt.until(System.nanoTime()).isLate(0)) {
            late.add(attempt.until(System.nanoTime()));
        }
    }

    synchronized void fault(String what) {
        faults.add(what);
    }

    synchronized long answered() {
        return answered;
    }

    synchronized long failed() {
        return failed;
    }

    /// What went wrong since it was last forgotten.
    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        late.stream()
                .filter(ended -> ended.isLate(stills.within(ended.attempt.begun, ended.nanos)))
                .forEach(ended -> all.add(ended.attempt.what + " ended after its deadline"));
        long now = System.nanoTime();
        open.values().stream()
                .map(attempt -> attempt.until(now))
                .filter(going -> going.isLate(stills.within(going.attempt.begun, now)))
                .forEach(going -> all.add(going.attempt.what + " does not end"));
        return all;
    }

    /// Forgets all but the calls that are under way.
    synchronized void forget() {
        faults.clear();
        late.clear();
        stills.clear();
        answered = 0;
        failed = 0;
    }
}
