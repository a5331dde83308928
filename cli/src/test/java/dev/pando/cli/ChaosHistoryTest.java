package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ChaosHistoryTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final List<String> BOTH = List.of("a", "b");

    private final ChaosHistory history = new ChaosHistory();

    @BeforeEach
    void start() {
        start("a", 1);
        start("b", 2);
        history.changed("a", 1, new ChaosLine.Changed(10, "b", 2, true, ""));
        history.changed("b", 1, new ChaosLine.Changed(11, "a", 1, true, ""));
    }

    private void start(String node, long incarnation) {
        history.starting(node);
        history.joined(node, incarnation);
    }

    @Test
    void allSeeEachOther() {
        assertThat(history.missing(BOTH)).isEmpty();
    }

    @Test
    void whoWentDownIsMissing() {
        history.changed("a", 1, new ChaosLine.Changed(12, "b", 2, false, "UNREACHABLE"));

        assertThat(history.missing(BOTH)).containsExactly("a→b");
    }

    @Test
    void aNodeThatIsStartedAgainIsToBeSeenAnew() {
        start("b", 3);
        assertThat(history.missing(BOTH)).containsExactly("a→b", "b→a");

        history.changed("b", 2, new ChaosLine.Changed(13, "a", 1, true, ""));
        history.changed("a", 1, new ChaosLine.Changed(14, "b", 3, true, ""));

        assertThat(history.missing(BOTH)).isEmpty();
    }

    @Test
    void waitingEndsInTime() throws InterruptedException {
        assertThat(history.await(() -> false, System.nanoTime())).isFalse();
        assertThat(history.await(() -> history.size() == 2, System.nanoTime())).isTrue();
    }

    @Test
    void nodesThatSeeEachOtherAndRestAreMerged() throws InterruptedException {
        assertThat(history.awaitMerged(BOTH, System.nanoTime() + SECOND, SECOND / 10))
                .isTrue();
    }

    @Test
    void waitingForRestEndsWhenTheTimeIsUpThoughAllSeeEachOther() throws InterruptedException {
        assertThat(history.awaitMerged(BOTH, System.nanoTime() - SECOND, SECOND / 2))
                .isFalse();
    }

    @Test
    void eachFaultIsToldOnce() {
        history.fault("so");

        assertThat(history.newFaults()).containsExactly("so");
        assertThat(history.newFaults()).isEmpty();
    }
}
