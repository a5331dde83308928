package dev.pando.observer;

import dev.pando.cluster.NodeDown;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.observer.Alert.BelowExpected;
import dev.pando.observer.Alert.Healed;
import dev.pando.observer.Alert.How;
import dev.pando.observer.Alert.NodeJoined;
import dev.pando.observer.Alert.NodeLost;
import dev.pando.observer.Alert.Restored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Logs what a monitor tells: each line has an `event` and its parts as keys and values, and says
/// the same in words. Values are numbers and text, times are in milliseconds.
final class AlertLog {

    private static final Logger log = LoggerFactory.getLogger(ClusterMonitor.class);

    static void started(NodeName node, List<NodeName> others, int expected) {
        event(Level.INFO, "monitor-started", node)
                .addKeyValue("peers", others.toString())
                .addKeyValue("seen", others.size() + 1)
                .addKeyValue("expected", expected)
                .log("{} watches its cluster and sees {}", node, others);
    }

    /// @param seen how many nodes there are now
    static void write(NodeName node, int seen, Alert alert) {
        switch (alert) {
            case NodeJoined(NodeName peer, How how, Optional<Duration> away) ->
                after(event(Level.INFO, "node-joined", node), away)
                        .addKeyValue("peer", peer.toString())
                        .addKeyValue("how", how.name())
                        .addKeyValue("seen", seen)
                        .log("{}: {} has joined ({}), which makes {}", node, peer, how, seen);
            case NodeLost(NodeName peer, NodeDown.Reason reason) ->
                event(level(reason), "node-lost", node)
                        .addKeyValue("peer", peer.toString())
                        .addKeyValue("reason", reason.name())
                        .addKeyValue("seen", seen)
                        .log("{}: {} is gone ({}), which leaves {}", node, peer, reason, seen);
            case Healed(List<NodeName> peers, Duration away) ->
                event(Level.INFO, "healed", node)
                        .addKeyValue("peers", peers.toString())
                        .addKeyValue("away", away.toMillis())
                        .addKeyValue("seen", seen)
                        .log("{}: {} were out of reach for {} ms and are back", node, peers, away.toMillis());
            case BelowExpected(int fewer, int expected, Instant since) ->
                event(Level.WARN, "below-expected", node)
                        .addKeyValue("seen", fewer)
                        .addKeyValue("expected", expected)
                        .addKeyValue("since", since.toString())
                        .log("{}: {} of {} nodes since {}", node, fewer, expected, since);
            case Restored(int enough, int expected, Duration below) ->
                event(Level.INFO, "restored", node)
                        .addKeyValue("seen", enough)
                        .addKeyValue("expected", expected)
                        .addKeyValue("below", below.toMillis())
                        .log("{}: {} of {} nodes, after {} ms with fewer", node, enough, expected, below.toMillis());
        }
    }

    static void hookFailed(NodeName node, Alert alert, ExitReason why) {
        event(Level.WARN, "hook-failed", node)
                .addKeyValue("alert", alert.toString())
                .addKeyValue("reason", why.toString())
                .log("{}: a hook has failed at {}: {}", node, alert, why);
    }

    static void hookMissed(NodeName node, Alert alert) {
        event(Level.WARN, "hook-missed", node)
                .addKeyValue("alert", alert.toString())
                .log("{}: a hook is too slow, and misses {}", node, alert);
    }

    /// Whether somebody may have to look into it.
    private static Level level(NodeDown.Reason reason) {
        return switch (reason) {
            case LEFT, RESTARTED -> Level.INFO;
            case UNREACHABLE, DISCONNECTED, RENEWED -> Level.WARN;
        };
    }

    private static LoggingEventBuilder event(Level level, String event, NodeName node) {
        return log.atLevel(level).addKeyValue("event", event).addKeyValue("node", node.toString());
    }

    private static LoggingEventBuilder after(LoggingEventBuilder builder, Optional<Duration> away) {
        return away.map(time -> builder.addKeyValue("away", time.toMillis())).orElse(builder);
    }

    private AlertLog() {}
}
