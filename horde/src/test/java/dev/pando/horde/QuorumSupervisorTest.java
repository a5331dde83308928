package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Supervisors with a quorum. The margin is so long that no child is taken over for its sake; what happens when it is
/// over is tested in simulated time.
class QuorumSupervisorTest {

    private static final int CHILDREN = 30;
    private static final Duration SHORT = Duration.ofMillis(50);

    private static Placement voters(int count) {
        NodeName[] voters =
                IntStream.range(0, count).mapToObj(i -> NodeName.of("n" + i)).toArray(NodeName[]::new);
        return Placement.consistentHash().withQuorum(Quorum.of(voters).margin(Duration.ofHours(1)));
    }

    private static List<DistributedSupervisor> on(Herd herd) {
        List<DistributedSupervisor> supervisors = Supervisors.on(herd, voters(3), (_, _, _) -> true);
        supervisors.forEach(supervisor -> supervisor.waitForQuorum(Supervisors.LIMIT));
        return supervisors;
    }

    private static void awaitSuspended(Herd herd, List<DistributedSupervisor> supervisors, int i) {
        Eventually.holds(() -> {
            assertThat(supervisors
                            .get(i)
                            .statusOf(herd.name(i), Supervisors.LIMIT)
                            .hasQuorum())
                    .isFalse();
            assertThat(herd.copies().values())
                    .allMatch(pids -> pids.stream().noneMatch(pid -> pid.node().equals(herd.name(i))));
        });
    }

    private static List<String> idsOn(DistributedSupervisor supervisor, NodeName node) {
        return supervisor.children().stream()
                .filter(child -> child.owner().equals(node))
                .map(Child::id)
                .sorted()
                .toList();
    }

