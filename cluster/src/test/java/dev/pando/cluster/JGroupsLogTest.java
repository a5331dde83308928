package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JGroupsLogTest {

    @Test
    void aThousandErrorsAreAFewLines() {
        Logger logger = (Logger) LoggerFactory.getLogger("jgroups-log-test");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        JGroupsLog log = new JGroupsLog(logger);
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
    void theEngineLogsThroughIt() {
        try (LocalCluster local = new LocalCluster(1)) {
            assertThat(local.join(0).engine().transport().getLog()).isInstanceOf(JGroupsLog.class);
        }
    }
}
