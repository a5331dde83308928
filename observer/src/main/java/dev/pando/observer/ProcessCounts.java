package dev.pando.observer;

import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the processes are distributed over the nodes of a cluster, node by node in order of the
/// names.
///
/// @param counts how many processes live on each node that has answered, and on the one that asked
/// @param failures why there is no answer from the others: `Timeout` or `NoConnection`, or
///     `NoProcess` where no monitor runs
public record ProcessCounts(Map<NodeName, Integer> counts, Map<NodeName, ExitReason> failures) {

    public ProcessCounts {
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }
}
