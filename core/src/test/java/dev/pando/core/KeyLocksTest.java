package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeyLocksTest {

    private final Node node = Node.start("alpha");
    private final LocalRegistry registry = LocalRegistry.of(node, "reefs");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void oneProcessAtATimeRunsUnderAKey() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            node.spawn(() -> {
                for (int round = 0; round < 50; round++) {
                    registry.lock("key", () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        runs.incrementAndGet();
                        Self.sleep(Duration.ZERO);
                        return inside.decrementAndGet();
                    });
                }
                done.countDown();
            });
        }
        Steps.await(done);

        assertThat(runs).hasValue(20 * 50);
        assertThat(most).hasValue(1);
    }

    @Test
    void theBodyRunsInTheCallerAndItsValueIsReturned() throws Exception {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Pid inside = registry.lock("key", Self::pid);
            assertThat(inside).isEqualTo(self);
        });
    }

    @Test
    void differentKeysDoNotWaitForEachOther() {
        Steps.run(node, () -> {
            Pid holder = locker("other");

            assertThat(registry.<String>lock("key", () -> "mine", Duration.ZERO))
                    .isEqualTo("mine");
            assertThat(DuplicateRegistry.of(node, "reefs").<String>lock("other", () -> "mine", Duration.ZERO))
                    .isEqualTo("mine");
            assertThat(node.isAlive(holder)).isTrue();
        });
    }

    @Test
    void aKeyOfALockIsNoKeyOfAnEntry() {
        Steps.run(
                node,
                () -> registry.lock("key", () -> {
                    assertThat(registry.lookup("key")).isEmpty();
                    assertThat(registry.keys(Self.pid())).isEmpty();
                    return assertThat(Self.register(registry, "key", "")).isInstanceOf(Registration.Registered.class);
                }));
    }

    @Test
    void thoseThatWaitComeInTheOrderInWhichTheyAsked() {
        LinkedBlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
        Steps.run(node, () -> {
            Pid holder = locker("key");
            for (int i = 0; i < 8; i++) {
                int number = i;
                Pid waiting = Self.spawn(() -> registry.lock("key", () -> turns.add(number)));
                awaitQueued(waiting);
            }

            Self.send(holder, "end");
        });

        assertThat(Stream.generate(() -> Steps.poll(turns)).limit(8).toList())
                .isEqualTo(IntStream.range(0, 8).boxed().toList());
    }

    @Test
    void aBodyThatFailsLetsTheNextOneIn() {
        Steps.run(node, () -> {
            assertThatThrownBy(() -> registry.lock("key", () -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);

            Steps.end(Self.spawn(() -> registry.lock("key", () -> "", Duration.ZERO)));
            assertThat(registry.<String>lock("key", () -> "mine", Duration.ZERO))
                    .isEqualTo("mine");
        });
    }

    @Test
    void aProcessThatIsKilledLetsTheNextOneInThoughItsCodeRunsOn() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Pid deaf = node.spawn(() -> registry.lock("key", () -> {
            inside.countDown();
            Steps.awaitHeedless(release);
            return "";
        }));
        Steps.await(inside);
        node.exit(deaf, ExitReason.killed());

        Steps.run(
                node,
                () -> assertThat(registry.<String>lock("key", () -> "mine", Duration.ZERO))
                        .isEqualTo("mine"));
        release.countDown();
    }

    @Test
    void aProcessThatEndsWhileItWaitsIsPassedOver() {
        Steps.run(node, () -> {
            Pid holder = locker("key");
            Pid waiting = Self.spawn(() -> registry.lock("key", () -> ""));
            awaitQueued(waiting);
            Self.exit(waiting, ExitReason.killed());
            Self.send(holder, "end");

            assertThat(registry.<String>lock("key", () -> "mine")).isEqualTo("mine");
        });
    }

    @Test
    void whoeverWaitsTooLongLeavesTheQueueAndNothingInItsMailbox() {
        Steps.run(node, () -> {
            Pid holder = locker("key");

            assertThatThrownBy(() -> registry.lock("key", () -> "", Duration.ofMillis(1)))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.Timeout(Duration.ofMillis(1))));
            Self.send(holder, "end");

            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
            assertThat(registry.<String>lock("key", () -> "mine")).isEqualTo("mine");
        });
    }

    @Test
    void aTurnThatComesAsTheTimeIsUpIsPassedOn() {
        AtomicInteger strays = new AtomicInteger();
        for (int round = 0; round < 300; round++) {
            Steps.run(node, () -> {
                Pid holder = locker("key");
                List<Pid> waiting = Stream.generate(() -> Self.spawn(() -> briefly(strays)))
                        .limit(3)
                        .toList();
                Self.send(holder, "end");
                waiting.forEach(pid -> Steps.end(pid));

                assertThat(registry.<String>lock("key", () -> "mine")).isEqualTo("mine");
            });
        }
        assertThat(strays).hasValue(0);
    }

    private void briefly(AtomicInteger strays) throws Exception {
        try {
            registry.lock("key", () -> "", Duration.ofNanos(1));
        } catch (ExitException _) {
            if (Self.receive(Object.class, Duration.ZERO).isPresent()) {
                strays.incrementAndGet();
            }
        }
    }

    @Test
    void aProcessThatWouldWaitForItselfIsRefused() {
        Steps.run(
                node,
                () -> registry.lock("key", () -> {
                    assertThatThrownBy(() -> registry.lock("key", () -> ""))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("key");
                    return registry.lock("other", () -> "");
                }));
    }

    @Test
    void aLockIsForProcessesOnly() {
        assertThatThrownBy(() -> registry.lock("key", () -> "")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLockLeavesNothingBehind() {
        Steps.run(node, () -> {
            for (int i = 0; i < 100; i++) {
                registry.lock("key", () -> "");
            }
            assertThat(here(Self.pid()).claims()).isZero();
        });
    }

    /// A process that holds a lock until it is sent a text.
    private Pid locker(String key) {
        CountDownLatch inside = new CountDownLatch(1);
        Pid locker = node.spawn(() -> registry.lock(key, () -> {
            inside.countDown();
            return Self.receive(String.class);
        }));
        Steps.await(inside);
        return locker;
    }

    /// What a process waits for is its to give up, and so among its claims.
    private void awaitQueued(Pid pid) {
        Steps.until(pid + " to queue up", () -> here(pid).claims() == 1);
    }

    private LocalProcess here(Pid pid) {
        return Optional.ofNullable(node.here(pid)).orElseThrow();
    }
}
