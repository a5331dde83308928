package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What cannot be is refused, by its name.
class SupervisorOptionsTest {

    private final SupervisorOptions options = SupervisorOptions.of(Placement.consistentHash());

    @Test
    void timesAndCountsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> options.intensity(-1, Duration.ofSeconds(1))).hasMessageContaining("-1 restarts");
        assertThatThrownBy(() -> options.intensity(1, Duration.ZERO)).hasMessageContaining("period");
        assertThatThrownBy(() -> options.handOver(Duration.ZERO)).hasMessageContaining("handOver");
        assertThatThrownBy(() -> options.drain(Duration.ofMillis(-1))).hasMessageContaining("drain");
        assertThatThrownBy(() -> options.backOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("back-off");
    }

    @Test
    void eachOptionChangesItselfAlone() {
        SupervisorOptions changed = options.intensity(7, Duration.ofSeconds(8))
                .backOff(Duration.ofMillis(1), Duration.ofSeconds(1))
                .redistribution(Redistribution.active(5, Duration.ofSeconds(1)))
                .handOver(Duration.ofSeconds(2))
                .drain(Duration.ZERO);

        assertThat(changed)
                .isEqualTo(new SupervisorOptions(
                        options.placement(),
                        options.takeOvers(),
                        7,
                        Duration.ofSeconds(8),
                        changed.backOff(),
                        Redistribution.active(5, Duration.ofSeconds(1)),
                        Duration.ofSeconds(2),
                        Duration.ZERO));
        assertThat(changed.backOff().max()).isEqualTo(Duration.ofSeconds(1));
    }
}
