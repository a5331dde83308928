package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChaosStillsTest {

    private final ChaosStills stills = new ChaosStills(50);

    @Test
    void onlyWhatLiesWithinASpanCounts() {
        stills.stoodStill(100, 200);
        stills.stoodStill(300, 360);

        assertThat(stills.within(150, 320)).isEqualTo(50 + 20);
        assertThat(stills.within(200, 300)).isZero();
        assertThat(stills.within(0, 1_000)).isEqualTo(100 + 60);
    }

    @Test
    void whatIsShortIsNoExcuseButIsTheLongestIfThereIsNoOther() {
        stills.stoodStill(0, 50);

        assertThat(stills.within(0, 100)).isZero();
        assertThat(stills.longestNanos()).isEqualTo(50);
    }

    @Test
    void whatIsClearedIsForgotten() {
        stills.stoodStill(0, 100);
        stills.clear();

        assertThat(stills.within(0, 100)).isZero();
        assertThat(stills.longestNanos()).isZero();
    }
}
