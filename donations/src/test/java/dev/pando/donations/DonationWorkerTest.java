package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Resources;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DonationWorkerTest {

    private static final Donation FIVE = Samples.donation("d-1", "USD 5.00");

    @Test
    void aFormerWorkerAnswersForWhatIsRecordedAndEndsWhenItIsToAddMore() throws SQLException {
        LedgerConfig config = LedgerConfig.of("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
        try (Connection database = DriverManager.getConnection(config.url(), config.user(), config.password());
                Statement statement = database.createStatement()) {
            Ledger.migrate(config);
            try (Ledger ledger = Ledger.open(config);
                    Node node = Node.start("alpha", DonationProtocols.all(), Resources.of(ledger))) {
                Pid later = worker(node, 5);
                Pid former = worker(node, 4);
                var process = new DonationWorker.ProcessDonation(FIVE, "test");

                assertThat(node.call(later, process).recorded()).isTrue();
                assertThat(node.call(former, process).recorded()).isFalse();
                statement.execute("delete from donation");

                assertThatExceptionOfType(ExitException.class)
                        .isThrownBy(() -> node.call(former, process))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoProcess(former.toString())));
                assertThat(ledger.find("d-1")).isEmpty();
                assertThat(node.isAlive(former)).isFalse();
                assertThat(node.call(later, process).recorded()).isTrue();
            }
        }
    }

    /// One that has claimed the donation's id at some time.
    private static Pid worker(Node node, long stamp) {
        Pid worker = node.start(new DonationWorker("d-1"));
        node.grant(worker, "d-1", Samples.token(stamp), () -> {});
        return worker;
    }
}
