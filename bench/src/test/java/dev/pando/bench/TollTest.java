package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which workers are lost, and which live twice; processes are numbers here.
final class TollTest {

    private static final List<String> IDS = List.of("a", "b");

    private static Toll toll(Map<Integer, String> living, List<Optional<Integer>> known) {
        return Toll.of(IDS, living, List.of(List.of(Optional.of(1), Optional.of(2)), known));
    }

    @Test
    void eachThatLivesOnceWhereAllFindItIsRight() {
        assertThat(toll(Map.of(1, "a", 2, "b"), List.of(Optional.of(1), Optional.of(2))))
                .isEqualTo(new Toll(0, 0))
                .matches(Toll::isNone);
    }

    @Test
    void oneThatLivesNowhereIsLost() {
        assertThat(toll(Map.of(1, "a"), List.of(Optional.of(1), Optional.of(2))))
                .isEqualTo(new Toll(1, 0));
    }

    @Test
    void oneThatANodeDoesNotFindIsLost() {
        assertThat(toll(Map.of(1, "a", 2, "b"), List.of(Optional.of(1), Optional.empty())))
                .isEqualTo(new Toll(1, 0));
    }

    @Test
    void oneThatIsTakenForAnotherIsLost() {
        assertThat(toll(Map.of(1, "a", 2, "b"), List.of(Optional.of(2), Optional.of(2))))
                .isEqualTo(new Toll(1, 0));
    }

    @Test
    void oneThatLivesTwiceIsDoubled() {
        assertThat(toll(Map.of(1, "a", 2, "b", 3, "b"), List.of(Optional.of(1), Optional.of(3))))
                .isEqualTo(new Toll(0, 1))
                .matches(toll -> !toll.isNone());
    }

    @Test
    void theWorseOfTwoCounts() {
        assertThat(new Toll(1, 0).or(new Toll(0, 2))).isEqualTo(new Toll(1, 2));
    }
}
