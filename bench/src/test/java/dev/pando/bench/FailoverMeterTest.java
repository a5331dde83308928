package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is made of the times and counts of a supervisor.
final class FailoverMeterTest {

    private static final Effort THREE = new Effort(Duration.ZERO, 3, Duration.ofNanos(1), 1, 100_000, 5);

    /// The first thousand workers take a microsecond each, all others two. Each loss takes longer than the one before.
    private static final class Steady implements FailoverSubject {
        private final List<Integer> starts = new ArrayList<>();
        private final List<Integer> kills = new ArrayList<>();
        private Toll toll = new Toll(0, 0);

        @Override
        public String about() {
            return "steady";
        }

        @Override
        public int workersMax() {
            return 10_000;
        }

        @Override
        public Laps start(int callers, List<Integer> marks) {
            starts.add(marks.getLast());
            List<Long> laps = marks.stream()
                    .map(mark -> 1_000L * mark + 1_000L * Math.max(0, mark - 1_000))
                    .toList();
            return new Laps(laps, laps.getLast());
        }

        @Override
        public Load call(int callers, int workers) {
            return _ -> {};
        }

        @Override
        public Loss kill(int workers) {
            kills.add(workers);
            Toll now = toll;
            toll = new Toll(0, 0);
            return new Loss(3_000_000, 10_000_000L * kills.size(), Optional.of(now));
        }

        @Override
        public void close() {}
    }

    private final Steady subject = new Steady();
    private final FailoverMeter meter = new FailoverMeter(subject, THREE);

    @ParameterizedTest
    @MethodSource("works")
    void eachWorkGivesItsRows(Work work) throws Exception {
        List<Row> rows = MeterTest.rows(work);

        assertThat(meter.measure(work)).extracting(Sample::row).isSubsetOf(rows).contains(rows.getFirst());
    }

    static List<Work> works() {
        return Work.all(Stage.FAILOVER);
    }

    @Test
    void nobodyIsAskedForMoreWorkersThanItCanHave() throws Exception {
        assertThat(meter.measure(Work.START64))
                .containsExactly(new Sample(Row.START64_1K, 1_000_000), new Sample(Row.START64_10K, 500_000));
        assertThat(subject.starts).contains(1_000, 10_000).allMatch(workers -> workers <= 10_000);
    }

    @Test
    void lossIsTheMedianOfSeveralAndWhatIsWrongTheirSum() throws Exception {
        subject.toll = new Toll(2, 1);

        assertThat(meter.measure(Work.KILL))
                .containsExactly(
                        new Sample(Row.KILL, 20),
                        new Sample(Row.KILL_NOTICED, 3),
                        new Sample(Row.KILL_LOST, 2),
                        new Sample(Row.KILL_DOUBLED, 1));
        assertThat(subject.kills).containsExactly(10_000, 10_000, 10_000);
    }

    @Test
    void eachOfManyLossesCounts() throws Exception {
        subject.toll = new Toll(2, 1);

        assertThat(meter.measure(Work.KILLS))
                .containsExactly(
                        new Sample(Row.KILLS, 4),
                        new Sample(Row.KILLS_WRONG, 3),
                        new Sample(Row.KILLS_MEDIAN, 30),
                        new Sample(Row.KILLS_MAX, 50),
                        new Sample(Row.KILLS_NOTICED, 3));
        assertThat(subject.kills).hasSize(5).containsOnly(1_000);
    }

    @Test
    void whatMustNotBeIsWrong() {
        assertThat(new Sample(Row.KILL_LOST, 1).isWrong()).isTrue();
        assertThat(new Sample(Row.KILL_LOST, 0).isWrong()).isFalse();
        assertThat(new Sample(Row.KILL, 1).isWrong()).isFalse();
    }

    @Test
    void workWithoutASupervisorIsRefused() {
        assertThatThrownBy(() -> meter.measure(Work.CALL1)).hasMessageContaining("one node");
        assertThatThrownBy(() -> meter.measure(Work.RPC1)).hasMessageContaining("two nodes");
        assertThatThrownBy(() -> meter.measure(Work.JOIN)).hasMessageContaining("a registry");
    }
}
