package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.spi.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Counted always, logged once an interval.
class RefusalsTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Cluster.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Refusals refusals = new Refusals("here", new Hand());

    /// A clock that is turned by hand.
    private final class Hand implements Clock {
        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void attach() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void eachKindIsLoggedOnceAnIntervalWithOriginAndCount() {
        for (int i = 0; i < 100; i++) {
            refusals.add(Refusal.LENGTH, "there", "too long");
            refusals.add(Refusal.COOKIE, "elsewhere", "another");
        }
        assertThat(messages())
                .containsExactly(
                        "here refused LENGTH from there (1 so far): too long",
                        "here refused COOKIE from elsewhere (1 so far): another");

        nanos.addAndGet(Refusals.INTERVAL.toNanos());
        refusals.add(Refusal.LENGTH, "beyond", "too long");

        assertThat(messages()).hasSize(3).contains("here refused LENGTH from beyond (101 so far): too long");
        assertThat(refusals.count(Refusal.LENGTH)).isEqualTo(101);
        assertThat(refusals.count(Refusal.COOKIE)).isEqualTo(100);
        assertThat(refusals.count(Refusal.TLS)).isZero();
    }

    @Test
    void whatAStrangerSaysIsCutAndOnOneLine() {
        refusals.add(Refusal.MESSAGE, "there", "a\nWARN forged\u001b[2J" + "x".repeat(10_000));

        assertThat(messages().getFirst()).startsWith("here refused MESSAGE from there (1 so far): a?WARN forged?[2J");
        assertThat(messages().getFirst()).hasSizeLessThan(500);
    }

    @Test
    void aStrangerIsNothingToWarnOf() {
        refusals.add(Refusal.STRANGER, "there", "early");
        refusals.add(Refusal.TLS, "there", "no certificate");

        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.WARN);
    }
}
