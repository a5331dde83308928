package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import dev.pando.core.Start;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TakeOverTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void theChildrenOfACrashedNodeRunElsewhereOnceEach() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 1000);
            Supervisors.awaitRunning(supervisors, 1000);

            herd.crash(2);

            Supervisors.awaitOneEach(herd, supervisors, 1000);
            assertThat(herd.census.births())
                    .as("only the lost ones were started again")
                    .hasSizeLessThan(1400);
        }
    }

    @Test
    void aNodeThatClosesTakesNothingOverThatItCouldNotStart() {
        try (Herd herd = new Herd(3, Worker.class);
                Logged logged = new Logged()) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 100);
            Supervisors.awaitRunning(supervisors, 100);
            CountDownLatch mayEnd = new CountDownLatch(1);
            ProcessBody lasting = () -> {
                Self.trapExits(true);
                Self.receive(Exit.class);
                mayEnd.await();
            };
            // The last root that was started is the first to be stopped.
            herd.node(1).start(lasting);
            Callers<Boolean> closer = new Callers<>();
            closer.add(() -> {
                herd.close(1);
                return true;
            });
            closer.go();
            Eventually.holds(() -> assertThat(herd.node(1).isClosed()).isTrue());

            herd.crash(2);
            Eventually.holds(() -> assertThat(supervisors.get(1).children())
                    .noneMatch(child -> child.owner().equals(herd.name(2)) && child.state() == ChildState.RUNNING));
            mayEnd.countDown();

            assertThat(closer.results()).containsExactly(true);
            Supervisors.awaitOneEach(herd, supervisors, 100);
            assertThat(logged.with("cannot start child")).isEmpty();
        }
    }

    @Test
    void childrenOutliveTwoCrashesInARow() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 300);
            Supervisors.awaitRunning(supervisors, 300);

            herd.crash(1);
            herd.crash(3);

            Supervisors.awaitOneEach(herd, supervisors, 300);
        }
    }

    @Test
    void callsThatACrashFallsIntoEndAndAskingAgainSucceeds() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 50);
            Callers<Boolean> callers = new Callers<>();
            for (int i = 0; i < 500; i++) {
                String id = "c" + i;
                DistributedSupervisor supervisor = supervisors.get(i % 3);
                callers.add(() -> {
                    try {
                        return supervisor.startOrGet(Worker.spec(id)).pid() != null;
                    } catch (ExitException e) {
                        assertThat(e.reason()).isInstanceOfAny(ExitReason.Timeout.class, ExitReason.NoConnection.class);
                        return false;
                    }
                });
            }
            callers.go();
            Eventually.holds(() -> assertThat(herd.census.births()).hasSizeGreaterThan(150));

            herd.crash(3);

            callers.results();
            Supervisors.start(supervisors.subList(0, 3), 500);
            Supervisors.awaitOneEach(herd, supervisors, 500);
        }
    }

    @Test
    void aRecordThatOnlyOneSurvivorKnowsIsTakenOverByWhomPlacementNames() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 4);
            List<String> ids = Supervisors.placedOn(herd, 1, 12);

            for (String id : ids) {
                assertThat(supervisors.get(0).startOrGet(Worker.spec(id)).pid().node())
                        .isEqualTo(herd.name(1));
            }
            herd.crash(1);

            List<NodeName> left = herd.names(herd.alive());
            for (String id : ids) {
                Eventually.holds(() -> assertThat(herd.copies(id))
                        .extracting(Pid::node)
                        .containsExactly(Placement.consistentHash()
                                .place(id, Supervisors.candidates(left))
                                .orElseThrow()));
            }
        }
    }

    @Test
    void aTokenGrowsWithEachTakeOver() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            supervisors.getFirst().startOrGet(Worker.spec("x"));
            for (int takeOvers = 0; takeOvers < 3; takeOvers++) {
                int expected = takeOvers;
                DistributedSupervisor survivor = supervisors.get(herd.alive().getLast());
                Eventually.holds(() -> {
                    assertThat(herd.copies("x")).hasSize(1);
                    assertThat(survivor.lookup("x")).contains(herd.copies("x").getFirst());
                });
                assertThat(survivor.children()).extracting(Child::takeOvers).containsExactly(expected);
                herd.crash(herd.indexOf(herd.copies("x").getFirst().node()));
            }
            Eventually.holds(() -> assertThat(herd.census.births("x")).hasSize(4));

            List<Token> tokens =
                    herd.census.births("x").stream().map(Census.Birth::token).toList();
            assertThat(tokens).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aNodeThatIsClosedHandsItsChildrenOver() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Supervisors.start(supervisors, 150);

            herd.close(0);

            Supervisors.awaitOneEach(herd, supervisors, 150);
            assertThat(herd.census.ends())
                    .as("its children were stopped in order first")
                    .allMatch(end -> end.pid().node().equals(herd.name(0))
                            && end.reason().equals(ExitReason.shutdown()))
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void childrenStayLostWhileTheirTakeOverIsNotAllowed() {
        AtomicBoolean allowed = new AtomicBoolean();
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, (_, _, _) -> allowed.get());
            Supervisors.start(supervisors, 60);
            Supervisors.awaitRunning(supervisors, 60);

            herd.crash(1);

            List<String> lost = Supervisors.placedOn(herd, 1, 60);
            Eventually.holds(() -> assertThat(supervisors.get(0).children())
                    .filteredOn(child -> child.state() == ChildState.LOST_OWNER)
                    .isNotEmpty()
                    .allMatch(child -> child.owner().equals(herd.name(1)))
                    .allMatch(child -> child.pid().isEmpty()));
            assertThat(herd.census.births()).hasSize(60);
            assertThat(lost).isNotEmpty();

            allowed.set(true);

            Supervisors.awaitOneEach(herd, supervisors, 60);
        }
    }

    @Test
    void theChildrenOfAKilledServerEndAndRunAgain() {
        try (Herd herd = Herd.waiting(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.inTrees(herd);
            List<Pid> before = Supervisors.start(supervisors, 150);
            Supervisors.awaitRunning(supervisors, 150);

            for (int round = 0; round < 3; round++) {
                kill(herd, 1, Supervisors.SERVER);
                Supervisors.awaitOneEach(herd, supervisors, 150);
            }

            assertThat(before)
                    .filteredOn(pid -> pid.node().equals(herd.name(1)))
                    .isNotEmpty()
                    .noneMatch(herd::isAlive);
            assertThat(before)
                    .filteredOn(pid -> !pid.node().equals(herd.name(1)))
                    .allMatch(herd::isAlive);
        }
    }

    @Test
    void aServerThatIsAloneStartsFromNothingAfterItsRestart() {
        try (Herd herd = Herd.waiting(1, Worker.class)) {
            DistributedSupervisor supervisor = Supervisors.inTrees(herd).getFirst();
            Pid first = supervisor.startOrGet(Worker.spec("x")).pid();

            kill(herd, 0, Supervisors.SERVER);

            Eventually.holds(() -> assertThat(herd.isAlive(first)).isFalse());
            assertThat(supervisor.startOrGet(Worker.spec("x"), LIMIT)).isInstanceOf(Start.Started.class);
        }
    }

    @Test
    void aNodeWhoseEngineIsKilledComesBackAndNothingIsLost() {
        try (Herd herd = Herd.waiting(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.inTrees(herd);
            Supervisors.start(supervisors, 150);
            Supervisors.awaitRunning(supervisors, 150);

            kill(herd, 1, Supervisors.CLUSTER);

            herd.awaitAll();
            Supervisors.awaitOneEach(herd, supervisors, 150);
        }
    }

    /// Returns when its tree has started it again.
    private static void kill(Herd herd, int i, Name name) {
        Pid killed = herd.node(i).whereis(name).orElseThrow();
        herd.node(i).exit(killed, ExitReason.killed());
        Eventually.holds(
                () -> assertThat(herd.node(i).whereis(name)).isPresent().isNotEqualTo(Optional.of(killed)));
    }
}
