package dev.pando.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import dev.pando.sql.Admission.Admitted;
import dev.pando.sql.Admission.Refused;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same on H2 and on PostgreSQL.
class TokenFenceTest {

    @Nested
    class OnH2 extends Promises {
        @Override
        Database open() throws SQLException {
            return Database.h2();
        }
    }

    @Nested
    class OnPostgres extends Promises {
        @Override
        Database open() throws IOException {
            return Database.postgres();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;drop table x", "1a", "a.b.c", ".a", "a.", "\"a\"", "ä"})
    void aTableOfAnotherFormIsRefused(String table) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenFence.in(table))
                .withMessageContaining("table '" + table + "' of a token fence: use letters");
    }

    @Test
    void aRefusalNamesTheKeyAndBothTokens() {
        assertThat(new Refused("d-1", token(1), token(2)))
                .hasToString("'d-1' is refused to " + token(1) + ", for it was written under " + token(2));
    }

    private static Token token(long stamp) {
        return token(stamp, "alpha", 1);
    }

    private static Token token(long stamp, String node, long incarnation) {
        return new Token(stamp, NodeName.of(node), incarnation);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Promises {

        private static final TokenFence FENCE = TokenFence.in("token_fence");
        private static final Duration LIMIT = Duration.ofSeconds(60);

        private Database database;

        abstract Database open() throws SQLException, IOException;

        @BeforeAll
        void openDatabase() throws SQLException, IOException {
            database = open();
            database.run(FENCE.createTable());
            database.run("create table effect (nr serial primary key, fence_key varchar(300), stamp bigint,"
                    + " node varchar(320), incarnation bigint)");
        }

        @AfterAll
        void closeDatabase() throws SQLException, IOException {
            database.close();
        }

        @BeforeEach
        void empty() throws SQLException {
            database.run("delete from token_fence");
            database.run("delete from effect");
        }

        @Test
        void aHolderWritesAsOftenAsItLikes() throws SQLException {
            assertThat(write("d-1", token(5))).isEqualTo(new Admitted());
            assertThat(write("d-1", token(5))).isEqualTo(new Admitted());
        }

        @Test
        void aFormerHolderIsRefusedOnceTheNextOneHasWritten() throws SQLException {
            write("d-1", token(5));
            write("d-1", token(6));

            assertThat(write("d-1", token(5))).isEqualTo(new Refused("d-1", token(5), token(6)));
            assertThat(write("d-1", token(6))).isEqualTo(new Admitted());
            assertThat(effects("d-1")).containsExactly(token(5), token(6), token(6));
        }

        @Test
        void keysAreFencedOneByOne() throws SQLException {
            write("d-1", token(6));

            assertThat(write("D-1", token(5))).isEqualTo(new Admitted());
            assertThat(write("d-1 ", token(5))).isEqualTo(new Admitted());
            assertThat(write("d", token(5))).isEqualTo(new Admitted());
        }

        @ParameterizedTest
        @ValueSource(strings = {"'; drop table token_fence; --", "קמפיין/王伟", "👩‍👩‍👧‍👦", " ", "a\nb", "%", "?"})
        void aKeyCanBeAnyText(String key) throws SQLException {
            write(key, token(6));

            assertThat(write(key, token(5))).isEqualTo(new Refused(key, token(5), token(6)));
        }

        /// Whatever the database's collation and its idea of a number: each is refused after the next, and not the
        /// other way round.
        @Test
        void tokensAreInTheOrderOfJava() throws SQLException {
            List<Token> ascending = List.of(
                    token(Long.MIN_VALUE, "z", 9),
                    token(-1, "z", 9),
                    token(0, "a-b", 1),
                    token(1, "B", 2),
                    token(1, "_", 1),
                    token(1, "a", -7),
                    token(1, "a", 0),
                    token(1, "a", Long.MAX_VALUE),
                    token(1, "a-", 3),
                    token(1, "a.b", 3),
                    token(1, "aB", 3),
                    token(1, "ab@host", 3),
                    token(1, "ab", 3),
                    token(1, "b", 3),
                    token(Long.MAX_VALUE, "a", 1));
            assertThat(ascending).isSorted();
            for (int i = 1; i < ascending.size(); i++) {
                String key = "k" + i;
                Token lower = ascending.get(i - 1);
                Token higher = ascending.get(i);

                assertThat(write(key, lower)).isEqualTo(new Admitted());
                assertThat(write(key, higher)).isEqualTo(new Admitted());
                assertThat(write(key, lower)).isEqualTo(new Refused(key, lower, higher));
            }
        }

        @Test
        void theLongestKeyAndTheLongestNameOfANodeHaveRoom() throws SQLException {
            String key = "k".repeat(TokenFence.KEY_LENGTH_MAX);
            Token higher = token(2, "n".repeat(64) + "@" + "h".repeat(255), Long.MIN_VALUE);
            write(key, higher);

            assertThat(write(key, token(1))).isEqualTo(new Refused(key, token(1), higher));
        }

        @Test
        void aTokenWhoseTransactionIsRolledBackWasNeverSeen() throws SQLException {
            write("d-1", token(5));
            try (Connection connection = transaction()) {
                assertThat(FENCE.admit(connection, "d-1", token(9))).isEqualTo(new Admitted());
                assertThat(FENCE.admit(connection, "d-2", token(9))).isEqualTo(new Admitted());
                connection.rollback();
            }

            assertThat(write("d-1", token(6))).isEqualTo(new Admitted());
            assertThat(write("d-2", token(1))).isEqualTo(new Admitted());
        }

        @Test
        void theTransactionGoesOnAfterARefusalAndAfterALostRace() throws Exception {
            write("d-1", token(6));
            try (Connection connection = transaction();
                    Connection faster = transaction();
                    var other = Executors.newCachedThreadPool()) {
                assertThat(FENCE.admit(connection, "d-1", token(5))).isInstanceOf(Refused.class);
                FENCE.admit(faster, "d-2", token(7));
                Future<Admission> slower = other.submit(() -> FENCE.admit(connection, "d-2", token(5)));
                awaitHeld();
                faster.commit();
                assertThat(slower.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(new Refused("d-2", token(5), token(7)));

                insert(connection, "d-3", token(1));
                connection.commit();
            }
            assertThat(effects("d-3")).containsExactly(token(1));
        }

        private void awaitHeld() throws SQLException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (count(database.held()) == 0) {
                assertThat(System.nanoTime()).as("nobody is held up").isLessThan(deadline);
            }
        }

        @Test
        void aConnectionInAutoCommitModeIsRefused() throws SQLException {
            try (Connection connection = database.connect()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> FENCE.admit(connection, "d-1", token(1)))
                        .withMessageContainingAll("token_fence", "setAutoCommit(false)");
            }
            assertThat(count("select count(*) from token_fence")).isZero();
        }

        @Test
        void aKeyWithoutTextOrThatIsTooLongIsRefused() throws SQLException {
            try (Connection connection = transaction()) {
                for (String key : List.of("", "k".repeat(TokenFence.KEY_LENGTH_MAX + 1))) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> FENCE.admit(connection, key, token(1)))
                            .withMessageContainingAll(key.length() + " characters", "token_fence", "1 to 300");
                }
            }
        }

        @Test
        void aTableInASchemaWillDo() throws SQLException {
            TokenFence fence = TokenFence.in("ledger.fence");
            database.run("create schema ledger");
            database.run(fence.createTable());
            try (Connection connection = transaction()) {
                assertThat(fence.admit(connection, "d-1", token(2))).isEqualTo(new Admitted());
                assertThat(fence.admit(connection, "d-1", token(1))).isInstanceOf(Refused.class);
            }
        }

        /// Writers of different holders, in an order that nobody knows: what they wrote, in the order in which it took
        /// effect, never goes back to a lower token.
        @ParameterizedTest
        @ValueSource(
                ints = {
                    Connection.TRANSACTION_READ_COMMITTED,
                    Connection.TRANSACTION_REPEATABLE_READ,
                    Connection.TRANSACTION_SERIALIZABLE
                })
        void nothingIsWrittenUnderALowerTokenAfterAHigherOne(int isolation) throws Exception {
            for (int seed = 1; seed <= 3; seed++) {
                empty();
                List<String> keys = List.of("a", "b", "c");
                List<Callable<Integer>> writers = new ArrayList<>();
                for (int writer = 0; writer < 8; writer++) {
                    var random = new Random(seed * 1000L + writer);
                    writers.add(() -> writeInRandomOrder(isolation, keys, random));
                }

                int refused = total(writers);

                for (String key : keys) {
                    List<Token> effects = effects(key);
                    assertThat(effects)
                            .as("seed %s, key %s", seed, key)
                            .isNotEmpty()
                            .isSorted();
                    assertThat(fenced(key)).isEqualTo(effects.getLast());
                }
                assertThat(refused).as("seed %s", seed).isPositive();
                assertThat(refused + count("select count(*) from effect")).isEqualTo(8 * 15);
            }
        }

        private int writeInRandomOrder(int isolation, List<String> keys, Random random) throws SQLException {
            List<Token> tokens = new ArrayList<>(IntStream.range(0, 15)
                    .mapToObj(
                            _ -> token(random.nextInt(20), List.of("a", "B").get(random.nextInt(2)), random.nextInt(2)))
                    .toList());
            Collections.shuffle(tokens, random);
            int refused = 0;
            try (Connection connection = database.connect()) {
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(false);
                for (Token token : tokens) {
                    String key = keys.get(random.nextInt(keys.size()));
                    if (writeUntilDone(connection, key, token) instanceof Refused) {
                        refused++;
                    }
                }
            }
            return refused;
        }

        private static int total(List<Callable<Integer>> writers) throws Exception {
            int total = 0;
            // Threads of their own: H2 does not pause when it tries again, and few carriers would starve who is to go
            // on.
            try (var executor = Executors.newCachedThreadPool()) {
                List<Future<Integer>> results =
                        writers.stream().map(executor::submit).toList();
                for (Future<Integer> result : results) {
                    total += result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
            }
            return total;
        }

        /// Isolation above `READ COMMITTED` refuses a transaction that was overtaken.
        private static Admission writeUntilDone(Connection connection, String key, Token token) throws SQLException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (true) {
                try {
                    return write(connection, key, token);
                } catch (SQLException e) {
                    connection.rollback();
                    if (!List.of("40001", "90131").contains(e.getSQLState()) || System.nanoTime() > deadline) {
                        throw e;
                    }
                }
            }
        }

        private Admission write(String key, Token token) throws SQLException {
            try (Connection connection = transaction()) {
                return write(connection, key, token);
            }
        }

        private static Admission write(Connection connection, String key, Token token) throws SQLException {
            Admission admission = FENCE.admit(connection, key, token);
            if (admission instanceof Admitted) {
                insert(connection, key, token);
            }
            connection.commit();
            return admission;
        }

        private static void insert(Connection connection, String key, Token token) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into effect (fence_key, stamp, node, incarnation) values (?, ?, ?, ?)")) {
                insert.setString(1, key);
                insert.setLong(2, token.stamp());
                insert.setString(3, token.node().toString());
                insert.setLong(4, token.incarnation());
                insert.executeUpdate();
            }
        }

        private Connection transaction() throws SQLException {
            Connection connection = database.connect();
            connection.setAutoCommit(false);
            return connection;
        }

        /// In the order in which they took effect: a key's writers are admitted one after the other.
        private List<Token> effects(String key) throws SQLException {
            return tokens("select * from effect where fence_key = ? order by nr", key);
        }

        private Token fenced(String key) throws SQLException {
            return tokens("select * from token_fence where fence_key = ?", key).getFirst();
        }

        private List<Token> tokens(String sql, String key) throws SQLException {
            List<Token> tokens = new ArrayList<>();
            try (Connection connection = database.connect();
                    PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, key);
                ResultSet rows = select.executeQuery();
                while (rows.next()) {
                    tokens.add(token(rows.getLong("stamp"), rows.getString("node"), rows.getLong("incarnation")));
                }
            }
            return tokens;
        }

        private int count(String sql) throws SQLException {
            try (Connection connection = database.connect();
                    PreparedStatement select = connection.prepareStatement(sql)) {
                ResultSet row = select.executeQuery();
                row.next();
                return row.getInt(1);
            }
        }
    }
}
