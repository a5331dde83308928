package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollTest {

    private static final NodeName NODE = NodeName.of("alpha");

    private static Pid pid(long serial) {
        return new Pid(NODE, 7, serial);
    }

    private static List<Pid> list(Roll roll) {
        return IntStream.range(0, roll.size()).mapToObj(roll::get).toList();
    }

    private static List<Pid> visited(Roll roll) {
        List<Pid> all = new ArrayList<>();
        roll.each((pid, times) -> IntStream.range(0, times).forEach(_ -> all.add(pid)));
        return all;
    }

    /// Against a sorted map, with serials that lie close, far apart, and at the ends of their range.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itHoldsWhatASortedMapOfCountsWould(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long spread = seed % 2 == 0 ? 40 : Long.MAX_VALUE;
        List<Long> serials = random.longs(30, 0, spread).boxed().collect(Collectors.toCollection(ArrayList::new));
        serials.addAll(List.of(0L, 1L, Long.MAX_VALUE, Long.MAX_VALUE - 1));
        Map<Pid, Integer> model = new TreeMap<>(Comparator.comparingLong(Pid::serial));
        Roll roll = Roll.of(NODE);
        for (int step = 0; step < 2_000; step++) {
            Pid pid = pid(serials.get(random.nextInt(serials.size())));
            if (random.nextBoolean()) {
                model.merge(pid, 1, Integer::sum);
                roll = roll.plus(pid);
            } else if (roll.count(pid) > 0) {
                model.merge(pid, -1, (before, less) -> before + less == 0 ? null : before + less);
                roll = roll.minus(pid);
            }
            assertThat(roll.count(pid)).isEqualTo(model.getOrDefault(pid, 0));
            assertThat(roll.isEmpty()).isEqualTo(model.isEmpty());
        }

        List<Pid> expected = new ArrayList<>();
        model.forEach((pid, times) -> IntStream.range(0, times).forEach(_ -> expected.add(pid)));
        assertThat(list(roll)).isEqualTo(expected);
        assertThat(visited(roll)).isEqualTo(expected);
    }

    @Test
    void aChangeLeavesWhatReadersHoldAsItWas() {
        Roll before = Roll.of(NODE).plus(pid(1)).plus(pid(2)).plus(pid(2));

        before.plus(pid(3)).minus(pid(1));

        assertThat(list(before)).containsExactly(pid(1), pid(2), pid(2));
    }

    /// So a join into a group of any size is as cheap as into a small one.
    @Test
    void aJoinIntoALargeGroupMakesOnlyAFewNodesAnew() {
        Roll large = Roll.of(NODE);
        for (long serial = 1; serial <= 100_000; serial++) {
            large = large.plus(pid(serial));
        }

        IdentityHashMap<Roll.Tree, Boolean> before = new IdentityHashMap<>();
        trees(large.tree(), before);
        IdentityHashMap<Roll.Tree, Boolean> after = new IdentityHashMap<>();
        trees(large.plus(pid(100_001)).tree(), after);
        after.keySet().removeAll(before.keySet());

        assertThat(after.size()).isLessThanOrEqualTo(20);
    }

    private static void trees(Roll.Tree tree, IdentityHashMap<Roll.Tree, Boolean> into) {
        into.put(tree, true);
        if (tree instanceof Roll.Branch branch) {
            trees(branch.zero(), into);
            trees(branch.one(), into);
        }
    }

    @Test
    void whatAnotherRollDoesNotHaveIsCounted() {
        Roll one = Roll.of(NODE).plus(pid(1)).plus(pid(2)).plus(pid(2)).plus(pid(2));
        Roll other = Roll.of(NODE).plus(pid(2)).plus(pid(9));

        assertThat(one.without(other)).containsExactly(pid(1), pid(2), pid(2));
        assertThat(other.without(one)).containsExactly(pid(9));
        assertThat(one.without(one)).isEmpty();
    }

    @Test
    void aProcessOfAnotherStartOfTheNodeIsAnotherOne() {
        Roll roll = Roll.of(NODE).plus(pid(1));

        assertThat(roll.count(new Pid(NODE, 8, 1))).isZero();
        assertThat(roll.without(Roll.of(NODE).plus(new Pid(NODE, 8, 1)))).containsExactly(pid(1));
    }

    @Test
    void placesBeyondTheEndsDoNotExist() {
        Roll roll = Roll.of(NODE).plus(pid(1)).plus(pid(2));

        assertThatThrownBy(() -> roll.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> roll.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Roll.of(NODE).get(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
