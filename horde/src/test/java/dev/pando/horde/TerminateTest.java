package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Start;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminateTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void aChildCanBeTerminatedFromEveryNode() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 12; i++) {
                supervisors.getFirst().startOrGet(Worker.spec("c" + i));
            }
            Supervisors.awaitRunning(supervisors, 12);

            for (int i = 0; i < 12; i++) {
                assertThat(supervisors.get(i % 3).terminate("c" + i, LIMIT)).isTrue();
                assertThat(herd.census.ends("c" + i))
                        .extracting(Census.End::reason)
                        .containsExactly(ExitReason.shutdown());
            }

            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(supervisor -> supervisor.children().isEmpty()));
            assertThat(supervisors).noneMatch(supervisor -> supervisor.terminate("c0", LIMIT));
        }
    }

    @Test
    void aChildIsGoneOnTheCallersNodeWhenTerminateReturns() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 60; i++) {
                DistributedSupervisor supervisor = supervisors.get(i % 3);
                supervisor.startOrGet(Worker.spec("c" + i));

                assertThat(supervisor.terminate("c" + i, LIMIT)).isTrue();

                assertThat(supervisor.lookup("c" + i)).isEmpty();
                assertThat(supervisor.startOrGet(Worker.spec("c" + i))).isInstanceOf(Start.Started.class);
            }
        }
    }

    @Test
    void aChildThatIsStartedAgainAtOnceIsFoundEverywhere() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 30; i++) {
                String id = "c" + i;
                Pid first = supervisors.getFirst().startOrGet(Worker.spec(id)).pid();
                DistributedSupervisor owner = supervisors.get(herd.indexOf(first.node()));
                owner.terminate(id, LIMIT);

                Pid second = owner.startOrGet(Worker.spec(id)).pid();

                assertThat(second).isNotEqualTo(first);
                Eventually.holds(() -> assertThat(supervisors)
                        .allMatch(one -> one.lookup(id).filter(second::equals).isPresent()));
            }
        }
    }

    @Test
    void aTerminatedChildDoesNotComeBackWhenItsFormerNodeCrashes() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 30; i++) {
                supervisors.getFirst().startOrGet(Worker.spec("c" + i));
            }
            Supervisors.awaitRunning(supervisors, 30);
            for (int i = 0; i < 30; i++) {
                assertThat(supervisors.getFirst().terminate("c" + i, LIMIT)).isTrue();
            }
            String witness = Supervisors.placedOn(herd, 2, 1).getFirst();
            supervisors.getFirst().startOrGet(Worker.spec(witness));

            herd.crash(1);
            herd.crash(2);

            Supervisors.awaitRunningWithout(supervisors.getFirst(), witness, herd.name(2));
            assertThat(Supervisors.ids(supervisors.getFirst())).containsExactly(witness);
            assertThat(herd.census.births()).hasSize(30 + 2);
        }
    }

    @Test
    void aChildThatDoesNotStopInTimeIsKilled() {
        try (Herd herd = new Herd(2, Stubborn.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid pid = supervisors.getFirst().startOrGet(Stubborn.spec("mule")).pid();

            assertThat(supervisors.getFirst().terminate("mule", LIMIT)).isTrue();

            assertThat(herd.isAlive(pid)).isFalse();
        }
    }

    @Test
    void aChildThatIsStillStartingCanBeTerminated() {
        try (Herd herd = new Herd(2, Gate.Guarded.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Callers<Start> callers = new Callers<>();
            ChildSpec slow = Gate.Guarded.spec("slow");
            callers.add(() -> supervisors.getFirst().startOrGet(slow, LIMIT));
            callers.go();
            Eventually.holds(() ->
                    assertThat(supervisors).allMatch(one -> Supervisors.ids(one).contains("slow")));

            assertThat(supervisors.get(1).terminate("slow", LIMIT)).isTrue();

            herd.gate.open();
            assertThat(callers.results())
                    .as("who still wants it gets a new one")
                    .hasSize(1);
        }
    }

    @Test
    void aTerminationEndsTheOlderCopyOnTheOtherSideOfAPartition() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid old = supervisors.get(0).startOrGet(Worker.spec("x")).pid();
            Supervisors.awaitRunning(supervisors, 1);
            int lone = herd.indexOf(old.node());
            List<Integer> others = herd.others(lone);
            herd.cut(List.of(lone), others);
            Supervisors.awaitRunningWithout(supervisors.get(others.getFirst()), "x", herd.name(lone));

            assertThat(supervisors.get(others.getFirst()).terminate("x", LIMIT)).isTrue();
            assertThat(herd.isAlive(old)).isTrue();
            herd.heal();

            Eventually.holds(() -> assertThat(herd.copies("x")).isEmpty());
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(supervisor -> supervisor.children().isEmpty()));
        }
    }

    @Test
    void aChildThatWasTerminatedAndStartedAnewOutlivesItsOldCopy() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid old = supervisors.get(0).startOrGet(Worker.spec("x")).pid();
            Supervisors.awaitRunning(supervisors, 1);
            int lone = herd.indexOf(old.node());
            List<Integer> others = herd.others(lone);
            DistributedSupervisor there = supervisors.get(others.getFirst());
            herd.cut(List.of(lone), others);
            Supervisors.awaitRunningWithout(there, "x", herd.name(lone));
            assertThat(there.terminate("x", LIMIT)).isTrue();
            Pid fresh = there.startOrGet(Worker.spec("x")).pid();

            herd.heal();

            Eventually.holds(() -> assertThat(herd.copies("x")).containsExactly(fresh));
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> one.lookup("x").filter(fresh::equals).isPresent()));
            assertThat(herd.census.ends("x"))
                    .filteredOn(end -> end.pid().equals(old))
                    .extracting(Census.End::reason)
                    .containsExactly(ExitReason.shutdown());
        }
    }

    @Test
    void whoTerminatesACopyThatLosesMeanwhileIsSentToTheOneThatStays() {
        try (Herd herd = new Herd(2, Worker.class, Stubborn.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            supervisors.get(0).startOrGet(Worker.spec("first"));
            herd.cut(List.of(0), List.of(1));
            Supervisors.awaitAlone(herd, supervisors);
            supervisors.get(0).startOrGet(Stubborn.spec("x").shutdown(Duration.ofMinutes(1)));
            Pid first = herd.copies("x").getFirst();
            herd.node(1).hybridClock().observe(herd.node(0).hybridClock().next());
            supervisors.get(1).startOrGet(Stubborn.spec("x").shutdown(Duration.ofMinutes(1)));
            Callers<Boolean> callers = new Callers<>();
            callers.add(() -> supervisors.get(1).terminate("x", LIMIT));
            callers.go();
            Eventually.holds(
                    () -> assertThat(Supervisors.state(supervisors.get(1), "x")).containsExactly(ChildState.STOPPING));

            herd.heal();

            Eventually.holds(
                    () -> assertThat(Supervisors.state(supervisors.get(0), "x")).containsExactly(ChildState.STOPPING));
            herd.node(0).exit(first, ExitReason.killed());
            assertThat(callers.results()).containsExactly(true);
            Eventually.holds(() ->
                    assertThat(supervisors).allMatch(one -> one.lookup("x").isEmpty()));
        }
    }
}
