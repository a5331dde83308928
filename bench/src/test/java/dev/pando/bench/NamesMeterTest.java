package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is made of the times and counts of a registry.
final class NamesMeterTest {

    private static final Effort THREE = new Effort(Duration.ZERO, 3, Duration.ofNanos(1), 1_000, 20_000, 2);

    /// The first thousand names take a microsecond each, all others two. Nodes are told in a second more.
    private static final class Steady implements NamesSubject {
        private final List<Integer> fills = new ArrayList<>();
        private long heap;
        private int wrong;

        @Override
        public String about() {
            return "steady";
        }

        @Override
        public int namesMax() {
            return 10_000;
        }

        @Override
        public Laps fill(List<Integer> marks) {
            fills.add(marks.getLast());
            heap += 300L * marks.getLast();
            List<Long> laps = marks.stream()
                    .map(mark -> 1_000L * mark + 1_000L * Math.max(0, mark - 1_000))
                    .toList();
            return new Laps(laps, laps.getLast() + 1_000_000_000);
        }

        @Override
        public void clear() {
            heap = 0;
        }

        @Override
        public Load lookUpFar(int names) {
            return _ -> {};
        }

        @Override
        public Load lookUpNear(int names) {
            return _ -> {};
        }

        @Override
        public long heapFar() {
            return 5_000_000 + heap;
        }

        @Override
        public List<Long> join(int names, int times) {
            return List.of(900_000_000L, 80_000_000L, 70_000_000L, 60_000_000L).subList(0, times);
        }

        @Override
        public int contend(int processes, int rounds) {
            return rounds - wrong;
        }

        @Override
        public int contendOnNodes(int rounds) {
            return rounds / 2;
        }

        @Override
        public void close() {}
    }

    private final Steady subject = new Steady();
    private final NamesMeter meter = new NamesMeter(subject, THREE);

    @ParameterizedTest
    @MethodSource("works")
    void eachWorkGivesItsRows(Work work) throws Exception {
        List<Row> rows = MeterTest.rows(work);

        assertThat(meter.measure(work)).extracting(Sample::row).isSubsetOf(rows).contains(rows.getFirst());
    }

    static List<Work> works() {
        return Work.all(Stage.REGISTRY);
    }

    @Test
    void rateIsThatBetweenTwoCounts() throws Exception {
        assertThat(meter.measure(Work.REGISTER))
                .containsExactly(new Sample(Row.REGISTER_1K, 1_000_000), new Sample(Row.REGISTER_10K, 500_000));
    }

    @Test
    void nobodyIsAskedForMoreNamesThanItCanHave() throws Exception {
        assertThat(meter.measure(Work.VISIBLE))
                .containsExactly(new Sample(Row.VISIBLE_1K, 1_001), new Sample(Row.VISIBLE_10K, 1_019));
        assertThat(subject.fills).contains(1_000, 10_000).allMatch(names -> names <= 10_000);
    }

    @Test
    void copyWeighsWhatTheHeapHasGrownBy() throws Exception {
        assertThat(meter.measure(Work.COPIES)).containsExactly(new Sample(Row.COPIES, 300));
    }

    @Test
    void firstVisitOfANodeIsToldApart() throws Exception {
        assertThat(meter.measure(Work.JOIN)).containsExactly(new Sample(Row.JOIN_FIRST, 900), new Sample(Row.JOIN, 70));
    }

    @Test
    void keyThatIsGrantedTwiceOnOneNodeIsAFailure() throws Exception {
        List<Sample> right = meter.measure(Work.CONTEND);
        subject.wrong = 2;

        assertThat(right).extracting(Sample::value).containsExactly(1_000.0, 1_000.0, 50.0);
        assertThatThrownBy(() -> meter.measure(Work.CONTEND)).hasMessageContaining("expected 1000, but it is 998");
    }

    @Test
    void workWithoutNamesIsRefused() {
        assertThatThrownBy(() -> meter.measure(Work.CALL1)).hasMessageContaining("one node");
        assertThatThrownBy(() -> meter.measure(Work.RPC1)).hasMessageContaining("two nodes");
    }
}
