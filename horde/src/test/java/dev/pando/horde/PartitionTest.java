package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Start;
import dev.pando.core.wire.Payload;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    private static final int CHILDREN = 120;

    /// The number is that of the nodes on the first side, of four.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bothSidesRunAllChildrenAndOneCopyOfEachStays(int size) {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> before = Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);
            List<Integer> side = herd.alive().subList(0, size);
            List<Integer> other = herd.alive().subList(size, 4);

            herd.cut(side, other);
            awaitAllOn(herd, supervisors, side);
            awaitAllOn(herd, supervisors, other);
            assertThat(herd.census.births()).hasSize(2 * CHILDREN);
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(Supervisors.pids(supervisors.getFirst(), CHILDREN))
                    .as("the copies that were never taken over")
                    .isEqualTo(before);
            assertEachLoserEndedOnce(herd, before);
            assertThat(herd.census.births()).as("nothing was started again").hasSize(2 * CHILDREN);
        }
    }

    @Test
    void twoCutsInARowLeaveOneCopyOfEachToo() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> before = Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitAllOn(herd, supervisors, List.of(0, 1));
            awaitAllOn(herd, supervisors, List.of(2, 3));
            herd.cut(List.of(0), List.of(1));
            herd.cut(List.of(2), List.of(3));
            for (int i = 0; i < 4; i++) {
                awaitAllOn(herd, supervisors, List.of(i));
            }
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(Supervisors.pids(supervisors.getFirst(), CHILDREN)).isEqualTo(before);
            assertEachLoserEndedOnce(herd, before);
        }
    }

    /// One that took children over hears of their owner first, and gives them up. Whoever hears of that alone must
    /// not forget that there are such children – wherever the cut falls in what is told, so it is tried often.
    @RepeatedTest(20)
    void aChildThatWasGivenUpIsNotForgottenByThoseWhoHaveNotHeardOfItsOwner() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<String> ids = Supervisors.placedOn(herd, 2, 20);
            ids.forEach(id -> supervisors.getFirst().startOrGet(Worker.spec(id)));
            herd.cut(List.of(2), List.of(0, 1));
            for (int i : List.of(0, 1)) {
                ids.forEach(id -> Supervisors.awaitRunningWithout(supervisors.get(i), id, herd.name(2)));
            }

            herd.hold(2, List.of(1));
            herd.heal();
            Eventually.holds(() -> assertThat(ids)
                    .allSatisfy(id -> assertThat(supervisors.get(0).lookup(id).map(Pid::node))
                            .isNotEqualTo(Optional.of(herd.name(0)))));
            Eventually.holds(() -> assertThat(ids)
                    .allSatisfy(id -> assertThat(supervisors.get(1).lookup(id).map(Pid::node))
                            .isNotEqualTo(Optional.of(herd.name(0)))));
            herd.cut(List.of(1), List.of(0, 2));

            Eventually.holds(() -> assertThat(ids)
                    .allSatisfy(id -> assertThat(supervisors.get(1).lookup(id).map(Pid::node))
                            .contains(herd.name(1))));
            herd.net.release();
        }
    }

    @Test
    void cutsThatComeFasterThanTheyAreNoticedLoseNothing() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> before = Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            for (int i = 0; i < 10; i++) {
                List<Integer> lone = List.of(i % 4);
                herd.cut(lone, herd.others(i % 4));
                if (i % 3 == 0) {
                    awaitAllOn(herd, supervisors, lone);
                }
                herd.heal();
            }

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(Supervisors.pids(supervisors.getFirst(), CHILDREN)).isEqualTo(before);
            assertEachLoserEndedOnce(herd, before);
        }
    }

    @Test
    void oneLinkThatIsCutLeavesOneCopyOfEachOnceItIsMended() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> before = Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            herd.cut(List.of(0), List.of(1));
            Eventually.holds(
                    () -> assertThat(foundOn(supervisors.get(0), herd.name(1))).isZero());
            Eventually.holds(
                    () -> assertThat(foundOn(supervisors.get(1), herd.name(0))).isZero());
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(Supervisors.pids(supervisors.getFirst(), CHILDREN)).isEqualTo(before);
            assertEachLoserEndedOnce(herd, before);
        }
    }

    @Test
    void aCopyOnTheFarSideOfACutLinkIsNotStartedAThirdTimeWhenTheFirstIsLost() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            herd.cut(List.of(0), List.of(1));
            Eventually.holds(
                    () -> assertThat(foundOn(supervisors.get(0), herd.name(1))).isZero());
            herd.crash(1);

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
        }
    }

    @Test
    void ofTwoFreshStartsOfOneIdTheOlderStays() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            supervisors.get(0).startOrGet(Worker.spec("first"));
            herd.cut(List.of(0), List.of(1));
            Supervisors.awaitAlone(herd, supervisors);
            assertThat(supervisors.get(1).startOrGet(Worker.spec("x"))).isInstanceOf(Start.Started.class);
            assertThat(supervisors.get(0).startOrGet(Worker.spec("x"))).isInstanceOf(Start.Started.class);
            Pid older = herd.census.births("x").stream()
                    .min(Comparator.comparing(Census.Birth::token))
                    .orElseThrow()
                    .pid();

            herd.heal();

            Eventually.holds(() -> assertThat(herd.copies("x")).containsExactly(older));
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> one.lookup("x").filter(older::equals).isPresent()));
            assertThat(herd.census.ends("x"))
                    .extracting(Census.End::reason)
                    .containsExactly(new ExitReason.NameConflict(new Payload("x"), older));
        }
    }

    @Test
    void aChildThatWasRestartedMeanwhileStillStays() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid first = supervisors.get(0).startOrGet(Worker.spec("x")).pid();
            Supervisors.awaitRunning(supervisors, 1);
            int home = herd.indexOf(first.node());
            herd.cut(List.of(0), List.of(1));
            Supervisors.awaitRunningWithout(supervisors.get(1 - home), "x", first.node());
            herd.node(home).cast(first, new Worker.Fail());
            Eventually.holds(() ->
                    assertThat(supervisors.get(home).lookup("x")).isPresent().isNotEqualTo(Optional.of(first)));
            Pid second = supervisors.get(home).lookup("x").orElseThrow();

            herd.heal();

            Eventually.holds(() -> assertThat(herd.copies("x")).containsExactly(second));
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> one.lookup("x").filter(second::equals).isPresent()));
        }
    }

    @Test
    void aStartThatFailsOnOneSideDoesNotEndTheChildOnTheOther() {
        try (Herd herd = new Herd(2, Worker.class, Broken.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            supervisors.get(0).startOrGet(Worker.spec("first"));
            herd.cut(List.of(0), List.of(1));
            Supervisors.awaitAlone(herd, supervisors);
            Pid healthy = supervisors.get(0).startOrGet(Worker.spec("x")).pid();
            assertThatThrownBy(() -> supervisors.get(1).startOrGet(Broken.spec("x")))
                    .isInstanceOf(ExitException.class);

            herd.heal();

            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> one.lookup("x").filter(healthy::equals).isPresent()));
            assertThat(herd.isAlive(healthy)).isTrue();
        }
    }

    /// Waits until the nodes of one side find all children, on their side.
    private static void awaitAllOn(Herd herd, List<DistributedSupervisor> supervisors, List<Integer> side) {
        List<NodeName> nodes = herd.names(side);
        for (int i : side) {
            Eventually.holds(() -> assertThat(Supervisors.pids(supervisors.get(i), CHILDREN))
                    .hasSize(CHILDREN)
                    .allMatch(pid -> nodes.contains(pid.node())));
        }
    }

    private static long foundOn(DistributedSupervisor supervisor, NodeName node) {
        return Supervisors.pids(supervisor, CHILDREN).stream()
                .filter(pid -> pid.node().equals(node))
                .count();
    }

    /// Each process but the winners was told once that it had lost. To whom: to the copy that it heard of first.
    private static void assertEachLoserEndedOnce(Herd herd, List<Pid> winners) {
        List<Pid> losers = herd.census.births().stream()
                .map(Census.Birth::pid)
                .filter(pid -> !winners.contains(pid))
                .toList();
        Eventually.holds(() ->
                assertThat(herd.census.ends()).extracting(Census.End::pid).containsExactlyInAnyOrderElementsOf(losers));
        assertThat(herd.census.ends())
                .allMatch(end -> end.reason() instanceof ExitReason.NameConflict(Payload key, Pid _)
                        && key.value().equals(end.id()));
    }
}
