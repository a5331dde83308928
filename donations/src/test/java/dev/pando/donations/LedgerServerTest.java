package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerServerTest {

    @TempDir
    Path directory;

    @Test
    void listensOnTheLoopbackAddressOnly() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "listening sockets are read from Linux's /proc");

        try (var server = LedgerServer.inMemory()) {
            List<String> addresses = listeningAddresses(port(server));

            // 127.0.0.1 as IPv4, or mapped into IPv6; in the byte order of a little-endian machine.
            assertThat(addresses).hasSize(1).allMatch(address -> address.endsWith("0100007F"));
        }
    }

    private static List<String> listeningAddresses(int port) throws IOException {
        String suffix = ":" + String.format(Locale.ROOT, "%04X", port);
        String listening = "0A";
        try (Stream<String> v4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> v6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(v4, v6)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(suffix) && fields[3].equals(listening))
                    .map(fields -> fields[1].substring(0, fields[1].length() - suffix.length()))
                    .toList();
        }
    }

    private static int port(LedgerServer server) {
        return URI.create(server.config().url().substring("jdbc:h2:".length())).getPort();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from donation",
                "update donation set amount = 0",
                "drop table donation",
                "delete from token_fence",
                "drop table token_fence",
                "create table other (id int)",
                "create alias run for 'java.lang.System.exit'",
                "select * from csvread('/etc/passwd')",
                "select file_read('/etc/passwd')",
                "create user intruder password 'x' admin",
                "script",
                "shutdown"
            })
    void clientCanOnlyReadAndAppend(String sql) throws SQLException {
        try (var server = LedgerServer.inMemory();
                Connection connection = connect(server.config());
                Statement statement = connection.createStatement()) {

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute(sql))
                    .withMessageMatching("(?s).*([Nn]ot enough rights|[Aa]dmin rights).*");
        }
    }

    private static Connection connect(LedgerConfig config) throws SQLException {
        return DriverManager.getConnection(config.url(), config.user(), config.password());
    }

    @Test
    void wrongPasswordIsRefused() {
        try (var server = LedgerServer.inMemory()) {
            LedgerConfig config = server.config();
            LedgerConfig guessed = LedgerConfig.of(config.url(), config.user(), "guess");

            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> Ledger.open(guessed))
                    .withMessageContainingAll(config.url(), "cannot be opened", "Wrong user name or password")
                    .withMessageNotContaining(config.password());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem:other", "./other", "~/other", "/tmp/other", "mem:management_db_PORT"})
    void everyOtherDatabaseIsRefused(String name) {
        try (var server = LedgerServer.inMemory()) {
            int port = port(server);
            String url = "jdbc:h2:tcp://127.0.0.1:" + port + "/" + name.replace("PORT", Integer.toString(port));

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(url, "", "").close())
                    .withMessageContaining("Wrong user name or password");
        }
    }

    @Test
    void closeEndsConnectionsAndListening() {
        LedgerServer server = LedgerServer.inMemory();
        int port = port(server);

        try (var ledger = Ledger.open(server.config().timeout(Duration.ofMillis(300)))) {
            server.close();

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
            assertThatExceptionOfType(LedgerException.class).isThrownBy(ledger::report);
            assertThatNoException().isThrownBy(server::close);
        }
    }

    @Test
    void twoServersAreTwoLedgers() {
        try (var one = LedgerServer.inMemory();
                var two = LedgerServer.inMemory();
                var first = Ledger.open(one.config());
                var second = Ledger.open(two.config())) {
            first.record(Samples.entry(Samples.donation("d-1", "USD 5.00")));

            assertThat(second.find("d-1")).isEmpty();
            assertThat(one.config().password()).isNotEqualTo(two.config().password());
        }
    }

    @Test
    void ledgerInADirectoryOutlivesItsServer() {
        Entry entry = Samples.entry(Samples.donation("d-1", "USD 5.00"));
        String firstPassword;
        try (var server = LedgerServer.at(directory.resolve("new folder/ledger"));
                var ledger = Ledger.open(server.config())) {
            firstPassword = server.config().password();
            ledger.record(entry);
        }

        try (var server = LedgerServer.at(directory.resolve("new folder/ledger"));
                var ledger = Ledger.open(server.config())) {
            assertThat(ledger.find("d-1")).contains(entry);
            assertThat(server.config().password()).isNotEqualTo(firstPassword);
        }
    }

    @Test
    void filesAreForTheirOwnerOnly() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "POSIX permissions");
        try (var server = LedgerServer.at(directory);
                var ledger = Ledger.open(server.config());
                Stream<Path> files = Files.list(directory)) {
            ledger.record(Samples.entry(Samples.donation("d-1", "USD 5.00")));

            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void secondServerOnADirectoryIsRefused() {
        try (var _ = LedgerServer.at(directory)) {
            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> LedgerServer.at(directory))
                    .withMessageContainingAll(directory.toString(), "cannot be served", "already in use");
        }
    }

    @Test
    void databaseWithoutItsPasswordFileIsRefused() throws IOException {
        LedgerServer.at(directory).close();
        Files.delete(directory.resolve("ledger.password"));

        assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> LedgerServer.at(directory))
                .withMessageContaining("cannot be opened without its password file");
    }

    @Test
    void directoryThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> LedgerServer.at(file))
                .withMessageContaining("cannot be used");
    }

    @Test
    void directoryThatH2WouldReadAsSettingsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LedgerServer.at(directory.resolve("a;INIT=x")));
    }
}
