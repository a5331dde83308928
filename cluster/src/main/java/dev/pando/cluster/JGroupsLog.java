package dev.pando.cluster;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jgroups.logging.Slf4jLogImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// JGroups' warnings and errors, a few of each logger in an interval: it writes one, with a stack trace, for each frame
/// that it cannot read, so whoever sends such frames would fill the disk.
class JGroupsLog extends Slf4jLogImpl {

    private static final int LINES_MAX = 5;
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    /// An error to JGroups, and none: where both ends close a connection, one of them comes too late for its goodbye.
    private static final String GOODBYE = "failed sending graceful close";
    /// A warning to JGroups, and none: while nodes join, one may answer another before it knows
    /// where that is. It asks for the address then, and what was to arrive is sent again.
    private static final String NO_ADDRESS_YET = "no physical address for %s";
    /// What a reader warns of that comes a moment after its own node has closed the connection.
    private static final String UNREAD = "failed handling message";
    private static final String CLOSED = "Stream closed";

    private final Logger logger;
    private final AtomicLong ends = new AtomicLong(System.nanoTime() + INTERVAL_NANOS);
    private final AtomicInteger lines = new AtomicInteger();
    private final AtomicLong kept = new AtomicLong();

    private static final class Factory implements CustomLogFactory {
        @Override
        public Log getLog(Class<?> type) {
            return getLog(type.getName());
        }

        @Override
        public Log getLog(String category) {
            return new JGroupsLog(LoggerFactory.getLogger(category));
        }
    }

    JGroupsLog(Logger logger) {
        super(Locale.ROOT, logger);
        this.logger = logger;
    }

    /// Makes JGroups log this way, in the whole JVM, unless it was told another one.
    static void install() {
        if (LogFactory.getCustomLogFactory() == null) {
            LogFactory.setCustomLogFactory(new Factory());
        }
    }

    private boolean may() {
        long now = System.nanoTime();
        long end = ends.get();
        if (now - end >= 0 && ends.compareAndSet(end, now + INTERVAL_NANOS)) {
            lines.set(0);
            long left = kept.getAndSet(0);
            if (left > 0) {
                logger.warn("{} more of these were not logged", left);
            }
        }
        if (lines.incrementAndGet() <= LINES_MAX) {
            return true;
        }
        kept.incrementAndGet();
        return false;
    }

    @Override
    public void fatal(String message) {
        if (may()) {
            super.fatal(message);
        }
    }

    @Override
    public void fatal(String format, Object... args) {
        if (may()) {
            super.fatal(format, args);
        }
    }

    @Override
    public void fatal(String message, Throwable cause) {
        if (may()) {
            super.fatal(message, cause);
        }
    }

    @Override
    public void error(String message) {
        if (may()) {
            super.error(message);
        }
    }

    @Override
    public void error(String format, Object... args) {
        if (format.contains(GOODBYE)) {
            debug(format, args);
        } else if (may()) {
            super.error(format, args);
        }
    }

    @Override
    public void error(String message, Throwable cause) {
        if (may()) {
            super.error(message, cause);
        }
    }

    @Override
    public void warn(String message) {
        if (may()) {
            super.warn(message);
        }
    }

    @Override
    public void warn(String format, Object... args) {
        if (format.contains(NO_ADDRESS_YET)) {
            debug(format, args);
        } else if (may()) {
            super.warn(format, args);
        }
    }

    @Override
    public void warn(String message, Throwable cause) {
        if (message.contains(UNREAD) && cause instanceof IOException && CLOSED.equals(cause.getMessage())) {
            debug(message, cause);
        } else if (may()) {
            super.warn(message, cause);
        }
    }
}
