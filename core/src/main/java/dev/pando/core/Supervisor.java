package dev.pando.core;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A supervision tree as a value: children are started in order, restarted by their rules, stopped in reverse
/// order.
///
/// When more than `restarts` restarts fall within `period`, the supervisor stops all children and exits with
/// `Shutdown`;
/// its own parent decides further.
public record Supervisor(Strategy strategy, List<ChildSpec> children, int restarts, Duration period)
        implements Behaviour {

    public Supervisor {
        children = List.copyOf(children);
        Set<String> ids = new HashSet<>();
        for (ChildSpec child : children) {
            if (!ids.add(child.id())) {
                throw new IllegalArgumentException("two children have the id '" + child.id() + "'");
            }
        }
        if (restarts < 0 || period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException(
                    "intensity " + restarts + " in " + period + ": give a count of 0 or more and a period above 0");
        }
    }

    /// A supervisor that allows 3 restarts in 5 seconds.
    public static Supervisor of(Strategy strategy, ChildSpec... children) {
        return new Supervisor(strategy, List.of(children), 3, Duration.ofSeconds(5));
    }

    public Supervisor intensity(int restarts, Duration period) {
        return new Supervisor(strategy, children, restarts, period);
    }
}
