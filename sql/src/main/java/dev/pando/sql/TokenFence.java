package dev.pando.sql;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;

/// Keeps the highest token of each key in a table, and refuses lower ones: once a key's holder has
/// written, its former holders are shut out, however late their writes arrive.
///
/// It is as good as the tokens. Those that a majority grants fence. Those of an available registry
/// or supervisor only order what holders write that may live side by side in a partition: that
/// nothing happens twice has to come from an idempotency key, and who stays afterwards can be the
/// one with the lower token. It gives up the key when it is refused, and the next claim has a
/// higher one.
///
/// Thread-safe, and so are any number of them, in any number of JVMs, over one table.
public final class TokenFence {

    /// How long a key can be.
    public static final int KEY_LENGTH_MAX = 300;

    private final String table;

    private TokenFence(String table) {
        this.table = table;
    }

    /// A fence that keeps its tokens in this table, see [#createTable].
    ///
    /// @param table letters, digits and `_`, with a schema and a dot before it or without
    public static TokenFence in(String table) {
        if (!table.matches("([A-Za-z_][A-Za-z0-9_]*\\.)?[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "table '" + table + "' of a token fence: use letters, digits and _, as name or schema.name");
        }
        return new TokenFence(table);
    }

    /// The statement that creates the table, for H2, PostgreSQL and whatever understands the same:
    /// for a migration, or to be run once.
    public String createTable() {
        return """
            create table %s (
                fence_key   varchar(%d) not null primary key,
                stamp       bigint       not null,
                node        varchar(320) not null,
                incarnation bigint       not null
            )\
            """.formatted(table, KEY_LENGTH_MAX);
    }

    /// Admits the holder of a token to the key, unless a higher one was admitted before. It can
    /// write as often as it likes: its own token is not higher.
    ///
    /// To be called in the transaction of the write, before it. Until that transaction ends other
    /// writers of the key wait here; when it is rolled back the token was never seen.
    ///
    /// @param connection of the caller's transaction, that is, not in auto-commit mode
    /// @param key 1 to [#KEY_LENGTH_MAX] characters
    /// @throws SQLException if the database fails; with an isolation above `READ COMMITTED` also if
    ///     another writer was faster (SQLState 40001, in H2 also 90131), and the transaction is to
    ///     be tried again
    public Admission admit(Connection connection, String key, Token token) throws SQLException {
        if (key.isEmpty() || key.length() > KEY_LENGTH_MAX) {
            throw new IllegalArgumentException("key of " + key.length() + " characters for the token fence in " + table
                    + ": use 1 to " + KEY_LENGTH_MAX);
        }
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("the token fence in " + table
                    + " needs a transaction that holds the write too: setAutoCommit(false) first");
        }
        Optional<Token> highest = lock(connection, key);
        if (highest.isEmpty()) {
            if (insert(connection, key, token)) {
                return new Admission.Admitted();
            }
            highest = Optional.of(lock(connection, key)
                    .orElseThrow(() -> new SQLTransactionRollbackException(
                            "'" + key + "' was written by another transaction that this one does not see: try it again",
                            "40001")));
        }
        return decide(connection, key, token, highest.get());
    }

    /// The order of tokens is that of Java, not of the database: text sorts there by its collation.
    private Admission decide(Connection connection, String key, Token token, Token highest) throws SQLException {
        int order = token.compareTo(highest);
        if (order < 0) {
            return new Admission.Refused(key, token, highest);
        }
        if (order > 0) {
            raise(connection, key, token);
        }
        return new Admission.Admitted();
    }

    private Optional<Token> lock(Connection connection, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select stamp, node, incarnation from " + table + " where fence_key = ? for update")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(token(row)) : Optional.empty();
            }
        }
    }

    private static Token token(ResultSet row) throws SQLException {
        return new Token(row.getLong("stamp"), NodeName.of(row.getString("node")), row.getLong("incarnation"));
    }

    /// Whether the key is new; if another transaction is about to write it, this waits for it.
    private boolean insert(Connection connection, String key, Token token) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + table
                + " (stamp, node, incarnation, fence_key) values (?, ?, ?, ?)" + otherwise(connection))) {
            return execute(insert, key, token) == 1;
        } catch (SQLException e) {
            if (!violatesAConstraint(e)) {
                throw e;
            }
            return false;
        }
    }

    /// PostgreSQL gives up a transaction that had an error. Others undo the statement, and do not
    /// know this clause.
    private static String otherwise(Connection connection) throws SQLException {
        boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        return postgres ? " on conflict do nothing" : "";
    }

    private static boolean violatesAConstraint(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("23");
    }

    private void raise(Connection connection, String key, Token token) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + table + " set stamp = ?, node = ?, incarnation = ? where fence_key = ?")) {
            execute(update, key, token);
        }
    }

    private static int execute(PreparedStatement change, String key, Token token) throws SQLException {
        change.setLong(1, token.stamp());
        change.setString(2, token.node().toString());
        change.setLong(3, token.incarnation());
        change.setString(4, key);
        return change.executeUpdate();
    }
}
