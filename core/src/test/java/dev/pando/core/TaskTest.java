package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskTest {

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void tasksRunSideBySide() {
        CountDownLatch both = new CountDownLatch(2);

        List<Integer> results = Steps.get(node, () -> {
            Task<Integer> one = Task.async(() -> meet(both, 1));
            Task<Integer> other = Task.async(() -> meet(both, 2));
            return List.of(other.await(), one.await());
        });

        assertThat(results).containsExactly(2, 1);
    }

    private static int meet(CountDownLatch both, int value) {
        both.countDown();
        Steps.await(both);
        return value;
    }

    @Test
    void awaitingLeavesNothingInTheMailbox() {
        Steps.run(node, () -> {
            Task.async(() -> "done").await();

            assertThat(Self.receive(Object.class, Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void theReasonOfAFailedTaskIsThrown() {
        ExitReason reason = ExitReason.Other.of("failed");

        Steps.run(node, () -> {
            Self.trapExits(true);
            Task<String> task = Task.async(() -> {
                throw Self.exit(reason);
            });

            assertThatThrownBy(task::await)
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        });
    }

    @Test
    void aFailedTaskEndsAnOwnerThatDoesNotTrap() {
        ExitReason reason = ExitReason.Other.of("failed");
        Pid owner = node.spawn(() -> {
            Task.async(() -> {
                throw Self.exit(reason);
            });
            Self.receive(Cast.class);
        });

        assertThat(Steps.end(node, owner)).isIn(reason, new ExitReason.NoProcess(owner.toString()));
    }

    @Test
    void aTaskThatTakesTooLongIsKilled() {
        CountDownLatch never = new CountDownLatch(1);

        Steps.run(node, () -> {
            Task<Boolean> task = Task.async(() -> {
                never.await();
                return true;
            });
            Ref monitor = Self.monitor(task.pid());

            assertThatThrownBy(() -> task.await(Duration.ofMillis(20)))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.Timeout.class));
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
        });
    }

    @Test
    void onlyTheOwnerCanWait() {
        Steps.run(node, () -> {
            Task<String> task = Task.async(() -> "mine");
            Task<Boolean> thief = Task.async(() -> {
                assertThatThrownBy(task::await).isInstanceOf(IllegalStateException.class);
                return true;
            });

            assertThat(thief.await()).isTrue();
            assertThat(task.await()).isEqualTo("mine");
        });
    }

    @Test
    void aSupervisedTaskThatFailsLeavesItsOwnerAlone() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        ExitReason reason = ExitReason.Other.of("failed");

        Steps.run(node, () -> {
            Task<String> good = Task.supervised(supervisor, () -> "done");
            Task<String> bad = Task.supervised(supervisor, () -> {
                throw Self.exit(reason);
            });

            assertThat(good.await()).isEqualTo("done");
            assertThatThrownBy(bad::await)
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason())
                                    .isIn(
                                            reason,
                                            new ExitReason.NoProcess(bad.pid().toString())));
        });
        assertThat(node.isAlive(supervisor)).isTrue();
    }
}
