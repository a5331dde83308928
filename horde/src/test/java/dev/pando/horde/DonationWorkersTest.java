package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The guide's DonationWorker, as `docs/guide.md` shows it.
class DonationWorkersTest {

    private static final BigDecimal AMOUNT = new BigDecimal("1000");

    @Test
    void theWorkerThatWasStartedIsFoundFromEveryNodeAndIsSentDonations() {
        try (Herd herd = new Herd(3, DonationWorkers.Donation.class, DonationWorkers.Gift.class)) {
            List<DonationWorkers> nodes = on(herd);
            Pid worker = nodes.get(0).start("DON-001");

            Eventually.holds(() -> assertThat(nodes)
                    .allMatch(one -> one.registry()
                            .lookup(new DonationWorkers.Donation("DON-001"))
                            .filter(worker::equals)
                            .isPresent()));
            assertThat(nodes.get(1).sendToWorker("DON-001", AMOUNT)).isTrue();
            assertThat(nodes.get(1).sendToWorker("DON-002", AMOUNT)).isFalse();
            // The message has been taken from the mailbox, and the worker goes on.
            Eventually.holds(() -> assertThat(herd.node(0).processes())
                    .anyMatch(process -> process.pid().equals(worker) && process.taken() == 1));
        }
    }

    @Test
    void aSecondStartFindsTheFirstWorkerAndLeavesNoOtherBehind() {
        try (Herd herd = new Herd(2, DonationWorkers.Donation.class, DonationWorkers.Gift.class)) {
            List<DonationWorkers> nodes = on(herd);
            Pid worker = nodes.get(0).start("DON-001");
            int processes = herd.node(0).processCount();

            assertThat(nodes.get(0).start("DON-001")).isEqualTo(worker);

            Eventually.holds(() -> assertThat(herd.node(0).processCount()).isEqualTo(processes));
        }
    }

    @Test
    void theGuideShowsThisVeryExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/pando/horde/DonationWorkers.java"));

        assertThat(Files.readString(Path.of("..", "docs", "guide.md")))
                .contains(source.substring(source.indexOf("record DonationWorkers(")));
    }

    private static List<DonationWorkers> on(Herd herd) {
        List<HordeRegistry> registries = Names.on(herd);
        return IntStream.range(0, registries.size())
                .mapToObj(i -> new DonationWorkers(herd.node(i), registries.get(i)))
                .toList();
    }
}
