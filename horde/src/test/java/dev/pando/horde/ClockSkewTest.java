package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One node's clock is an hour ahead of the others'.
class ClockSkewTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int AHEAD = 1;
    private static final List<Duration> SKEWS = List.of(Duration.ZERO, Duration.ofHours(1), Duration.ZERO);

    @Test
    void anIdThatTheNodeAheadTerminatedCanBeStartedByTheOthers() {
        try (Herd herd = Herd.skewed(SKEWS, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, AHEAD, 1).getFirst();
            supervisors.get(0).startOrGet(Worker.spec(id));
            Supervisors.awaitRunning(supervisors, 1);
            assertThat(supervisors.get(0).terminate(id, LIMIT)).isTrue();
            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
            herd.crash(AHEAD);

            Pid pid = supervisors.get(0).startOrGet(Worker.spec(id)).pid();

            Eventually.holds(() -> assertThat(List.of(supervisors.get(0), supervisors.get(2)))
                    .allMatch(one -> one.lookup(id).filter(pid::equals).isPresent()));
        }
    }

    @Test
    void aTokenGrowsWhenAChildOfTheNodeAheadIsTakenOver() {
        try (Herd herd = Herd.skewed(SKEWS, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, AHEAD, 1).getFirst();
            supervisors.get(0).startOrGet(Worker.spec(id));
            Supervisors.awaitRunning(supervisors, 1);

            herd.crash(AHEAD);

            Eventually.holds(() -> assertThat(herd.census.births(id)).hasSize(2));
            List<Token> tokens =
                    herd.census.births(id).stream().map(Census.Birth::token).toList();
            assertThat(tokens).isSorted();
        }
    }

    @Test
    void aNameThatTheNodeAheadGaveUpCanBeTakenByTheOthers() {
        try (Herd herd = Herd.skewed(SKEWS)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder first = new Holder(herd.node(AHEAD));
            registries.get(AHEAD).register("x", first.pid, 1);
            Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == 1));
            first.stop();
            Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == 0));

            Pid second = new Holder(herd.node(0)).pid;
            registries.get(0).register("x", second, 2);

            Eventually.holds(() -> assertThat(registries)
                    .allMatch(one -> one.lookup("x").filter(second::equals).isPresent()));
        }
    }
}
