package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PatienceTest {

    @Test
    void whoFindsItUsefulGoesOnWithIt() {
        short state = Patience.FRESH;
        for (int i = 0; i < 10; i++) {
            assertThat(Patience.tries(state)).isTrue();
            state = Patience.after(true, state);
        }
    }

    @Test
    void eachTimeItIsOfNoUseTwiceAsManyWaitsDoWithoutIt() {
        assertThat(waitsWithout(Patience.FRESH, 8)).containsExactly(0, 2, 4, 8, 16, 32, 64, 64);
    }

    @Test
    void whoHasJustBegunDoesWithoutItOnce() {
        assertThat(waitsWithout(Patience.AFTER_ONE, 3)).containsExactly(1, 2, 4);
    }

    @Test
    void oneSuccessIsEnoughToTryAgain() {
        short state = Patience.FRESH;
        for (int i = 0; i < 500; i++) {
            state = Patience.after(false, state);
        }
        // Whoever waits for it without its turn, as for a server that is idle, may find it useful too.
        state = Patience.after(true, state);

        assertThat(waitsWithout(state, 2)).containsExactly(0, 2);
    }

    /// How many waits do without it before each of the first that do not, when it is never of use.
    private static int[] waitsWithout(short first, int count) {
        short[] state = {first};
        return IntStream.range(0, count)
                .map(_ -> {
                    int without = 0;
                    while (!Patience.tries(state[0])) {
                        state[0] = Patience.after(false, state[0]);
                        without++;
                    }
                    state[0] = Patience.after(false, state[0]);
                    return without;
                })
                .toArray();
    }
}
