package dev.pando.donations;

import java.time.Duration;

/// How to reach a ledger.
///
/// @param url a JDBC URL of H2 or PostgreSQL
/// @param connections the size of this process's pool, at least 1
/// @param timeout how long an operation waits for a connection, at least 250 ms
public record LedgerConfig(String url, String user, String password, int connections, Duration timeout) {

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(250);

    public LedgerConfig {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException("ledger URL must start with jdbc:");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("connections must be at least 1");
        }
        if (timeout.compareTo(TIMEOUT_MIN) < 0) {
            throw new IllegalArgumentException("timeout must be at least " + TIMEOUT_MIN.toMillis() + " ms");
        }
    }

    /// A ledger reached through four connections, waiting at most 5 s for one.
    public static LedgerConfig of(String url, String user, String password) {
        return new LedgerConfig(url, user, password, 4, Duration.ofSeconds(5));
    }

    public LedgerConfig connections(int connections) {
        return new LedgerConfig(url, user, password, connections, timeout);
    }

    public LedgerConfig timeout(Duration timeout) {
        return new LedgerConfig(url, user, password, connections, timeout);
    }

    /// The URL without its parameters, which may hold a password.
    String place() {
        return url.replaceFirst("[?;].*", "");
    }

    @Override
    public String toString() {
        return "LedgerConfig[" + place() + "]";
    }
}