    @Test
    void whoSeesTooFewVotersWaitsAndStartsNothing() {
        try (Herd herd = new Herd(1, Worker.class)) {
            List<DistributedSupervisor> supervisors =
                    new ArrayList<>(Supervisors.on(herd, voters(3), (_, _, _) -> true));
            DistributedSupervisor first = supervisors.getFirst();
            assertThatThrownBy(() -> first.waitForQuorum(SHORT))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isEqualTo(new ExitReason.Timeout(SHORT)));
            assertThatThrownBy(() -> first.startOrGet(Worker.spec("x")))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoQuorum(herd.name(0))));
            assertThatThrownBy(() -> first.terminate("x", Supervisors.LIMIT))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoQuorum(herd.name(0))));
            assertThat(herd.census.births()).isEmpty();

            int second = herd.join(herd.resources(), Worker.class);
            supervisors.add(Supervisors.on(herd.clusters.get(second), voters(3)));

            supervisors.forEach(supervisor -> supervisor.waitForQuorum(Supervisors.LIMIT));
            supervisors.forEach(supervisor ->
                    assertThat(supervisor.startOrGet(Worker.spec("x")).pid()).isNotNull());
            assertThat(herd.census.births()).hasSize(1);
        }
    }

    @Test
    void withoutAQuorumNobodyWaits() {
        try (Herd herd = new Herd(1, Worker.class)) {
            DistributedSupervisor alone = Supervisors.on(herd).getFirst();

            alone.waitForQuorum(Supervisors.LIMIT);

            assertThat(alone.statusOf(herd.name(0), Supervisors.LIMIT).hasQuorum())
                    .isTrue();
        }
    }

    @Test
    void whoIsCutOffStopsItsChildrenAndStartsThemAgainWhenItIsBack() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);
            List<String> own = idsOn(supervisors.get(2), herd.name(2));

            herd.cut(List.of(2), List.of(0, 1));

            awaitSuspended(herd, supervisors, 2);
            assertThat(supervisors.get(2).children())
                    .extracting(Child::state)
                    .containsOnly(ChildState.SUSPENDED, ChildState.LOST_OWNER);
            assertThat(Supervisors.pids(supervisors.get(2), CHILDREN)).isEmpty();
            assertThatThrownBy(() -> supervisors.get(2).startOrGet(Worker.spec("new")))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoQuorum(herd.name(2))));
            assertThat(supervisors
                            .get(0)
                            .startOrGet(Worker.spec("c" + CHILDREN))
                            .pid())
                    .isNotNull();
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN + 1);
            assertThat(idsOn(supervisors.get(0), herd.name(2))).isEqualTo(own);
            assertThat(supervisors.get(0).children())
                    .as("nobody has taken them over")
                    .allMatch(child -> child.takeOvers() == 0);
            assertThat(herd.census.ends())
                    .extracting(Census.End::reason)
                    .containsOnly(ExitReason.shutdown())
                    .hasSize(own.size());
        }
    }

    @Test
    void threeNodesThatAreAllAloneStopAllAndGoOnTogether() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);
            List<String> first = idsOn(supervisors.get(0), herd.name(0));

            herd.cut(List.of(0), List.of(1, 2));
            herd.cut(List.of(1), List.of(2));
            for (int i : herd.alive()) {
                awaitSuspended(herd, supervisors, i);
            }
            assertThat(herd.copies()).isEmpty();
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(idsOn(supervisors.get(1), herd.name(0))).isEqualTo(first);
        }
    }

    /// Not one restart of these counts as a failure, of which a child may have three in five seconds.
    @Test
    void manyCutsEndNoChild() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            for (int i = 0; i < 12; i++) {
                herd.cut(List.of(i % 3), herd.others(i % 3));
                if (i % 3 == 0) {
                    awaitSuspended(herd, supervisors, i % 3);
                }
                herd.heal();
            }

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
        }
    }

    @Test
    void aChildThatWasTerminatedMeanwhileDoesNotComeBack() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            String id = Supervisors.placedOn(herd, 2, 1).getFirst();
            supervisors.get(0).startOrGet(Worker.spec(id));
            Supervisors.awaitRunning(supervisors, 1);
            herd.cut(List.of(2), List.of(0, 1));
            awaitSuspended(herd, supervisors, 2);
            Eventually.holds(
                    () -> assertThat(Supervisors.state(supervisors.get(0), id)).containsExactly(ChildState.LOST_OWNER));

            assertThat(supervisors.get(0).terminate(id, Supervisors.LIMIT)).isTrue();
            assertThatThrownBy(() -> supervisors.get(2).terminate(id, Supervisors.LIMIT))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoQuorum(herd.name(2))));
            herd.heal();

            supervisors.get(2).waitForQuorum(Supervisors.LIMIT);
            assertThat(herd.census.births(id)).hasSize(1);
            assertThat(supervisors).allMatch(supervisor -> supervisor.children().isEmpty());
        }
    }

    @Test
    void aChildThatWasLeftAloneIsNotStartedAgainAfterACut() {
        try (Herd herd = new Herd(3, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            Pid first = supervisors.getFirst().startOrGet(Poison.spec("poison")).pid();
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "poison").equals(List.of(ChildState.CRASHED))));
            int owner = herd.indexOf(first.node());

            herd.cut(List.of(owner), herd.others(owner));
            awaitSuspended(herd, supervisors, owner);
            herd.heal();

            supervisors.get(owner).waitForQuorum(Supervisors.LIMIT);
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "poison").equals(List.of(ChildState.CRASHED))));
            assertThat(herd.census.births("poison")).hasSize(4);
        }
    }

    @Test
    void theChildrenOfANodeThatLeavesInOrderAreTakenOverAtOnce() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);

            herd.close(2);

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
        }
    }

    @Test
    void theChildrenOfACrashedNodeWaitUntilItIsStartedAnew() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = new ArrayList<>(on(herd));
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);
            List<String> own = idsOn(supervisors.get(0), herd.name(2));

            herd.crash(2);
            Eventually.holds(() -> assertThat(supervisors.get(0).children())
                    .filteredOn(child -> child.state() == ChildState.LOST_OWNER)
                    .hasSameSizeAs(own));
            assertThat(herd.census.births()).hasSize(CHILDREN);
            int back = herd.rejoin(2, Worker.class);
            supervisors.add(Supervisors.on(herd.clusters.get(back), voters(3)));

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            assertThat(herd.census.births()).hasSize(CHILDREN + own.size());
        }
    }

    @Test
    void aSupervisorThatIsKilledAndStartedAgainGetsItsChildrenBack() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = on(herd);
            List<Pid> before = Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitRunning(supervisors, CHILDREN);
            List<Pid> third = before.stream()
                    .filter(pid -> pid.node().equals(herd.name(2)))
                    .toList();

            Pid server = herd.node(2).whereis(Supervisors.SERVER).orElseThrow();
            herd.node(2).exit(server, ExitReason.killed());

            Eventually.holds(() -> assertThat(third).noneMatch(herd::isAlive));
            Eventually.holds(() -> {
                assertThat(Supervisors.pids(supervisors.get(0), CHILDREN)).hasSize(CHILDREN);
                assertThat(herd.copies())
                        .hasSize(CHILDREN)
                        .allSatisfy((_, pids) -> assertThat(pids).hasSize(1));
            });
        }
    }
}
