package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ChaosPlanTest {

    private static final int MAX = ChaosPlan.NODES_MAX;
    private static final List<ChaosFault> ALL = ChaosFault.among(MAX);

    @Test
    void aSeedGivesOnePlan() {
        assertThat(ChaosPlan.of(7, 20, ALL, MAX)).isEqualTo(ChaosPlan.of(7, 20, ALL, MAX));
        assertThat(ChaosPlan.of(7, 20, ALL, MAX).cycles())
                .isNotEqualTo(ChaosPlan.of(8, 20, ALL, MAX).cycles());
    }

    @Test
    void noKindIsLeftOut() {
        Map<ChaosFault, Integer> counts = new EnumMap<>(ChaosFault.class);

        ChaosPlan.of(3, 30, ALL, MAX).cycles().forEach(cycle -> counts.merge(cycle.fault(), 1, Integer::sum));

        assertThat(counts).hasSize(ALL.size());
        assertThat(counts.values()).allMatch(count -> count == 2 || count == 3);
    }

    @Test
    void cyclesAreNumberedAndEachNodeJoinsOnce() {
        List<ChaosCycle> cycles = ChaosPlan.of(5, 30, ALL, MAX).cycles();

        assertThat(cycles)
                .extracting(ChaosCycle::number)
                .isSorted()
                .startsWith(1)
                .endsWith(30);
        assertThat(cycles).isSortedAccordingTo(Comparator.comparingInt(ChaosCycle::nodes));
    }

    @ParameterizedTest
    @EnumSource(ChaosFault.class)
    void partsAreAsTheKindHasThem(ChaosFault fault) {
        for (ChaosCycle cycle : ChaosPlan.of(11, 40, List.of(fault), MAX).cycles()) {
            List<Integer> sizes = cycle.parts().stream().map(List::size).toList();
            List<Integer> named = cycle.parts().stream().flatMap(List::stream).toList();

            assertThat(named).allMatch(node -> node >= 1 && node <= cycle.nodes());
            if (fault != ChaosFault.CUT_TWICE) {
                assertThat(named).doesNotHaveDuplicates();
            }
            switch (fault) {
                case CUT_2_1 -> assertThat(sizes).containsExactly(1, 2);
                case CUT_2_2 -> assertThat(sizes).containsExactly(2, 2);
                case CUT_1_1_1 -> assertThat(sizes).containsExactly(1, 1, 1);
                case CUT_3_1 -> assertThat(sizes).containsExactly(1, 3);
                case CUT_4_1 -> assertThat(sizes).containsExactly(1, 4);
                case CUT_3_2 -> assertThat(sizes).containsExactly(2, 3);
                case CUT_2_2_1 -> assertThat(sizes).containsExactly(2, 2, 1);
                case CUT_TWICE -> assertThat(sizes).containsExactly(1, 2);
                case ONE_WAY -> assertThat(sizes.getFirst()).isOne();
                case FLAP, SLOW, STOP, KILL -> assertThat(sizes).containsExactly(1, cycle.nodes() - 1);
            }
            assertThat(cycle.holdMillis()).isBetween(8_000L, 11_000L);
        }
    }

    @Test
    void aCutLosesBothDirectionsAndOneWayLosesOne() {
        List<List<Integer>> parts = List.of(List.of(2), List.of(1, 3));

        assertThat(new ChaosCycle(1, ChaosFault.CUT_2_1, 3, parts, 8_000).lost())
                .containsExactlyInAnyOrder(way(2, 1), way(2, 3), way(1, 2), way(3, 2));
        assertThat(new ChaosCycle(1, ChaosFault.ONE_WAY, 3, parts, 8_000).lost())
                .containsExactlyInAnyOrder(way(2, 1), way(2, 3));
        assertThat(new ChaosCycle(1, ChaosFault.CUT_2_1, 3, parts, 8_000).what())
                .isEqualTo("cut-2-1 2|1,3");
        assertThat(new ChaosCycle(1, ChaosFault.ONE_WAY, 3, parts, 8_000).what())
                .isEqualTo("one-way 2>1,3");
    }

    @Test
    void thereAreNoMoreNodesThanThereMayBe() {
        assertThat(ChaosFault.among(4))
                .contains(ChaosFault.CUT_2_2, ChaosFault.KILL)
                .doesNotContain(ChaosFault.CUT_3_2, ChaosFault.CUT_TWICE);
        assertThat(ChaosPlan.of(2, 40, ChaosFault.among(3), 3).cycles()).allMatch(cycle -> cycle.nodes() == 3);
    }

    @Test
    void ofTwoCutsInARowEachPartsItsNodesFromAllOthers() {
        List<List<Integer>> parts = List.of(List.of(1), List.of(1, 3));
        ChaosCycle cycle = new ChaosCycle(1, ChaosFault.CUT_TWICE, 4, parts, 8_000);

        assertThat(cycle.around(List.of(1, 3)))
                .containsExactlyInAnyOrder(
                        way(1, 2), way(1, 4), way(3, 2), way(3, 4), way(2, 1), way(2, 3), way(4, 1), way(4, 3));
        assertThat(cycle.across()).hasSize(10).doesNotHaveDuplicates().contains(way(1, 3), way(3, 2));
        assertThat(cycle.what()).isEqualTo("cut-twice 1 then 1,3");
    }

    private static ChaosCycle.Way way(int from, int to) {
        return new ChaosCycle.Way(from, to);
    }
}
