package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the user hands in is asked, and harms no child when it fails.
class HookTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void aPlacementThatFailsChoosesNobody() {
        Placement moody = (id, candidates) -> {
            if (id.startsWith("bad")) {
                throw new IllegalStateException("no idea");
            }
            return Placement.consistentHash().place(id, candidates);
        };
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, moody, (_, _, _) -> true);
            List<Pid> healthy = Supervisors.start(supervisors, 12);

            assertThatThrownBy(() -> supervisors.getFirst().startOrGet(Worker.spec("bad"), SHORT))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isEqualTo(new ExitReason.Timeout(SHORT)));

            assertThat(supervisors.getFirst().startOrGet(Worker.spec("good"))).isNotNull();
            assertThat(healthy).allMatch(herd::isAlive);
        }
    }

    @Test
    void aPlacementMayChooseNobodyForNow() {
        Placement none = (_, _) -> Optional.empty();
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, none, (_, _, _) -> true);

            assertThatThrownBy(() -> supervisors.getFirst().startOrGet(Worker.spec("x"), SHORT))
                    .isInstanceOf(ExitException.class);

            assertThat(herd.census.births()).isEmpty();
        }
    }

    @Test
    void aPlacementIsAskedWithTheNamesOfTheNodesInOrder() {
        Placement last = (_, candidates) -> {
            assertThat(candidates).extracting(Candidate::node).isSorted();
            return Optional.of(candidates.getLast().node());
        };
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, last, (_, _, _) -> true);

            List<NodeName> chosen =
                    Supervisors.start(supervisors, 12).stream().map(Pid::node).toList();

            assertThat(chosen).containsOnly(herd.name(2));
        }
    }

    @Test
    void aHookThatFailsAllowsNoTakeOver() {
        TakeOvers failing = (_, _, _) -> {
            throw new IllegalStateException("no idea");
        };
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, Placement.consistentHash(), failing);
            List<Pid> before = Supervisors.start(supervisors, 20);
            Supervisors.awaitRunning(supervisors, 20);

            herd.crash(1);

            Eventually.holds(() -> assertThat(supervisors.getFirst().children())
                    .filteredOn(child -> child.state() == ChildState.LOST_OWNER)
                    .isNotEmpty());
            assertThat(supervisors
                            .getFirst()
                            .startOrGet(
                                    Worker.spec(Supervisors.placedOn(herd, 0, 1).getFirst())))
                    .isNotNull();
            assertThat(before)
                    .filteredOn(pid -> pid.node().equals(herd.name(0)))
                    .isNotEmpty()
                    .allMatch(herd::isAlive);
        }
    }
}
