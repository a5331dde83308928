package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/// What is made of the times and counts of a subject.
final class RemoteMeterTest {

    private static final Effort THREE = new Effort(Duration.ZERO, 3, Duration.ofNanos(2), 1, 1_000, 2);

    /// Every second message is lost, and a call takes as many microseconds as were made before it.
    private static final class Lossy implements RemoteSubject {
        private final AtomicLong calls = new AtomicLong();

        @Override
        public String about() {
            return "lossy";
        }

        @Override
        public Load call(int callers, LongConsumer took) {
            return operations -> {
                for (long i = 0; i < operations; i++) {
                    took.accept(1_000 * calls.incrementAndGet());
                }
            };
        }

        @Override
        public Stream stream(int senders, int bytes) {
            return messages -> messages / 2;
        }

        @Override
        public void close() {}
    }

    private final RemoteMeter meter = new RemoteMeter(new Lossy(), THREE);

    @Test
    void whatIsLostIsTold() throws Exception {
        Effort two = new Effort(Duration.ZERO, 3, Duration.ofSeconds(10), 1, 1_000, 2);

        List<Sample> samples = new RemoteMeter(new Lossy(), two).measure(Work.STREAM64);

        assertThat(samples).extracting(Sample::row).containsExactly(Row.STREAM64, Row.STREAM64_LOST);
        assertThat(samples.getLast().value()).isEqualTo(50);
    }

    @Test
    void latencyIsTheMedianOfTheMeasuredBatches() throws Exception {
        List<Sample> samples = meter.measure(Work.RPC1);

        assertThat(samples).extracting(Sample::row).containsExactly(Row.RPC1, Row.RPC1_P99);
        // One call to warm up at least, and one in each of three batches.
        assertThat(samples.getFirst().value()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void quantilesAreWhatTheyShouldBe() {
        Latencies latencies = new Latencies();
        for (long i = 2_000; i > 0; i--) {
            latencies.accept(i);
        }

        assertThat(latencies.quantile(0.5)).isEqualTo(1_000);
        assertThat(latencies.quantile(0.99)).isEqualTo(1_980);
        assertThat(latencies.quantile(1)).isEqualTo(2_000);
        latencies.clear();
        assertThatThrownBy(() -> latencies.quantile(0.5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void workOfOneNodeIsRefused() {
        assertThatThrownBy(() -> meter.measure(Work.CALL1)).hasMessageContaining("one node");
    }
}
