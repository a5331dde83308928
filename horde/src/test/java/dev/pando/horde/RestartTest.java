package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Restart;
import dev.pando.core.Start;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartTest {

    @Test
    void aPermanentChildIsStartedAgainOnItsNodeHoweverItEnds() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid first = supervisors.getFirst().startOrGet(Worker.spec("x")).pid();

            herd.node(0).cast(first, new Worker.Finish());
            herd.node(0).cast(awaitBirth(herd, supervisors, 2), new Worker.Fail());
            herd.node(0).exit(awaitBirth(herd, supervisors, 3), ExitReason.killed());
            awaitBirth(herd, supervisors, 4);

            assertThat(herd.census.births("x"))
                    .allMatch(birth -> birth.pid().node().equals(first.node()));
        }
    }

    /// Waits until `x` has been born so many times, and all nodes find it.
    private static Pid awaitBirth(Herd herd, List<DistributedSupervisor> supervisors, int count) {
        Eventually.holds(() -> {
            assertThat(herd.census.births("x")).hasSize(count);
            Pid last = herd.census.births("x").getLast().pid();
            assertThat(supervisors)
                    .allMatch(one -> one.lookup("x").filter(last::equals).isPresent());
        });
        return herd.census.births("x").getLast().pid();
    }

    @Test
    void aRestartKeepsTheToken() {
        try (Herd herd = new Herd(1, Worker.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            herd.node(0).cast(supervisor.startOrGet(Worker.spec("x")).pid(), new Worker.Fail());

            Eventually.holds(() -> assertThat(herd.census.births("x")).hasSize(2));

            List<Token> tokens =
                    herd.census.births("x").stream().map(Census.Birth::token).toList();
            assertThat(tokens.get(1)).isEqualTo(tokens.get(0));
        }
    }

    @Test
    void aTransientChildIsStartedAgainOnlyAfterAFailure() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            ChildSpec spec = Worker.spec("x").restart(Restart.TRANSIENT);
            herd.node(0).cast(supervisors.getFirst().startOrGet(spec).pid(), new Worker.Fail());

            herd.node(0).cast(awaitBirth(herd, supervisors, 2), new Worker.Finish());

            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
            assertThat(herd.census.births("x")).hasSize(2);
        }
    }

    @Test
    void aTemporaryChildIsNeverStartedAgain() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            ChildSpec spec = Worker.spec("x").restart(Restart.TEMPORARY);

            herd.node(0).cast(supervisors.getFirst().startOrGet(spec).pid(), new Worker.Fail());

            Eventually.holds(() -> {
                assertThat(herd.census.ends("x")).hasSize(1);
                assertThat(supervisors).allMatch(one -> one.children().isEmpty());
            });
            assertThat(herd.census.births("x")).hasSize(1);
            assertThat(supervisors.get(1).startOrGet(spec)).isInstanceOf(Start.Started.class);
        }
    }

    @Test
    void aChildThatFailsTooOftenIsLeftAloneAndDoesNotTravel() {
        try (Herd herd = new Herd(3, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> healthy = Supervisors.start(supervisors, 30);
            Supervisors.awaitRunning(supervisors, 30);

            Pid first = supervisors.getFirst().startOrGet(Poison.spec("poison")).pid();

            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "poison").equals(List.of(ChildState.CRASHED))));
            assertThat(herd.census.births("poison"))
                    .hasSize(4)
                    .allMatch(birth -> birth.pid().node().equals(first.node()));
            assertThatThrownBy(() -> supervisors.getFirst().startOrGet(Poison.spec("poison")))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason()).isEqualTo(ExitReason.Other.of("crashed too often")));
            assertThat(Supervisors.pids(supervisors.getFirst(), 30)).isEqualTo(healthy);
            assertThat(healthy).allMatch(herd::isAlive);
        }
    }

    @Test
    void aChildThatWasLeftAloneStaysSoWhenItsNodeIsLost() {
        try (Herd herd = new Herd(3, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid first = supervisors.getFirst().startOrGet(Poison.spec("poison")).pid();
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "poison").equals(List.of(ChildState.CRASHED))));

            herd.crash(herd.indexOf(first.node()));

            List<DistributedSupervisor> survivors =
                    herd.alive().stream().map(supervisors::get).toList();
            Eventually.holds(() -> assertThat(survivors)
                    .allSatisfy(one -> assertThat(one.children())
                            .singleElement()
                            .satisfies(child -> {
                                assertThat(child.state()).isEqualTo(ChildState.CRASHED);
                                assertThat(child.owner()).isNotEqualTo(first.node());
                            })));
            for (DistributedSupervisor survivor : survivors) {
                assertThatThrownBy(() -> survivor.startOrGet(Poison.spec("poison")))
                        .hasMessageContaining("crashed too often");
            }
            assertThat(herd.census.births("poison"))
                    .as("on the node that is lost")
                    .hasSize(4);
            assertThat(survivors.getFirst().terminate("poison", Supervisors.LIMIT))
                    .isTrue();
        }
    }

    @Test
    void aChildThatWasLeftAloneCanBeTerminatedAndStartedAnew() {
        try (Herd herd = new Herd(2, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            supervisors.getFirst().startOrGet(Poison.spec("x"));
            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "x").equals(List.of(ChildState.CRASHED))));

            assertThat(supervisors.get(1).terminate("x", Supervisors.LIMIT)).isTrue();

            assertThat(supervisors.get(1).startOrGet(Worker.spec("x"))).isInstanceOf(Start.Started.class);
        }
    }

    @Test
    void aChildThatHasFailedWaitsAsLongAsItIsToldAndCanBeTerminatedMeanwhile() {
        try (Herd herd = new Herd(2, Worker.class)) {
            Duration wait = Duration.ofMinutes(10);
            List<DistributedSupervisor> supervisors = Supervisors.on(
                    herd, SupervisorOptions.of(Placement.consistentHash()).backOff(wait, wait));
            herd.node(0)
                    .cast(supervisors.getFirst().startOrGet(Worker.spec("x")).pid(), new Worker.Fail());

            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "x").equals(List.of(ChildState.PENDING))));
            assertThat(supervisors.getLast().lookup("x")).isEmpty();

            assertThat(supervisors.getLast().terminate("x", Supervisors.LIMIT)).isTrue();
            assertThat(herd.census.births("x")).hasSize(1);
        }
    }

    @Test
    void aChildThatFailsAgainAndAgainIsLeftAloneAfterItsWaits() {
        try (Herd herd = new Herd(2, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(
                    herd,
                    SupervisorOptions.of(Placement.consistentHash())
                            .backOff(Duration.ofMillis(10), Duration.ofMillis(80)));
            long begun = System.nanoTime();

            supervisors.getFirst().startOrGet(Poison.spec("poison"));

            Eventually.holds(() -> assertThat(supervisors)
                    .allMatch(one -> Supervisors.state(one, "poison").equals(List.of(ChildState.CRASHED))));
            assertThat(herd.census.births("poison")).hasSize(4);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("10, 20 and 40 ms")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(70));
        }
    }

    @Test
    void whoeverHasWaitedLongestGoesOnWaitingThatLong() {
        try (Herd herd = new Herd(1, Worker.class, Poison.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(
                    herd,
                    SupervisorOptions.of(Placement.consistentHash())
                            .intensity(10, Duration.ofMinutes(1))
                            .backOff(Duration.ofMillis(1), Duration.ofMillis(40)));
            long begun = System.nanoTime();

            supervisors.getFirst().startOrGet(Poison.spec("poison"));

            Eventually.holds(() -> assertThat(Supervisors.state(supervisors.getFirst(), "poison"))
                    .containsExactly(ChildState.CRASHED));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("1, 2, 4, 8, 16 and 32 ms, and four times 40")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(223));
        }
    }

    @Test
    void aReasonThatCannotTravelReachesTheCallerAsText() {
        try (Herd herd = new Herd(3, Worker.class, Unspeakable.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> healthy = Supervisors.start(supervisors, 12);
            for (int i = 0; i < 6; i++) {
                ChildSpec spec = ChildSpec.of("u" + i, new Unspeakable("u" + i));

                assertThatThrownBy(() -> supervisors.getFirst().startOrGet(spec))
                        .isInstanceOfSatisfying(
                                ExitException.class,
                                e -> assertThat(e.reason().toString()).contains("Secret"));
            }
            assertThat(healthy).allMatch(herd::isAlive);
        }
    }
}
