package dev.pando.observer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What a [ClusterMonitor] expects of its cluster, and whom it tells.
///
/// @param expected how many nodes there should be, this one included
/// @param grace for how long there may be fewer before that is an alert; give it more time than a
///     node takes to start anew
/// @param hooks what is called with each alert, see [#onAlert]
/// @param hookLimit how long one call of a hook may take before it is killed
public record MonitorConfig(int expected, Duration grace, List<Consumer<Alert>> hooks, Duration hookLimit) {

    /// 30 seconds.
    public static final Duration GRACE = Duration.ofSeconds(30);

    /// 30 seconds.
    public static final Duration HOOK_LIMIT = Duration.ofSeconds(30);

    public MonitorConfig {
        hooks = List.copyOf(hooks);
        if (expected < 1) {
            throw new IllegalArgumentException(
                    "expected: " + expected + " nodes; this one counts too, so give 1 or more");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: " + grace + " is negative; give zero or more");
        }
        if (!hookLimit.isPositive()) {
            throw new IllegalArgumentException("hookLimit: " + hookLimit + "; give a time above zero");
        }
    }

    /// So many nodes, and no hooks.
    public static MonitorConfig of(int expected) {
        return new MonitorConfig(expected, GRACE, List.of(), HOOK_LIMIT);
    }

    public MonitorConfig grace(Duration grace) {
        return new MonitorConfig(expected, grace, hooks, hookLimit);
    }

    /// Adds a hook. It gets the alerts in order, one at a time, each in a process of its own, so it
    /// may block as any process may. When it throws, is killed or takes too long, it gets the next
    /// one all the same. One that has fallen 100 alerts behind misses the oldest of them, which is
    /// logged.
    public MonitorConfig onAlert(Consumer<Alert> hook) {
        List<Consumer<Alert>> more = new ArrayList<>(hooks);
        more.add(hook);
        return new MonitorConfig(expected, grace, more, hookLimit);
    }

    public MonitorConfig hookLimit(Duration hookLimit) {
        return new MonitorConfig(expected, grace, hooks, hookLimit);
    }
}
