package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ChaosPlanTest {

    private static final List<ChaosFault> ALL = Arrays.asList(ChaosFault.values());

    @Test
    void aSeedGivesOnePlan() {
        assertThat(ChaosPlan.of(7, 20, ALL)).isEqualTo(ChaosPlan.of(7, 20, ALL));
        assertThat(ChaosPlan.of(7, 20, ALL).cycles())
                .isNotEqualTo(ChaosPlan.of(8, 20, ALL).cycles());
    }

    @Test
    void noKindIsLeftOut() {
        Map<ChaosFault, Integer> counts = new EnumMap<>(ChaosFault.class);

        ChaosPlan.of(3, 20, ALL).cycles().forEach(cycle -> counts.merge(cycle.fault(), 1, Integer::sum));

        assertThat(counts).hasSize(ALL.size());
        assertThat(counts.values()).allMatch(count -> count == 2 || count == 3);
    }

    @Test
    void cyclesAreNumberedAndTheFourthNodeJoinsOnce() {
        List<ChaosCycle> cycles = ChaosPlan.of(5, 30, ALL).cycles();

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
        for (ChaosCycle cycle : ChaosPlan.of(11, 40, List.of(fault)).cycles()) {
            List<Integer> sizes = cycle.parts().stream().map(List::size).toList();
            List<Integer> named = cycle.parts().stream().flatMap(List::stream).toList();

            assertThat(named).doesNotHaveDuplicates().allMatch(node -> node >= 1 && node <= cycle.nodes());
            switch (fault) {
                case CUT_2_1 -> assertThat(sizes).containsExactly(1, 2);
                case CUT_2_2 -> assertThat(sizes).containsExactly(2, 2);
                case CUT_1_1_1 -> assertThat(sizes).containsExactly(1, 1, 1);
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

    private static ChaosCycle.Way way(int from, int to) {
        return new ChaosCycle.Way(from, to);
    }
}
