package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MeterTest {

    static final Effort TINY = new Effort(Duration.ZERO, 1, Duration.ofMillis(1), 100, 1_000, 2);

    @ParameterizedTest
    @MethodSource("works")
    void eachWorkGivesItsRows(Work work) throws Exception {
        List<Sample> samples;
        try (Subject subject = new PandoSubject()) {
            samples = new Meter(subject, TINY).measure(work);
        }

        assertThat(samples)
                .extracting(Sample::row)
                .isSubsetOf(rows(work))
                .containsAll(rows(work).stream()
                        .filter(row -> !row.name().endsWith("_RESIDENT"))
                        .toList());
        assertThat(samples).allSatisfy(sample -> assertThat(sample.value()).isFinite());
    }

    static List<Work> works() {
        return Work.all(Stage.LOCAL).stream()
                .filter(work -> work != Work.MILLION)
                .toList();
    }

    static List<Row> rows(Work work) {
        return Arrays.stream(Row.values()).filter(row -> row.work() == work).toList();
    }

    @Test
    void aBatchGrowsUntilItIsLongEnoughOrAsLargeAsItMayBe() throws Exception {
        Timing timing = Timing.of(_ -> {}, 1_000, new Effort(Duration.ZERO, 3, Duration.ofSeconds(10), 1, 1_000, 2));

        assertThat(timing.operations()).isBetween(1_000L, 1_999L);
        assertThat(timing.nanos()).hasSize(3);
    }

    @Test
    void eachBatchIsClearedAwayBeforeTheNext() throws Exception {
        AtomicLong left = new AtomicLong();
        Load load = new Load() {
            @Override
            public void run(long operations) {
                Waits.check("left by the batch before", 0, left.getAndSet(operations));
            }

            @Override
            public void settle() {
                left.set(0);
            }
        };

        Timing.of(load, 8, TINY);

        assertThat(left).hasValue(0);
    }

    @Test
    void aWrongOutcomeEndsTheMeasurement() {
        Load wrong = operations -> Waits.check("messages", operations, operations - 1);

        assertThatThrownBy(() -> Timing.of(wrong, 1, TINY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("messages: expected 1, but it is 0");
    }

    @Test
    void allocationIsCountedInVirtualThreadsToo() throws Exception {
        Load allocating = operations -> Thread.ofVirtual()
                .start(() -> {
                    for (long i = 0; i < operations; i++) {
                        sink = new byte[1_000_000];
                    }
                })
                .join();

        Sample sample = Timing.of(allocating, 16, TINY).allocated(Row.SEND_ALLOCATED);

        assertThat(sample.value()).isGreaterThan(1_000_000);
    }

    /// Keeps the compiler from dropping what nobody reads.
    private static volatile byte[] sink = {};
}
