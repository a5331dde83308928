package dev.pando.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/// A database of a test's own, reached as several JVMs would: by a connection each.
interface Database extends AutoCloseable {

    /// In auto-commit mode.
    Connection connect() throws SQLException;

    /// Counts the connections that are held up in an insert by another one.
    String held();

    @Override
    void close() throws SQLException, IOException;

    default void run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// In this process.
    static Database h2() throws SQLException {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=20000";
        Connection keptOpen = DriverManager.getConnection(url);
        return new Database() {
            @Override
            public Connection connect() throws SQLException {
                return DriverManager.getConnection(url);
            }

            // H2 tries again and again.
            @Override
            public String held() {
                return "select count(*) from information_schema.sessions where executing_statement like 'insert%'";
            }

            @Override
            public void close() throws SQLException {
                keptOpen.close();
            }
        };
    }

    /// A server of its own.
    static Database postgres() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.start();
        return new Database() {
            @Override
            public Connection connect() throws SQLException {
                return server.getPostgresDatabase().getConnection();
            }

            @Override
            public String held() {
                return "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert%'";
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }
}
