package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JGroupsLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("jgroups-log-test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final JGroupsLog log = new JGroupsLog(logger);

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void aThousandErrorsAreAFewLines() {
        long began = System.nanoTime();

        for (int i = 0; i < 1000; i++) {
            log.error("frame " + i, new IllegalStateException("bad"));
            log.warn("%d", i);
            log.fatal("fatal");
        }

        long seconds = (System.nanoTime() - began) / 1_000_000_000L + 1;
        assertThat(lines.list).hasSizeBetween(5, (int) (6 * (seconds + 1)));
    }

    @Test
    void aGoodbyeThatComesTooLateIsNoError() {
        log.error("%s: failed sending graceful close to %s: %s", "a", "b", "Broken pipe");

        assertThat(lines.list).isEmpty();

        log.error("%s: failed sending message to %s: %s", "a", "b", "Broken pipe");

        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.ERROR);
    }

    @Test
    void aNodeWhoseAddressIsNotKnownYetIsNoWarning() {
        log.warn("JGRP000032: %s: no physical address for %s, dropping message", "a", "b");

        assertThat(lines.list).isEmpty();
    }

    @Test
    void aReaderThatComesTooLateIsNoWarning() {
        log.warn("a: failed handling message", new IOException("Stream closed"));

        assertThat(lines.list).isEmpty();

        log.warn("a: failed handling message", new IOException());
        log.warn("a: something else", new IOException("Stream closed"));

        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
    }

    @Test
    void theEngineLogsThroughIt() {
        try (LocalCluster local = new LocalCluster(1)) {
            assertThat(local.join(0).engine().transport().getLog()).isInstanceOf(JGroupsLog.class);
        }
    }
}
