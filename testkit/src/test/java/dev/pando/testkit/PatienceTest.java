package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatienceTest {

    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(100);

    /// Another simulation may be loading a class that this one needs, on a machine that has much to do.
    @ParameterizedTest
    @CsvSource({"WAITING, 3", "TIMED_WAITING, 3", "BLOCKED, 100", "RUNNABLE, 600"})
    void whoeverIsInOneStateForTooLongIsLost(Thread.State state, int looks) {
        Patience patience = new Patience(EVERY);
        // The state is new.
        patience.isOver(state);
        patience.restart();

        for (int i = 1; i < looks; i++) {
            assertThat(patience.isOver(state)).as("look %d", i).isFalse();
        }
        assertThat(patience.isOver(state)).isTrue();
    }

    @Test
    void whatWasWaitedForInAnotherStateDoesNotCount() {
        Patience patience = new Patience(EVERY);
        for (int i = 0; i < 90; i++) {
            assertThat(patience.isOver(Thread.State.BLOCKED)).isFalse();
        }

        assertThat(patience.isOver(Thread.State.WAITING)).isFalse();
    }

    @Test
    void whatWasWaitedForBeforeTheRunWentOnDoesNotCount() {
        Patience patience = new Patience(EVERY);
        for (int i = 0; i < 10; i++) {
            assertThat(patience.isOver(Thread.State.WAITING)).isFalse();
            assertThat(patience.isOver(Thread.State.WAITING)).isFalse();
            patience.restart();
        }
    }
}
