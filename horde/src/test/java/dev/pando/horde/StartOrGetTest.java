package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Resources;
import dev.pando.core.Start;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StartOrGetTest {

    private static final Duration LONG = Duration.ofSeconds(15);
    /// Servers look after what is overdue once a second.
    private static final Duration TICK_AND_MORE = Duration.ofMillis(1200);

    @Test
    void aChildIsFoundOnTheCallersNodeWhenStartOrGetReturns() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 30; i++) {
                DistributedSupervisor supervisor = supervisors.get(i % 3);

                Start start = supervisor.startOrGet(Worker.spec("c" + i));

                assertThat(start).isInstanceOf(Start.Started.class);
                assertThat(supervisor.lookup("c" + i)).contains(start.pid());
                Pid answered = herd.node(i % 3).call(supervisor.via("c" + i), new Worker.Whoami());
                assertThat(answered).isEqualTo(start.pid());
            }
        }
    }

    @Test
    void anIdThatAllNodesAskForAtOnceIsStartedOnce() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (String id : List.of("x", "y", "z")) {
                Callers<Start> callers = new Callers<>();
                for (int i = 0; i < 32; i++) {
                    DistributedSupervisor supervisor = supervisors.get(i % 4);
                    callers.add(() -> {
                        Start start = supervisor.startOrGet(Worker.spec(id));
                        assertThat(supervisor.lookup(id)).contains(start.pid());
                        return start;
                    });
                }

                List<Start> starts = callers.go().results();

                assertThat(starts).filteredOn(Start.Started.class::isInstance).hasSize(1);
                assertThat(starts)
                        .extracting(Start::pid)
                        .containsOnly(starts.getFirst().pid());
                assertThat(herd.census.births(id)).hasSize(1);
            }
        }
    }

    @Test
    void aNodeThatJoinsDoesNotStartWhatRunsAlready() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> first = Supervisors.on(herd);
            for (int i = 0; i < 300; i++) {
                first.getFirst().startOrGet(Worker.spec("c" + i));
            }
            herd.join(herd.resources(), Worker.class);
            herd.awaitAll();

            DistributedSupervisor joined = Supervisors.on(herd, 2);

            for (int i = 0; i < 300; i++) {
                assertThat(joined.startOrGet(Worker.spec("c" + i))).isInstanceOf(Start.AlreadyStarted.class);
            }
            assertThat(herd.census.births()).hasSize(300);
        }
    }

    @Test
    void aNodeThatJoinsWhileOthersStartChildrenCausesNoSecondStart() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> first = Supervisors.on(herd);
            Callers<Integer> callers = new Callers<>();
            AtomicBoolean joined = new AtomicBoolean();
            for (int i = 0; i < 4; i++) {
                String prefix = "c" + i + "-";
                DistributedSupervisor supervisor = first.get(i % 2);
                callers.add(() -> {
                    int count = 0;
                    while (!joined.get() || count < 50) {
                        supervisor.startOrGet(Worker.spec(prefix + count), LONG);
                        count++;
                    }
                    return count;
                });
            }
            callers.go();
            Eventually.holds(() -> assertThat(herd.census.births()).isNotEmpty());
            herd.join(herd.resources(), Worker.class);
            herd.awaitAll();
            DistributedSupervisor third = Supervisors.on(herd, 2);
            Eventually.holds(() -> assertThat(herd.census.births())
                    .anyMatch(birth -> birth.pid().node().equals(herd.name(2))));
            joined.set(true);
            int count = callers.results().stream().mapToInt(Integer::intValue).sum();

            Supervisors.awaitRunning(List.of(first.get(0), first.get(1), third), count);
            assertThat(herd.census.births()).hasSize(count);
        }
    }

    @Test
    void theCallerGetsTheReasonWhenInitFailsAndNoRecordIsLeft() {
        try (Herd herd = new Herd(3, Worker.class, Broken.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (DistributedSupervisor supervisor : supervisors) {
                for (int i = 0; i < 6; i++) {
                    String id = "broken" + i;

                    assertThatThrownBy(() -> supervisor.startOrGet(Broken.spec(id)))
                            .isInstanceOfSatisfying(
                                    ExitException.class,
                                    e -> assertThat(e.reason()).isEqualTo(Broken.reason(id)));
                }
            }
            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
            assertThat(herd.census.tries("broken0"))
                    .as("one try for each call, and none afterwards")
                    .hasSize(3);
        }
    }

    @Test
    void aSlowInitDelaysNeitherPlacementNorOtherChildren() {
        try (Herd herd = new Herd(3, Worker.class, Gate.Guarded.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Callers<Start> callers = new Callers<>();
            for (int i = 0; i < 12; i++) {
                String id = "slow" + i;
                callers.add(() -> supervisors.getFirst().startOrGet(Gate.Guarded.spec(id), LONG));
            }
            callers.go();
            Eventually.holds(() -> assertThat(supervisors.getFirst().children()).hasSize(12));

            for (int i = 0; i < 60; i++) {
                assertThat(supervisors.get(i % 3).startOrGet(Worker.spec("quick" + i)))
                        .isInstanceOf(Start.Started.class);
            }

            assertThat(supervisors.getFirst().children())
                    .filteredOn(child -> child.id().startsWith("slow"))
                    .hasSize(12)
                    .allMatch(child -> child.state() == ChildState.STARTING);
            herd.gate.open();
            assertThat(callers.results()).allMatch(Start.Started.class::isInstance);
        }
    }

    @Test
    void aShortDeadlineOfOneCallerDoesNotShortenThatOfAnother() {
        try (Herd herd = new Herd(2, Worker.class, Gate.Guarded.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            Callers<Start> patient = new Callers<>();
            patient.add(() -> supervisor.startOrGet(Gate.Guarded.spec("slow"), LONG));
            patient.go();
            Eventually.holds(() -> assertThat(herd.census.tries("slow")).hasSize(1));

            assertTimesOut(supervisor, "slow", Duration.ofMillis(10));
            assertTimesOut(supervisor, "slower", TICK_AND_MORE);
            herd.gate.open();

            assertThat(patient.results()).allMatch(Start.Started.class::isInstance);
        }
    }

    private static void assertTimesOut(DistributedSupervisor supervisor, String id, Duration timeout) {
        assertThatThrownBy(() -> supervisor.startOrGet(Gate.Guarded.spec(id), timeout))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isEqualTo(new ExitReason.Timeout(timeout)));
    }

    @Test
    void aNodeThatLacksADeclaredResourceIsNeverChosen() {
        try (Herd herd = new Herd(2, Worker.class)) {
            int bare = herd.join(Resources.none(), Worker.class);
            herd.awaitAll();
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 60; i++) {
                Pid pid =
                        supervisors.get(i % 3).startOrGet(Worker.spec("c" + i)).pid();

                assertThat(pid.node()).isNotEqualTo(herd.name(bare));
            }
        }
    }
}
