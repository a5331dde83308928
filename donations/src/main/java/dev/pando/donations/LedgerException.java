package dev.pando.donations;

import java.sql.SQLException;
import java.util.Optional;

/// The ledger could not do its work: the database is out of reach, refused, or not migrated. The message is one
/// line and names the ledger; neither it nor the cause carries a row's content.
public final class LedgerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LedgerException(String message) {
        super(message);
    }

    LedgerException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The messages of data and constraint errors (SQLState classes 22 and 23) quote the row, so only their state
    /// is told and the exception itself is left out.
    static LedgerException of(LedgerConfig ledger, String problem, Exception thrown) {
        String what = "ledger " + ledger.place() + " " + problem + ": ";
        Optional<SQLException> sql = rootSqlException(thrown);
        String state = sql.map(SQLException::getSQLState).orElse("");
        if (state.startsWith("22") || state.startsWith("23")) {
            return new LedgerException(what + "SQLState " + state);
        }
        String detail = String.valueOf(sql.isPresent() ? sql.get().getMessage() : thrown.getMessage());
        return new LedgerException(what + detail.lines().findFirst().orElse(""), thrown);
    }

    /// The innermost one: the pool wraps the driver's reason in its own.
    static Optional<SQLException> rootSqlException(Throwable thrown) {
        Optional<SQLException> root = Optional.empty();
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql) {
                root = Optional.of(sql);
            }
        }
        return root;
    }
}
