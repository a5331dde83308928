package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Each supervisor does its work between three nodes of this JVM, and finds its own outcome right.
final class FailoverSubjectTest {

    private final Places places = Places.free(2);

    @Test
    void pandoDoesEachWork() throws Exception {
        try (PandoWorkplace _ = PandoWorkplace.join(1, places, 1);
                FailoverSubject subject =
                        new PandoWorkers(places, () -> PandoWorkplace.join(places.newcomer(), places, 3))) {
            for (int i = 0; i < 2; i++) {
                assertThat(subject.kill(30).toll()).contains(new Toll(0, 0));
            }
            for (int i = 0; i < 2; i++) {
                Laps laps = subject.start(4, List.of(10, 50));
                assertThat(laps.marks()).hasSize(2).isSorted();
                assertThat(laps.visible()).isGreaterThanOrEqualTo(laps.marks().getLast());
            }
            subject.call(4, 20).run(100);
        }
    }

    @Test
    void pekkoDoesEachWork() throws Exception {
        try (PekkoWorkplace _ = PekkoWorkplace.join(1, places, 1);
                FailoverSubject subject =
                        new PekkoWorkers(places, () -> PekkoWorkplace.join(places.newcomer(), places, 3))) {
            for (int i = 0; i < 2; i++) {
                assertThat(subject.start(4, List.of(10, 50)).marks()).hasSize(2).isSorted();
            }
            subject.call(4, 20).run(100);
        }
    }
}
