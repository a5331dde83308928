package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random faults, drawn from a seed; how the threads fall into step is left to chance.
class ChaosTest {

    private static final int CHILDREN = 60;
    private static final int FAULTS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHappensEachChildEndsUpOnceAndEveryCallEnds(long seed) {
        Random random = new Random(seed);
        try (Herd herd = Herd.waiting(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.inTrees(herd);
            Supervisors.start(supervisors, CHILDREN);
            AtomicBoolean over = new AtomicBoolean();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 4; i++) {
                DistributedSupervisor supervisor = supervisors.get(i);
                long callersSeed = random.nextLong();
                callers.add(() -> ask(supervisor, new Random(callersSeed), over));
            }
            callers.go();

            for (int i = 0; i < FAULTS; i++) {
                fault(herd, supervisors, random);
                Eventually.pause(Duration.ofMillis(random.nextInt(25)));
            }
            over.set(true);
            herd.heal();
            assertThat(callers.results()).allMatch(asked -> asked > 0);

            herd.awaitAll();
            Supervisors.start(supervisors, CHILDREN);
            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
        }
    }

    private static void fault(Herd herd, List<DistributedSupervisor> supervisors, Random random) {
        List<Integer> side = new ArrayList<>(herd.alive());
        side.removeIf(_ -> random.nextBoolean());
        List<Integer> other = new ArrayList<>(herd.alive());
        other.removeAll(side);
        switch (random.nextInt(9)) {
            case 0, 1 -> herd.cut(side, other);
            case 2 -> herd.cut(List.of(random.nextInt(4)), List.of(random.nextInt(4)));
            case 3, 4 -> herd.heal();
            case 5 -> kill(herd.node(random.nextInt(4)), Supervisors.SERVER);
            case 6 -> kill(herd.node(random.nextInt(4)), Supervisors.CLUSTER);
            default -> {
                Node node = herd.node(random.nextInt(4));
                supervisors
                        .get(herd.indexOf(node.name()))
                        .lookup("c" + random.nextInt(CHILDREN))
                        .ifPresent(pid -> node.exit(pid, ExitReason.killed()));
            }
        }
    }

    private static void kill(Node node, Name name) {
        node.whereis(name).ifPresent(pid -> node.exit(pid, ExitReason.killed()));
    }

    private static int ask(DistributedSupervisor supervisor, Random random, AtomicBoolean over) {
        int asked = 0;
        while (!over.get()) {
            try {
                supervisor.startOrGet(Worker.spec("c" + random.nextInt(CHILDREN)), Duration.ofSeconds(2));
            } catch (ExitException e) {
                assertThat(e.reason())
                        .isInstanceOfAny(
                                ExitReason.Timeout.class,
                                ExitReason.NoConnection.class,
                                ExitReason.NoProcess.class,
                                ExitReason.Killed.class);
            }
            asked++;
            Eventually.pause(Duration.ofMillis(1));
        }
        return asked;
    }
}
