package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pando.donations.Recording.Duplicate;
import dev.pando.donations.Recording.Recorded;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

    private static final Donation FIVE = Samples.donation("d-1", "USD 5.00");

    private LedgerServer server;
    private Ledger ledger;

    @BeforeEach
    void open() {
        server = LedgerServer.inMemory();
        ledger = Ledger.open(server.config());
    }

    @AfterEach
    void close() {
        ledger.close();
        server.close();
    }

    @Test
    void whatWasRecordedIsFoundUnchanged() {
        Entry entry = Samples.entry(FIVE);

        assertThat(ledger.record(entry)).isEqualTo(new Recorded());

        assertThat(ledger.find("d-1")).contains(entry);
        assertThat(ledger.find("D-1")).isEmpty();
    }

    @Test
    void idIsRecordedOnce() {
        Entry first = Samples.entry(FIVE, "alpha");
        ledger.record(first);

        Recording again = ledger.record(Samples.entry(FIVE, "beta"));

        assertThat(again).isEqualTo(new Duplicate(first, true));
        assertThat(ledger.report().rows()).isEqualTo(1);
    }

    @Test
    void duplicateWithOtherContentIsToldApart() {
        Entry first = Samples.entry(FIVE);
        ledger.record(first);

        Recording other = ledger.record(Samples.entry(Samples.donation("d-1", "USD 6.00")));

        assertThat(other).isEqualTo(new Duplicate(first, false));
        assertThat(ledger.find("d-1")).contains(first);
    }

    @Test
    void sixteenThreadsRecordOneIdOnce() throws Exception {
        var start = new CyclicBarrier(16);
        for (int round = 0; round < 20; round++) {
            Entry entry = Samples.entry(Samples.donation("race-" + round, "USD 5.00"));

            List<Recording> recordings = atOnce(16, () -> {
                start.await();
                return ledger.record(entry);
            });

            assertThat(recordings).filteredOn(Recorded.class::isInstance).hasSize(1);
            assertThat(recordings)
                    .filteredOn(Duplicate.class::isInstance)
                    .hasSize(15)
                    .containsOnly(new Duplicate(entry, true));
        }
        assertThat(ledger.report().rows()).isEqualTo(20);
    }

    private static <T> List<T> atOnce(int threads, Callable<T> work) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : executor.invokeAll(
                    IntStream.range(0, threads).mapToObj(_ -> work).toList())) {
                results.add(result.get());
            }
        }
        return results;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "محمد العتيبي",
                "王 伟",
                "สมชาย ใจดี",
                "שרה לוי \"צה״ל\"",
                "👩‍👩‍👧‍👦 & 𝒜𝒹𝒶",
                "e\u0301\u0327 vs \u00e9",
                "\u202eRTL override\u202c",
                "  two  spaces\tand a tab ",
                "two\r\nlines",
                "Robert'); drop table donation;--",
                ":id ? ${x} \\"
            })
    void namesInAnyScriptComeBackUnchanged(String name) {
        Donation donation = new Donation("d-1", new Donor(name), FIVE.amount(), FIVE.region(), FIVE.time());

        ledger.record(Samples.entry(donation));

        assertThat(ledger.find("d-1").orElseThrow().donation().donor().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USD 0.01",
                "JPY 1",
                "KWD 0.001",
                "CLF 0.0001",
                "USD 999999999999999.99",
                "KWD 999999999999999.999"
            })
    void amountsOfEveryCurrencyComeBackUnchanged(String amount) {
        Entry entry = Samples.entry(Samples.donation("d-1", amount));

        ledger.record(entry);

        assertThat(ledger.find("d-1")).contains(entry);
    }

    /// The second and third of these are one and the same local time there.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "2025-10-26T00:30:00Z",
                "2025-10-26T01:30:00Z",
                "0001-01-01T00:00:00Z",
                "1582-10-10T00:00:00Z",
                "9999-12-31T23:59:59.999999Z"
            })
    void timesComeBackUnchangedInAZoneWithSummerTime(String time) {
        LedgerConfig config = server.config();
        String url = config.url() + ";TIME ZONE=Europe/Berlin";
        Donation donation = new Donation("d-1", FIVE.donor(), FIVE.amount(), FIVE.region(), Instant.parse(time));
        try (var inBerlin = Ledger.open(LedgerConfig.of(url, config.user(), config.password()))) {
            inBerlin.record(Samples.entry(donation));

            assertThat(inBerlin.find("d-1").orElseThrow().donation().time()).isEqualTo(time);
            assertThat(ledger.find("d-1").orElseThrow().donation().time()).isEqualTo(time);
        }
    }

    @Test
    void reportCountsAndSums() {
        ledger.record(Samples.entry(Samples.donation("d-1", "USD 10.00"), "beta"));
        ledger.record(Samples.entry(Samples.donation("d-2", "USD 20.00"), "alpha"));
        ledger.record(Samples.entry(Samples.donation("d-3", "JPY 1000"), "beta"));

        LedgerReport report = ledger.report();

        assertThat(report.rows()).isEqualTo(3);
        assertThat(report.totals())
                .containsExactly(
                        new LedgerReport.Total(1, Money.parse("JPY 1000"), Money.parse("JPY 25")),
                        new LedgerReport.Total(2, Money.parse("USD 30.00"), Money.parse("USD 0.75")));
        assertThat(report.rowsByNode()).hasToString("{alpha=1, beta=2}");
        assertThat(report.doubled()).isEmpty();
    }

    @Test
    void reportOfAnEmptyLedgerIsEmpty() {
        LedgerReport report = ledger.report();

        assertThat(report.rows()).isZero();
        assertThat(report.totals()).isEmpty();
    }

    @Test
    void reportCanBeNarrowedToASource() {
        ledger.record(Samples.entry(FIVE));
        Donation other = Samples.donation("d-2", "USD 7.00");
        ledger.record(new Entry(other, Zakat.of(other.amount()), "other", "alpha", "1", Samples.token(1)));

        assertThat(ledger.report("other").totals())
                .containsExactly(new LedgerReport.Total(1, Money.parse("USD 7.00"), Money.parse("USD 0.18")));
        assertThat(ledger.report("none").rows()).isZero();
    }

    @Test
    void missingAreThoseNotRecordedInTheirOrder() {
        ledger.record(Samples.entry(Samples.donation("d-2", "USD 5.00")));

        assertThat(ledger.missing(List.of("d-3", "d-2", "d-1"))).containsExactly("d-3", "d-1");
    }

    @Test
    void doubledRowsAreCountedEvenInATableWithoutItsKey() throws SQLException {
        try (var damaged = Damaged.ledger("alter table donation drop constraint donation_id")) {
            damaged.ledger().record(Samples.entry(FIVE, "alpha"));
            damaged.ledger().record(Samples.entry(FIVE, "beta"));
            damaged.ledger().record(Samples.entry(Samples.donation("d-2", "USD 5.00")));

            assertThat(damaged.ledger().report().doubled()).containsExactly("d-1");
            assertThat(damaged.ledger().report().rows()).isEqualTo(3);
        }
    }

    @Test
    void violationOfAnotherUniqueConstraintIsNoDuplicate() throws SQLException {
        try (var damaged = Damaged.ledger("alter table donation add constraint one_per_worker unique (worker)")) {
            damaged.ledger().record(Samples.entry(FIVE));

            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> damaged.ledger().record(Samples.entry(Samples.donation("d-2", "USD 5.00"))))
                    .withMessageContainingAll("cannot record d-2", "SQLState 23505");
        }
    }

    @Test
    void errorDoesNotTellTheDonor() throws SQLException {
        try (var damaged = Damaged.ledger("alter table donation add constraint short check (length(donor) < 3)")) {
            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> damaged.ledger().record(Samples.entry(FIVE)))
                    .withMessageContainingAll("cannot record d-1", "SQLState 23513")
                    .withNoCause()
                    .withMessageNotContaining("Ada");
        }
    }

    /// A ledger in this process whose table was changed by someone.
    private record Damaged(Connection keptOpen, Ledger ledger) implements AutoCloseable {

        static Damaged ledger(String sql) throws SQLException {
            LedgerConfig config = LedgerConfig.of("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
            Connection connection = DriverManager.getConnection(config.url(), config.user(), config.password());
            Ledger.migrate(config);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
            return new Damaged(connection, Ledger.open(config));
        }

        @Override
        public void close() throws SQLException {
            ledger.close();
            keptOpen.close();
        }
    }

    @Test
    void brokenConnectionIsAnErrorAndMendsByItself() throws IOException {
        int port =
                URI.create(server.config().url().substring("jdbc:h2:".length())).getPort();
        try (var wire = new Wire(port);
                var wired = Ledger.open(through(wire))) {
            wired.record(Samples.entry(FIVE));

            wire.cut();
            assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> wired.record(Samples.entry(Samples.donation("d-2", "USD 5.00"))))
                    .withMessageContainingAll("ledger jdbc:h2:tcp://127.0.0.1:" + wire.port(), "cannot record d-2")
                    .withMessageNotContainingAny(server.config().password(), "\n")
                    .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("Lovelace"));
            wire.mend();

            assertThat(wired.record(Samples.entry(Samples.donation("d-2", "USD 5.00"))))
                    .isEqualTo(new Recorded());
        }
    }

    private LedgerConfig through(Wire wire) {
        LedgerConfig config = server.config();
        return LedgerConfig.of("jdbc:h2:tcp://127.0.0.1:" + wire.port() + "/ledger", config.user(), config.password())
                .connections(1)
                .timeout(Duration.ofSeconds(2));
    }

    @Test
    void ledgerOutOfReachCannotBeOpened() {
        LedgerConfig config = LedgerConfig.of("jdbc:h2:tcp://127.0.0.1:1/ledger", "ada", "secret");

        assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> Ledger.open(config))
                .withMessageContainingAll(
                        "ledger jdbc:h2:tcp://127.0.0.1:1/ledger cannot be opened", "Connection refused")
                .withMessageNotContaining("secret");
    }

    @Test
    void ledgerThatWasNeverMigratedCannotBeOpened() {
        LedgerConfig config = LedgerConfig.of("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");

        assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> Ledger.open(config))
                .withMessageContainingAll("cannot be used", "\"DONATION\" not found");
    }

    @Test
    void manyMayMigrateAtOnceAndAgain() throws Exception {
        LedgerConfig config = LedgerConfig.of("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
        try (var _ = DriverManager.getConnection(config.url(), config.user(), config.password())) {
            var start = new CyclicBarrier(8);

            atOnce(8, () -> {
                start.await();
                Ledger.migrate(config);
                return true;
            });
            Ledger.migrate(config);

            try (var migrated = Ledger.open(config)) {
                assertThat(migrated.record(Samples.entry(FIVE))).isEqualTo(new Recorded());
            }
        }
    }

    @Test
    void configurationDoesNotTellItsPassword() {
        LedgerConfig config = LedgerConfig.of("jdbc:postgresql://db/ledger?password=secret", "ada", "secret");

        assertThat(config).hasToString("LedgerConfig[jdbc:postgresql://db/ledger]");
    }

    @Test
    void configurationIsChecked() {
        LedgerConfig config = server.config();

        assertThatIllegalArgumentException().isThrownBy(() -> LedgerConfig.of("h2:mem:x", "sa", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> config.connections(0));
        assertThatIllegalArgumentException().isThrownBy(() -> config.timeout(Duration.ZERO));
    }
}
