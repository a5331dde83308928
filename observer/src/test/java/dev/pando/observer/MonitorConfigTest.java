package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class MonitorConfigTest {

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        assertThatThrownBy(() -> MonitorConfig.of(0)).hasMessageContaining("expected: 0 nodes");
        assertThatThrownBy(() -> MonitorConfig.of(1).grace(Duration.ofSeconds(-1)))
                .hasMessageContaining("grace: PT-1S is negative");
        assertThatThrownBy(() -> MonitorConfig.of(1).hookLimit(Duration.ZERO)).hasMessageContaining("hookLimit: PT0S");
        assertThatThrownBy(() -> new ClusterMonitor.Distribution(Duration.ZERO)).hasMessageContaining("within: PT0S");
    }

    @Test
    void hooksAreKeptInTheirOrder() {
        Consumer<Alert> first = _ -> {};
        Consumer<Alert> second = _ -> {};

        MonitorConfig config =
                MonitorConfig.of(3).onAlert(first).onAlert(second).grace(Duration.ZERO);

        assertThat(config.hooks()).containsExactly(first, second);
    }
}
