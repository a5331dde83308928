package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Restart;
import dev.pando.core.Start;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a caller was told outlives the node it was told on.
class WitnessTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void aCallerIsNotToldOfAChildThatOnlyItsOwnNodeKnows() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            herd.hold(1, herd.others(1));

            assertTimesOut(() -> supervisors.get(1).startOrGet(Worker.spec(id), SHORT));
            assertThat(herd.copies(id)).hasSize(1);
            assertThat(supervisors.get(1).lookup(id)).isEmpty();
            assertTimesOut(() -> supervisors.get(1).startOrGet(Worker.spec(id), SHORT));
            herd.net.release();

            Start start = supervisors.get(1).startOrGet(Worker.spec(id), LIMIT);
            assertThat(start).isInstanceOf(Start.AlreadyStarted.class);
            assertThat(herd.census.births(id)).extracting(Census.Birth::pid).containsExactly(start.pid());
            assertThat(supervisors.get(1).lookup(id)).contains(start.pid());
        }
    }

    @Test
    void aCallerIsNotToldOfAnEndThatOnlyItsOwnNodeKnows() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            supervisors.get(1).startOrGet(Worker.spec(id));
            herd.hold(1, herd.others(1));

            assertTimesOut(() -> supervisors.get(1).terminate(id, SHORT));
            assertThat(herd.copies(id)).isEmpty();
            herd.net.release();

            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
        }
    }

    @Test
    void theNextPeerIsAskedWhenOneHangs() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            herd.hold(1, List.of(2));
            herd.hold(2, List.of(1));
            Callers<Start> callers = new Callers<>();
            for (String id : Supervisors.placedOn(herd, 1, 20)) {
                callers.add(() -> supervisors.get(1).startOrGet(Worker.spec(id), LIMIT));
            }

            assertThat(callers.go().results()).allMatch(Start.Started.class::isInstance);
        }
    }

    @Test
    void whoeverIsAloneNeedsNoWitness() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            herd.hold(1, herd.others(1));
            Callers<Pid> callers = new Callers<>();
            callers.add(
                    () -> supervisors.get(1).startOrGet(Worker.spec(id), LIMIT).pid());
            callers.go();
            Eventually.holds(() -> assertThat(herd.copies(id)).hasSize(1));

            herd.crash(0);
            herd.crash(2);

            assertThat(callers.results()).isEqualTo(herd.copies(id));
        }
    }

    @Test
    void whoeverWaitsForAChildThatEndsAtOnceIsTold() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            herd.hold(1, herd.others(1));
            Callers<Start> callers = new Callers<>();
            callers.add(() -> supervisors.get(1).startOrGet(Worker.spec(id).restart(Restart.TRANSIENT), LIMIT));
            callers.go();
            Eventually.holds(() -> assertThat(herd.copies(id)).hasSize(1));
            Pid child = herd.copies(id).getFirst();

            herd.node(1).cast(child, new Worker.Finish());

            assertThat(callers.results()).containsExactly(new Start.Started(child));
            assertThat(herd.census.births(id)).hasSize(1);
        }
    }

    @Test
    void whoeverWaitsForAChildThatFailsTooOftenIsToldThatItStarted() {
        try (Herd herd = new Herd(3, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            herd.hold(1, herd.others(1));

            Start start = supervisors.get(1).startOrGet(Poison.spec(id), LIMIT);

            assertThat(start).isInstanceOf(Start.Started.class);
            Eventually.holds(
                    () -> assertThat(Supervisors.state(supervisors.get(1), id)).containsExactly(ChildState.CRASHED));
            assertThat(herd.census.births(id)).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void whatCallersOfACrashedNodeWereToldIsStillTrue(int round) {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Map<String, Boolean> told = new ConcurrentHashMap<>();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 16; i++) {
                String prefix = "c" + i + "-";
                callers.add(() -> startUntilCrash(supervisors.get(1), prefix, told));
            }
            callers.go();
            Eventually.holds(() -> assertThat(told).hasSizeGreaterThan(100 + round * 25));

            Set<String> promised = Set.copyOf(told.keySet());
            herd.crash(1);

            Eventually.holds(() -> assertThat(herd.copies().keySet()).containsAll(promised));
            callers.results();
        }
    }

    private static int startUntilCrash(DistributedSupervisor supervisor, String prefix, Map<String, Boolean> told) {
        for (int i = 0; ; i++) {
            try {
                supervisor.startOrGet(Worker.spec(prefix + i), LIMIT);
            } catch (ExitException | IllegalStateException crashed) {
                return i;
            }
            told.put(prefix + i, true);
        }
    }

    private static void assertTimesOut(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.Timeout.class));
    }
}
