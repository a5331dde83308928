package dev.pando.donations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;

/// The connections of one process to the ledger: few, and no wait of theirs without a limit.
final class LedgerPool {

    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(30);

    private LedgerPool() {}

    static HikariDataSource open(LedgerConfig config) {
        H2Loopback.prefer();
        try {
            return new HikariDataSource(settings(config));
        } catch (PoolInitializationException e) {
            throw LedgerException.of(config, "cannot be opened", e);
        }
    }

    private static HikariConfig settings(LedgerConfig config) {
        var pool = new HikariConfig();
        pool.setPoolName("ledger");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        pool.setPassword(config.password());
        pool.setMaximumPoolSize(config.connections());
        pool.setConnectionTimeout(config.timeout().toMillis());
        pool.setValidationTimeout(config.timeout().toMillis());
        pool.setExceptionOverride(new EvictBroken());
        if (config.url().startsWith("jdbc:h2:tcp:")) {
            pool.addDataSourceProperty("NETWORK_TIMEOUT", Long.toString(NETWORK_TIMEOUT.toMillis()));
        } else if (config.url().startsWith("jdbc:postgresql:")) {
            pool.addDataSourceProperty("socketTimeout", Long.toString(NETWORK_TIMEOUT.toSeconds()));
        }
        return pool;
    }

    /// H2 reports a broken connection by SQLStates of its own, which the pool does not know: without this it
    /// would go on
    /// handing out the connection.
    private static final class EvictBroken implements SQLExceptionOverride {

        @java.lang.Override
        public Override adjudicate(SQLException e) {
            return e instanceof SQLNonTransientConnectionException ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }
}
