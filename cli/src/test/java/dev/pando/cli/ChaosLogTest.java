package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosSnapshot.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChaosLogTest {

    private final ChaosLog log = new ChaosLog();

    private ChaosSnapshot snapshot() {
        return log.snapshot(9, List.of());
    }

    @Test
    void messagesInTurnAreOneRunOfTheirSession() {
        log.up("b", 1);
        log.tell("b", 1, 1, 1);
        log.tell("b", 1, 1, 2);
        log.tell("b", 1, 1, 4);
        log.down("b", 1);
        log.up("b", 1);
        log.tell("b", 1, 2, 1);

        assertThat(snapshot().heard())
                .containsExactly(
                        new ChaosSnapshot.Heard("b", 1, true, List.of(new Run(1, 1, 2), new Run(1, 4, 4))),
                        new ChaosSnapshot.Heard("b", 1, false, List.of(new Run(2, 1, 1))));
        assertThat(snapshot().faults()).isEmpty();
    }

    @Test
    void aMessageFromAPeerThatIsDownIsAFault() {
        log.tell("b", 1, 1, 1);
        log.up("b", 1);
        log.down("b", 1);
        log.tell("b", 1, 1, 2);

        assertThat(snapshot().faults()).hasSize(2).allMatch(fault -> fault.contains("which is down"));
    }

    @Test
    void aMessageFromAnEarlierStartIsAFault() {
        log.up("b", 2);
        log.tell("b", 1, 1, 1);

        assertThat(snapshot().faults()).singleElement().asString().contains("an earlier start of b");
    }

    @Test
    void eventsOutOfTurnAreFaults() {
        log.down("b", 1);
        log.up("b", 1);
        log.up("b", 2);
        log.down("b", 1);

        assertThat(snapshot().faults())
                .containsExactly(
                        "b went down without being up",
                        "b came up twice",
                        "b went down as another start than the one that was up");
    }

    @Test
    void aRestForgetsTimesAndKeepsFaults() {
        log.fault("so");
        log.tripBegins("b", 0);
        log.tripEnds("b", 8_000_000, true);
        log.stoodStill(0, 5_000_000);
        assertThat(snapshot().trips()).containsExactly(new ChaosSnapshot.Trips("b", 1, 0, 0, 8));
        assertThat(snapshot().hiccupMillis()).isEqualTo(5);

        log.rest();

        assertThat(snapshot().trips()).isEmpty();
        assertThat(snapshot().hiccupMillis()).isZero();
        assertThat(snapshot().faults()).containsExactly("so");
    }
}
