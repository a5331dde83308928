package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pando.core.Token;
import dev.pando.donations.Recording.Duplicate;
import dev.pando.donations.Recording.Recorded;
import dev.pando.donations.Recording.Refused;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The same on H2 and on PostgreSQL.
class LedgerFenceTest {

    private static final Donation FIVE = Samples.donation("d-1", "USD 5.00");
    private static final long LIMIT_SECONDS = 60;

    @Nested
    class OnH2 extends Promises {
        @Override
        String fresh() {
            return "jdbc:h2:mem:" + UUID.randomUUID();
        }
    }

    @Nested
    class OnPostgres extends Promises {
        private static EmbeddedPostgres server;

        @BeforeAll
        static void start() throws IOException {
            server = EmbeddedPostgres.start();
        }

        @AfterAll
        static void stop() throws IOException {
            server.close();
        }

        @Override
        String fresh() throws SQLException {
            String name = "ledger_" + UUID.randomUUID().toString().replace('-', '_');
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + name);
            }
            return server.getJdbcUrl("postgres", name);
        }
    }

    @Test
    void theMigrationMakesTheTableOfTheFence() throws IOException {
        try (var migration = Ledger.class.getResourceAsStream("/db/donations/V2__token_fence.sql")) {
            assertThat(new String(migration.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("\n    ", "\n")
                            .strip())
                    .endsWith(Ledger.FENCE.createTable().replace("\n    ", "\n") + ";");
        }
    }

    abstract static class Promises {

        private LedgerConfig config;
        private Connection database;

        /// The URL of an empty database.
        abstract String fresh() throws SQLException;

        @BeforeEach
        void open() throws SQLException {
            config = LedgerConfig.of(fresh(), "postgres", "postgres");
            database = DriverManager.getConnection(config.url(), config.user(), config.password());
        }

        @AfterEach
        void close() throws SQLException {
            database.close();
        }

        @Test
        void aRetryOfAFormerWorkerIsADuplicate() {
            try (Ledger ledger = migrated()) {
                Entry first = Samples.entry(FIVE, "alpha", Samples.token(5));
                assertThat(ledger.record(first)).isEqualTo(new Recorded());

                for (long stamp : List.of(4L, 5L, 6L, 4L)) {
                    assertThat(ledger.record(Samples.entry(FIVE, "beta", Samples.token(stamp))))
                            .isEqualTo(new Duplicate(first, true));
                }
            }
        }

        @Test
        void whatALaterWorkerRecordedIsNotAddedAgainByAFormerOneOnceItIsTakenOut() throws SQLException {
            try (Ledger ledger = migrated()) {
                ledger.record(Samples.entry(FIVE, "alpha", Samples.token(5)));
                run("delete from donation");

                assertThat(ledger.record(Samples.entry(FIVE, "beta", Samples.token(4))))
                        .isEqualTo(new Refused(Samples.token(4), Samples.token(5)));
                assertThat(ledger.find("d-1")).isEmpty();
                assertThat(ledger.record(Samples.entry(FIVE, "alpha", Samples.token(5))))
                        .isEqualTo(new Recorded());
            }
        }

        @Test
        void anotherDonationOfAFormerWorkerIsNotRefused() {
            try (Ledger ledger = migrated()) {
                ledger.record(Samples.entry(FIVE, "alpha", Samples.token(5)));

                assertThat(ledger.record(Samples.entry(Samples.donation("d-2", "USD 5.00"), "alpha", Samples.token(4))))
                        .isEqualTo(new Recorded());
            }
        }

        @Test
        void ofWorkersThatRaceOneRecordsAndItsTokenIsKept() throws Exception {
            try (Ledger ledger = migrated()) {
                for (int round = 0; round < 10; round++) {
                    Donation donation = Samples.donation("race-" + round, "USD 5.00");

                    List<Recording> recordings = race(ledger, donation, round);

                    Entry winner = ledger.find(donation.id()).orElseThrow();
                    assertThat(recordings)
                            .filteredOn(Recorded.class::isInstance)
                            .hasSize(1);
                    assertThat(recordings)
                            .filteredOn(Duplicate.class::isInstance)
                            .hasSize(11)
                            .containsOnly(new Duplicate(winner, true));
                    assertThat(highest(donation.id())).isEqualTo(winner.token().stamp());
                }
            }
        }

        private static List<Recording> race(Ledger ledger, Donation donation, int seed) throws Exception {
            List<Token> tokens = new ArrayList<>(
                    LongStream.range(0, 12).mapToObj(Samples::token).toList());
            Collections.shuffle(tokens, new Random(seed));
            var start = new CyclicBarrier(tokens.size());
            List<Recording> recordings = new ArrayList<>();
            try (var executor = Executors.newCachedThreadPool()) {
                List<Future<Recording>> results = tokens.stream()
                        .map(token -> executor.submit(() -> {
                            start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                            return ledger.record(Samples.entry(donation, "alpha", token));
                        }))
                        .toList();
                for (Future<Recording> result : results) {
                    recordings.add(result.get(LIMIT_SECONDS, TimeUnit.SECONDS));
                }
            }
            return recordings;
        }

        /// A ledger of the first version, with rows in it.
        @Test
        void whatWasRecordedBeforeThereWasAFenceIsStillRecorded() throws SQLException {
            Flyway.configure(Ledger.class.getClassLoader())
                    .dataSource(config.url(), config.user(), config.password())
                    .locations("classpath:db/donations")
                    .target("1")
                    .load()
                    .migrate();
            run("""
                insert into donation (id, donor, amount, currency, zakat, region, donated_at, source, node, worker, token)
                values ('d-1', 'Ada Lovelace', 5, 'USD', 0.12, 'eu-west', '2025-03-01 10:15:30.123456+00', 'test',
                    'alpha', '<alpha.1.7>', '0000000000000009/alpha@localhost/1')
                """);
            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> Ledger.open(config))
                    .withMessageContaining("cannot be used");

            try (Ledger ledger = migrated()) {
                Entry before = Samples.entry(FIVE, "alpha", Samples.token(9));
                assertThat(ledger.find("d-1")).contains(before);
                assertThat(ledger.record(Samples.entry(FIVE, "beta", Samples.token(3))))
                        .isEqualTo(new Duplicate(before, true));
                assertThat(ledger.record(Samples.entry(Samples.donation("d-2", "USD 5.00"), "alpha", Samples.token(3))))
                        .isEqualTo(new Recorded());
                assertThat(ledger.report().rows()).isEqualTo(2);
            }
        }

        private Ledger migrated() {
            Ledger.migrate(config);
            return Ledger.open(config);
        }

        private void run(String sql) throws SQLException {
            try (Statement statement = database.createStatement()) {
                statement.execute(sql);
            }
        }

        private long highest(String id) throws SQLException {
            try (Statement statement = database.createStatement();
                    ResultSet row =
                            statement.executeQuery("select stamp from token_fence where fence_key = '" + id + "'")) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
