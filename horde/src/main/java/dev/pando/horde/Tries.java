package dev.pando.horde;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/// Does something again and again until it succeeds, fails for a reason that is a matter of the
/// request, or the time is up. The pauses double, with jitter.
///
/// @param each how long one try may take
record Tries(Node node, Duration each, Predicate<ExitReason> retried) {

    private static final Duration EACH = Duration.ofSeconds(5);
    private static final Duration PAUSE_MIN = Duration.ofMillis(5);
    private static final int DOUBLINGS_MAX = 6;

    Tries {
        if (!each.isPositive()) {
            throw new IllegalArgumentException("a try of " + each + ": give a time above 0");
        }
    }

    /// Until when one try has to be done.
    record Deadline(Node node, long nanos) {
        Duration left() {
            return Duration.ofNanos(nanos - node.host().clock().nanos());
        }
    }

    /// Tries of 5 seconds at most, again after failures of the way to a process, or of its place.
    static Tries on(Node node) {
        return new Tries(node, EACH, Tries::saysNothingOfTheRequest);
    }

    Tries each(Duration time) {
        return new Tries(node, time, retried);
    }

    Tries alsoAfter(Predicate<ExitReason> reasons) {
        return new Tries(node, each, retried.or(reasons));
    }

    /// @throws ExitException with what the last try failed for
    <R> R run(Duration timeout, Function<Deadline, R> once) {
        Deadline end = new Deadline(node, node.host().clock().nanos() + timeout.toNanos());
        for (int tries = 0; ; tries++) {
            try {
                return once.apply(next(end));
            } catch (ExitException e) {
                checkpoint();
                Duration pause = PAUSE_MIN.multipliedBy(1L << Math.min(tries, DOUBLINGS_MAX));
                if (!retried.test(e.reason()) || end.left().compareTo(pause.multipliedBy(2)) <= 0) {
                    throw e;
                }
                pause(pause.plusNanos(node.host().entropy().random().nextLong(pause.toNanos())));
            }
        }
    }

    private Deadline next(Deadline end) {
        long now = node.host().clock().nanos();
        return end.nanos() - now < each.toNanos() ? end : new Deadline(node, now + each.toNanos());
    }

    /// Lets the calling process end when it is to: that is no failure of a try.
    private static void checkpoint() {
        if (Self.inProcess()) {
            Self.checkpoint();
        }
    }

    private void pause(Duration time) {
        if (Self.inProcess()) {
            Self.sleep(time);
        } else {
            node.host().scheduler().parkUntil(node.host().clock().nanos() + time.toNanos());
        }
    }

    private static boolean saysNothingOfTheRequest(ExitReason reason) {
        return switch (reason) {
            case ExitReason.NoProcess _,
                    ExitReason.NoConnection _,
                    ExitReason.Timeout _,
                    ExitReason.Moved _,
                    ExitReason.Shutdown _,
                    ExitReason.Killed _,
                    ExitReason.NameConflict _,
                    ExitReason.NoQuorum _,
                    ExitReason.Overloaded _ -> true;
            case ExitReason.Normal _,
                    ExitReason.NotAccepted _,
                    ExitReason.NotStarted _,
                    ExitReason.Crash _,
                    ExitReason.Other _ -> false;
        };
    }
}
