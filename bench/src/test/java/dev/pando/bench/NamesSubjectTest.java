package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each registry does its work between three nodes of this JVM, and finds its own outcome right.
final class NamesSubjectTest {

    private static final int NODES = 3;

    private final Places places = Places.free(NODES);

    @TestFactory
    Stream<DynamicTest> pandoDoesEachWork() {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put("fill", NamesSubjectTest::fillTwice);
        trials.put("look up", subject -> {
            for (Load load : List.of(subject.lookUpFar(3), subject.lookUpNear(3))) {
                load.run(10);
            }
        });
        trials.put("weigh", subject -> assertThat(subject.heapFar()).isPositive());
        trials.put("join", subject -> {
            subject.clear();
            subject.fill(List.of(100));
            assertThat(subject.join(100, 2)).hasSize(2).allMatch(nanos -> nanos > 0);
            subject.clear();
        });
        trials.put("contend", subject -> assertThat(subject.contend(8, 20)).isEqualTo(20));
        trials.put("contend on nodes", subject -> {
            for (int i = 0; i < 2; i++) {
                assertThat(subject.contendOnNodes(20)).isBetween(0, 20);
                subject.clear();
            }
        });
        return trials.entrySet().stream()
                .map(trial -> dynamicTest(trial.getKey(), () -> {
                    Places own = Places.free(NODES);
                    try (PandoPlace _ = PandoPlace.join(1, own);
                            PandoPlace _ = PandoPlace.join(2, own);
                            NamesSubject subject = new PandoNames(own, generation -> newcomer(own, generation))) {
                        trial.getValue().run(subject);
                    }
                }));
    }

    /// In place of a JVM of its own.
    private static AutoCloseable newcomer(Places places, int generation) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                PandoPlace.comeAndGo(places, generation);
            } catch (InterruptedException e) {
                // It is closed.
            }
        });
        return () -> {
            thread.interrupt();
            thread.join();
        };
    }

    @Test
    void receptionistFills() throws Exception {
        pekkoFills(new PekkoReceptionist());
    }

    @Test
    void distributedDataFills() throws Exception {
        pekkoFills(new PekkoDdata());
    }

    private void pekkoFills(PekkoBook book) throws Exception {
        List<AutoCloseable> far = new ArrayList<>();
        try {
            far.add(PekkoPlace.join(1, places, book));
            far.add(PekkoPlace.join(2, places, book));
            try (NamesSubject subject = new PekkoNames(places, book)) {
                fillTwice(subject);
            }
        } finally {
            for (AutoCloseable each : far) {
                each.close();
            }
        }
    }

    private static void fillTwice(NamesSubject subject) throws Exception {
        for (int i = 0; i < 2; i++) {
            Laps laps = subject.fill(List.of(10, 250));
            assertThat(laps.marks()).hasSize(2).isSorted();
            assertThat(laps.lap(0)).isPositive();
            assertThat(laps.visible()).isGreaterThanOrEqualTo(laps.marks().getLast());
            subject.clear();
        }
    }

    @Test
    void placesSurviveTheirArgument() {
        assertThat(Places.parse(places.argument())).isEqualTo(places);
        assertThat(places.nodes()).isEqualTo(NODES);
        assertThat(places.ports()).hasSize(NODES + 1);
    }

    @FunctionalInterface
    private interface Trial {
        void run(NamesSubject subject) throws Exception;
    }
}
