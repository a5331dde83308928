package dev.pando.horde;

import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far the wall clocks of other nodes are ahead of this node's. Each node looks for those ahead of it: a
/// message takes its time, which can hide a difference and not feign one.
final class Clocks {

    private static final Logger log = LoggerFactory.getLogger(HordeRegistry.class);

    private final Node node;
    private final Name name;
    private final Map<NodeName, Duration> ahead = new TreeMap<>();

    Clocks(Node node, Name name) {
        this.node = node;
        this.name = name;
    }

    long millis() {
        return node.host().clock().now().toEpochMilli();
    }

    /// Notes what another node's clock says, or has said a moment ago.
    void seen(NodeName other, long wallMillis) {
        Duration skew = Duration.ofMillis(Math.max(0, wallMillis - millis()));
        boolean far = isTooFar(skew);
        boolean wasFar = isTooFar(ahead.getOrDefault(other, Duration.ZERO));
        ahead.put(other, skew);
        if (far && !wasFar) {
            log.warn(
                    "{}: the wall clock of {} is {} ms ahead of that of {}, more than is tolerated ({}): which of two"
                            + " claims of a name is older is not told rightly; set the clocks",
                    name,
                    other,
                    skew.toMillis(),
                    node.name(),
                    node.hybridClock().tolerated());
        } else if (wasFar && !far) {
            log.info("{}: the wall clock of {} is no longer too far ahead of that of {}", name, other, node.name());
        }
    }

    private boolean isTooFar(Duration skew) {
        return skew.compareTo(node.hybridClock().tolerated()) > 0;
    }

    void forget(NodeName other) {
        ahead.remove(other);
    }

    Duration skew() {
        return ahead.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
