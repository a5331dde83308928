package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pando.cluster.NodeDown.Reason;
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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class AlertLogTest {

    private static final NodeName SELF = NodeName.of("n1");
    private static final NodeName PEER = NodeName.of("n2");

    private final Logger logger = (Logger) LoggerFactory.getLogger(ClusterMonitor.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private ILoggingEvent written(Alert alert) {
        AlertLog.write(SELF, 3, alert);
        return lines.list.getLast();
    }

    private static Map<String, Object> parts(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }

    @Test
    void aNewNodeHasNotBeenAway() {
        ILoggingEvent line = written(new NodeJoined(PEER, How.NEW, Optional.empty()));

        assertThat(line.getFormattedMessage()).isEqualTo("n1@localhost: n2@localhost has joined (NEW), which makes 3");
        assertThat(parts(line))
                .isEqualTo(Map.of(
                        "event",
                        "node-joined",
                        "node",
                        "n1@localhost",
                        "peer",
                        "n2@localhost",
                        "how",
                        "NEW",
                        "seen",
                        3));
    }

    @Test
    void aNodeThatReturnsHasBeenAwayForMilliseconds() {
        ILoggingEvent line = written(new NodeJoined(PEER, How.RETURNED, Optional.of(Duration.ofSeconds(2))));

        assertThat(parts(line)).containsEntry("how", "RETURNED").containsEntry("away", 2_000L);
    }

    @Test
    void anOrderlyEndIsNoWarning() {
        assertThat(written(new NodeLost(PEER, Reason.LEFT)).getLevel()).isEqualTo(Level.INFO);

        ILoggingEvent line = written(new NodeLost(PEER, Reason.UNREACHABLE));

        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(parts(line))
                .containsEntry("event", "node-lost")
                .containsEntry("peer", "n2@localhost")
                .containsEntry("reason", "UNREACHABLE");
    }

    @Test
    void aHealSaysWhoIsBackAndAfterHowLong() {
        ILoggingEvent line = written(new Healed(List.of(PEER), Duration.ofSeconds(12)));

        assertThat(parts(line))
                .containsEntry("event", "healed")
                .containsEntry("peers", "[n2@localhost]")
                .containsEntry("away", 12_000L);
    }

    @Test
    void aShortageIsAWarningUntilItIsOver() {
        ILoggingEvent begun = written(new BelowExpected(1, 3, Instant.EPOCH));
        ILoggingEvent over = written(new Restored(3, 3, Duration.ofMinutes(1)));

        assertThat(begun.getLevel()).isEqualTo(Level.WARN);
        assertThat(parts(begun))
                .containsEntry("event", "below-expected")
                .containsEntry("seen", 1)
                .containsEntry("expected", 3)
                .containsEntry("since", "1970-01-01T00:00:00Z");
        assertThat(over.getLevel()).isEqualTo(Level.INFO);
        assertThat(parts(over)).containsEntry("event", "restored").containsEntry("below", 60_000L);
    }
}
