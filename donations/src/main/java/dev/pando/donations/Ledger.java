package dev.pando.donations;

import com.zaxxer.hikari.HikariDataSource;
import dev.pando.core.Token;
import dev.pando.sql.Admission;
import dev.pando.sql.TokenFence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/// The authority on what was donated: a table with a unique key on the donation id, and a fence
/// against workers that have lost it. Thread-safe; every operation blocks, at most for the
/// configured timeout when no connection is to be had, and throws [LedgerException] when the
/// database fails. A failed [#record] may or may not have reached the table, so it is simply tried
/// again. After the database was away, each connection of the pool can fail once more.
public final class Ledger implements AutoCloseable {

    private static final String INSERT = """
        insert into donation
          (id, donor, amount, currency, zakat, region, donated_at, source, node, worker, token)
        values
          (:id, :donor, :amount, :currency, :zakat, :region, :donatedAt, :source, :node, :worker, :token)
        """;
    static final TokenFence FENCE = TokenFence.in("token_fence");

    private static final String UNIQUE_VIOLATION = "23505";
    private static final int FETCH_ROWS = 1_000;

    private final LedgerConfig config;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Ledger(LedgerConfig config, HikariDataSource pool) {
        this.config = config;
        this.pool = pool;
        jdbi = Jdbi.create(pool);
        // Jdbi's default rendering repeats the bound values, the donor's name among them.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /// Creates the tables or brings them up to date. Needs a user that may create tables; safe to run from
    /// several processes at once, and again. The ledger of a [LedgerServer] is already migrated.
    public static void migrate(LedgerConfig config) {
        H2Loopback.prefer();
        try {
            Flyway.configure(Ledger.class.getClassLoader())
                    .dataSource(config.url(), config.user(), config.password())
                    .locations("classpath:db/donations")
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw LedgerException.of(config, "cannot be migrated", e);
        }
    }

    /// Opens a migrated ledger.
    ///
    /// @throws LedgerException if it cannot be reached or was never migrated
    public static Ledger open(LedgerConfig config) {
        Ledger ledger = new Ledger(config, LedgerPool.open(config));
        try {
            ledger.run(
                    "cannot be used",
                    handle -> handle.execute("select id, stamp from donation, token_fence where 1 = 0"));
        } catch (LedgerException e) {
            ledger.close();
            throw e;
        }
        return ledger;
    }

    /// Records a donation once. The table's key decides, so any number of callers may race; one of
    /// them records. What is in the table is a [Recording.Duplicate] to every worker, so that
    /// trying again is harmless to a former one too.
    public Recording record(Entry entry) {
        String id = entry.donation().id();
        try {
            return switch (jdbi.inTransaction(handle -> write(handle, entry))) {
                case Admission.Admitted() -> new Recording.Recorded();
                case Admission.Refused(String _, Token token, Token highest) ->
                    duplicate(entry).orElseGet(() -> new Recording.Refused(token, highest));
            };
        } catch (JdbiException | SQLException e) {
            // Another constraint may be violated too, so the row itself must be there before this is a duplicate.
            return (isUniqueViolation(e) ? duplicate(entry) : Optional.<Recording>empty())
                    .orElseThrow(() -> LedgerException.of(config, "cannot record " + id, e));
        }
    }

    private Optional<Recording> duplicate(Entry entry) {
        return find(entry.donation().id())
                .map(existing ->
                        new Recording.Duplicate(existing, existing.donation().equals(entry.donation())));
    }

    private static Admission write(Handle handle, Entry entry) throws SQLException {
        Admission admission =
                FENCE.admit(handle.getConnection(), entry.donation().id(), entry.token());
        if (admission instanceof Admission.Admitted) {
            insert(handle, entry);
        }
        return admission;
    }

    private static void insert(Handle handle, Entry entry) {
        Donation donation = entry.donation();
        handle.createUpdate(INSERT)
                .bind("id", donation.id())
                .bind("donor", donation.donor().name())
                .bind("amount", donation.amount().getAmount())
                .bind("currency", donation.amount().getCurrencyUnit().getCode())
                .bind("zakat", entry.zakat().getAmount())
                .bind("region", donation.region())
                // An Instant would go through java.sql.Timestamp and the JVM's time zone.
                .bind("donatedAt", OffsetDateTime.ofInstant(donation.time(), ZoneOffset.UTC))
                .bind("source", entry.source())
                .bind("node", entry.node())
                .bind("worker", entry.worker())
                .bind("token", entry.token().toString())
                .execute();
    }

    /// The entry of a donation id.
    public Optional<Entry> find(String id) {
        return run(
                "cannot be read",
                handle -> handle.createQuery("select * from donation where id = :id")
                        .bind("id", id)
                        .map(Ledger::entry)
                        .findFirst());
    }

    private static Entry entry(ResultSet row, StatementContext context) throws SQLException {
        CurrencyUnit currency = CurrencyUnit.of(row.getString("currency"));
        Donation donation = new Donation(
                row.getString("id"),
                new Donor(row.getString("donor")),
                money(currency, row.getBigDecimal("amount")),
                row.getString("region"),
                row.getObject("donated_at", OffsetDateTime.class).toInstant());
        return new Entry(
                donation,
                money(currency, row.getBigDecimal("zakat")),
                row.getString("source"),
                row.getString("node"),
                row.getString("worker"),
                Token.of(row.getString("token")));
    }

    /// The column has room for four decimals; a row with more than its currency has is damage, not something to
    /// round.
    private static Money money(CurrencyUnit currency, BigDecimal amount) {
        return Money.of(currency, amount.setScale(currency.getDecimalPlaces(), RoundingMode.UNNECESSARY));
    }

    /// What the whole ledger holds.
    public LedgerReport report() {
        return report("", Map.of());
    }

    /// What the ledger holds of one source.
    public LedgerReport report(String source) {
        return report("where source = :source", Map.of("source", source));
    }

    /// One snapshot, so that the figures agree with each other while others go on recording.
    private LedgerReport report(String where, Map<String, String> bindings) {
        return run(
                "cannot be read",
                handle -> handle.inTransaction(
                        TransactionIsolationLevel.REPEATABLE_READ, snapshot -> report(snapshot, where, bindings)));
    }

    private static LedgerReport report(Handle handle, String where, Map<String, String> bindings) {
        List<LedgerReport.Total> totals = handle.createQuery("""
            select currency, count(*) as entries, sum(amount) as amount, sum(zakat) as zakat
            from donation %s group by currency order by currency
            """.formatted(where))
                .bindMap(bindings)
                .map((row, _) -> total(row))
                .list();
        Map<String, Long> rowsByNode = new TreeMap<>();
        handle.createQuery("select node, count(*) as entries from donation %s group by node".formatted(where))
                .bindMap(bindings)
                .map((row, _) -> Map.entry(row.getString("node"), row.getLong("entries")))
                .forEach(node -> rowsByNode.put(node.getKey(), node.getValue()));
        List<String> doubled = handle.createQuery("""
            select id from donation %s group by id having count(*) > 1 order by id
            fetch first 1000 rows only
            """.formatted(where))
                .bindMap(bindings)
                .mapTo(String.class)
                .list();
        return LedgerReport.of(totals, rowsByNode, doubled);
    }

    private static LedgerReport.Total total(ResultSet row) throws SQLException {
        CurrencyUnit currency = CurrencyUnit.of(row.getString("currency"));
        return new LedgerReport.Total(
                row.getLong("entries"),
                money(currency, row.getBigDecimal("amount")),
                money(currency, row.getBigDecimal("zakat")));
    }

    /// Those of the given donation ids that the ledger does not have, in the given order.
    public Set<String> missing(Collection<String> ids) {
        Set<String> missing = new LinkedHashSet<>(ids);
        // PostgreSQL streams only inside a transaction; outside it would load the whole table.
        run(
                "cannot be read",
                handle -> handle.inTransaction(reading -> {
                    reading.createQuery("select id from donation")
                            .setFetchSize(FETCH_ROWS)
                            .mapTo(String.class)
                            .forEach(missing::remove);
                    return missing;
                }));
        return missing;
    }

    /// Closes this process's connections.
    @Override
    public void close() {
        pool.close();
    }

    private <T> T run(String problem, HandleCallback<T, RuntimeException> work) {
        try {
            return jdbi.withHandle(work);
        } catch (JdbiException e) {
            throw LedgerException.of(config, problem, e);
        }
    }

    private static boolean isUniqueViolation(Exception thrown) {
        return LedgerException.rootSqlException(thrown)
                .filter(e -> UNIQUE_VIOLATION.equals(e.getSQLState()))
                .isPresent();
    }
}
