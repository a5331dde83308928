package dev.pando.donations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;

/// An H2 database server inside this JVM, for a ledger that several processes of this machine
/// share. It listens on 127.0.0.1 only, on a free port, and serves one database.
///
/// Whoever connects can read and append donations, set the tokens of their workers, and do nothing
/// else: the administrator, who could run Java code through H2, works inside this JVM only, and
/// that password is never handed out. The one in [#config] is new at each start.
public final class LedgerServer implements AutoCloseable {

    private static final String ADMIN = "ADMIN";
    private static final String USER = "DONATIONS";
    private static final String NAME = "ledger";

    private final Connection admin;
    private final Server tcp;
    private final LedgerConfig config;

    private LedgerServer(Connection admin, Server tcp, LedgerConfig config) {
        this.admin = admin;
        this.tcp = tcp;
        this.config = config;
    }

    /// A migrated, empty ledger that ends with this server.
    public static LedgerServer inMemory() {
        return start("mem:" + secret(), secret(), "");
    }

    /// The ledger kept in a directory, created if need be. What was recorded is in the file when [Ledger#record]
    /// returns, so it survives the sudden end of this process. The files are readable by their owner only; one of
    /// them holds the administrator's password, which H2 asks for when it opens the database again.
    ///
    /// @throws LedgerException if the directory cannot be used, or another process has the ledger open
    public static LedgerServer at(Path directory) {
        Path database = directory.toAbsolutePath().normalize().resolve(NAME);
        if (database.toString().contains(";")) {
            throw new IllegalArgumentException("the directory of a ledger must have no ; in its name: " + directory);
        }
        try {
            Files.createDirectories(directory);
            String password = password(database);
            return start(database.toString(), password, ";WRITE_DELAY=0;TRACE_LEVEL_FILE=0");
        } catch (IOException e) {
            throw new LedgerException("ledger " + directory + " cannot be used: " + e, e);
        }
    }

    /// The password is written before the database, so that a start cut short leaves nothing that cannot be
    /// opened.
    private static String password(Path database) throws IOException {
        Path password = database.resolveSibling(NAME + ".password");
        Path rows = database.resolveSibling(NAME + ".mv.db");
        if (Files.notExists(password)) {
            if (Files.exists(rows)) {
                throw new LedgerException("ledger " + rows + " cannot be opened without its password file " + password);
            }
            createPrivately(password, secret());
        }
        if (Files.notExists(rows)) {
            createPrivately(rows, "");
        }
        return Files.readString(password);
    }

    /// Temporary files are created readable by their owner only, on every platform; the move makes it all or
    /// nothing.
    private static void createPrivately(Path file, String content) throws IOException {
        Path draft = Files.createTempFile(file.getParent(), NAME, ".draft");
        Files.writeString(draft, content);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static LedgerServer start(String database, String adminPassword, String settings) {
        H2Loopback.require();
        // Or else H2 would close the database as soon as the JVM begins to exit, under the last writers' feet.
        String url = "jdbc:h2:" + database + ";DB_CLOSE_ON_EXIT=FALSE" + settings;
        LedgerConfig embedded = LedgerConfig.of(url, ADMIN, adminPassword);
        try {
            // An in-memory database lives as long as this connection, and no remote user may create one.
            Connection admin = openAlone(embedded);
            try {
                Ledger.migrate(embedded);
                String password = grantAccess(admin);
                // The server knows the database by this name only and refuses every other.
                Server tcp = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon", "-key", NAME, database)
                        .start();
                String address = "jdbc:h2:tcp://" + H2Loopback.ADDRESS + ":" + tcp.getPort() + "/" + NAME;
                return new LedgerServer(admin, tcp, LedgerConfig.of(address, USER, password));
            } catch (SQLException | RuntimeException e) {
                admin.close();
                throw e;
            }
        } catch (SQLException e) {
            throw LedgerException.of(embedded, "cannot be served", e);
        }
    }

    /// Across processes H2 locks the file; within one it would share the database with another server of this
    /// kind.
    private static Connection openAlone(LedgerConfig config) throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(config.url() + ";OPEN_NEW=TRUE");
        return source.getConnection(config.user(), config.password());
    }

    private static String grantAccess(Connection admin) throws SQLException {
        String password = secret();
        try (Statement statement = admin.createStatement()) {
            statement.execute("create user if not exists " + USER + " password '" + password + "'");
            statement.execute("alter user " + USER + " set password '" + password + "'");
            statement.execute("grant select, insert on donation to " + USER);
            statement.execute("grant select, insert, update on token_fence to " + USER);
        }
        return password;
    }

    private static String secret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// How a process of this machine opens the ledger. Hand the password on by environment or standard input:
    /// every user can read a command line.
    public LedgerConfig config() {
        return config;
    }

    /// Ends the server, every connection to it and the database. Does nothing the second time.
    @Override
    public synchronized void close() {
        tcp.stop();
        try (admin) {
            if (!admin.isClosed()) {
                shutDown();
            }
        } catch (SQLException e) {
            throw LedgerException.of(config, "cannot be closed", e);
        }
    }

    private void shutDown() throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute("shutdown");
        }
    }
}
