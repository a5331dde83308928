package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Pliable.Ask;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// How a process ends: by itself, told to, or killed.
final class ExitTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Name ADA = new Name("ada");

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    // ---- by itself

    @Test
    void returningIsANormalEnd() {
        assertThat(endOf(() -> {})).isEqualTo(ExitReason.normal());
    }

    @Test
    void anExceptionIsACrashWithItsTypeMessageAndStack() {
        ExitReason reason = endOf(() -> {
            throw new IOException("disk on fire");
        });

        assertThat(reason).isInstanceOfSatisfying(ExitReason.Crash.class, crash -> {
            assertThat(crash.type()).isEqualTo("java.io.IOException");
            assertThat(crash.message()).isEqualTo("disk on fire");
            assertThat(crash.stack()).contains("ExitTest");
            assertThat(crash).hasToString("Crash[java.io.IOException: disk on fire]");
        });
    }

    @Test
    void anErrorIsACrashToo() {
        assertThat(endOf(() -> {
                    throw new StackOverflowError();
                }))
                .hasToString("Crash[java.lang.StackOverflowError]");
    }

    @Test
    void exitEndsWithItsReason() {
        assertThat(endOf(() -> Self.exit(FAILED))).isEqualTo(FAILED);
        assertThat(endOf(() -> Self.exit(ExitReason.normal()))).isEqualTo(ExitReason.normal());
    }

    @Test
    void aNormalExitSignalToItselfEndsAProcess() {
        assertThat(endOf(() -> {
                    Self.exit(Self.pid(), ExitReason.normal());
                    throw new IllegalStateException("still here");
                }))
                .isEqualTo(ExitReason.normal());
    }

    @Test
    void aProcessThatKillsItselfGoesNoFurther() {
        AtomicBoolean further = new AtomicBoolean();

        assertThat(endOf(() -> {
                    Self.trapExits(true);
                    Self.exit(Self.pid(), ExitReason.killed());
                    further.set(true);
                }))
                .isEqualTo(ExitReason.killed());
        assertThat(further).isFalse();
    }

    // ---- told to

    @Test
    void aNormalExitSignalIsIgnored() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(() -> Self.receive(String.class));
            Ref monitor = Self.monitor(target);

            Self.exit(target, ExitReason.normal());
            assertThat(Self.receive(Down.class, A_MOMENT)).isEmpty();
            Self.send(target, "end");

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.normal());
        });
    }

    @Test
    void anExitSignalIsAMessageForAProcessThatTraps() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            Pid other = Self.spawn(() -> {
                Self.exit(self, ExitReason.normal());
                Self.exit(self, FAILED);
            });

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(other, ExitReason.normal()));
            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(other, FAILED));
        });
    }

    @Test
    void messagesAndExitSignalsOfOneSenderStayInOrder() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            Pid sender = Self.spawn(() -> {
                for (int i = 0; i < 200; i++) {
                    Self.send(self, i);
                    Self.exit(self, ExitReason.Other.of(i));
                }
            });

            for (int i = 0; i < 200; i++) {
                assertThat(Steps.next(Object.class)).isEqualTo(i);
                assertThat(Steps.next(Object.class)).isEqualTo(new Exit(sender, ExitReason.Other.of(i)));
            }
        });
    }

    @Test
    void anExitSignalToAnEndedProcessIsSilent() {
        Steps.run(node, () -> {
            Pid gone = Self.spawn(() -> {});
            Steps.end(gone);

            Self.exit(gone, FAILED);
            Self.exit(gone, ExitReason.killed());
        });
    }

    @Test
    void trappingCanBeTurnedOff() {
        assertThat(endOf(() -> {
                    Self.trapExits(true);
                    Self.trapExits(false);
                    Self.exit(Self.pid(), FAILED);
                    Self.receive(String.class);
                }))
                .isEqualTo(FAILED);
    }

    @TestFactory
    Stream<DynamicTest> anExitEndsAProcessWhereverItIsBlocked() {
        Pid server = node.start(new Pliable());
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        CountDownLatch never = new CountDownLatch(1);
        return Stream.of(
                blocked("receive", () -> Self.receive(String.class)),
                blocked("receive with a limit", () -> Self.receive(String.class, Node.FOREVER)),
                blocked("sleep", () -> Self.sleep(Node.FOREVER)),
                blocked("call", () -> Self.call(server, Ask.unanswered(), Node.FOREVER)),
                blocked("startLink", () -> Self.startLink(new NeverReady())),
                blocked("lockInterruptibly", lock::lockInterruptibly),
                blocked("latch", never::await),
                blocked("checkpoint", ExitTest::compute));
    }

    private DynamicTest blocked(String where, ProcessBody body) {
        return DynamicTest.dynamicTest(where, () -> {
            for (ExitReason reason : List.of(FAILED, ExitReason.killed(), ExitReason.shutdown())) {
                CompletableFuture<Thread> entered = new CompletableFuture<>();
                Pid target = node.spawn(() -> {
                    entered.complete(Thread.currentThread());
                    body.run();
                });
                Thread thread = Steps.get(entered, where);

                ExitReason end = Steps.get(node, () -> {
                    Ref monitor = Self.monitor(target);
                    Self.exit(target, reason);
                    return Steps.end(monitor);
                });

                assertThat(end).isEqualTo(reason);
                Steps.join(thread);
            }
        });
    }

    /// Computes for ever, with a breath for others where there is but one processor.
    private static void compute() {
        while (true) {
            Self.checkpoint();
            LockSupport.parkNanos(1);
        }
    }

    /// A server whose `init` never returns.
    record NeverReady() implements GenServer<Ask, Integer> {
        @Override
        public Integer init() {
            Self.receive(String.class);
            return 0;
        }

        @Override
        public Step<Integer> handle(Ask message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void anExitBeforeTheFirstStepCounts() {
        for (int i = 0; i < Race.rounds(500); i++) {
            Pid target = node.spawn(() -> Self.receive(String.class));
            node.exit(target, FAILED);
        }

        Steps.allEnd(node);
    }

    @Test
    void aProcessThatIsToldToExitCanDoNothingMore() {
        CompletableFuture<List<Class<?>>> failures = new CompletableFuture<>();
        CountDownLatch entered = new CountDownLatch(1);
        Pid target = node.spawn(() -> {
            entered.countDown();
            Steps.awaitInterrupt();
            failures.complete(Stream.<ThrowingCallable>of(
                            Self::pid,
                            Self::node,
                            Self::checkpoint,
                            () -> Self.send(ADA, "hello"),
                            () -> Self.spawn(() -> {}),
                            () -> Self.receive(String.class, Duration.ZERO),
                            () -> Self.call(ADA, Ask.unanswered()),
                            () -> Self.monitor(ADA),
                            () -> Self.trapExits(true))
                    .<Class<?>>map(ExitTest::failure)
                    .distinct()
                    .toList());
        });
        Steps.await(entered);

        node.exit(target, FAILED);

        assertThat(Steps.get(failures, "verbs")).containsExactly(ExitException.class);
    }

    @Test
    void theReasonStaysWhateverTheBodyDoesWithIt() {
        assertThat(endWhenTold(() -> {
                    try {
                        Self.receive(String.class);
                    } catch (ExitException _) {
                        // swallowed
                    }
                }))
                .isEqualTo(FAILED);
        assertThat(endWhenTold(() -> {
                    try {
                        Self.receive(String.class);
                    } finally {
                        throwAnother();
                    }
                }))
                .isEqualTo(FAILED);
        assertThat(endWhenTold(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("wrapped", e);
                    }
                }))
                .isEqualTo(FAILED);
    }

    @Test
    void theFirstOfTwoReasonsCounts() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Pid target = node.spawn(() -> {
            entered.countDown();
            Steps.awaitHeedless(release);
        });
        Steps.await(entered);

        ExitReason end = Steps.get(node, () -> {
            Ref monitor = Self.monitor(target);
            Self.exit(target, FAILED);
            Self.exit(target, ExitReason.shutdown());
            release.countDown();
            return Steps.end(monitor);
        });

        assertThat(end).isEqualTo(FAILED);
    }

    // ---- killed

    @Test
    void aKillCannotBeTrapped() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Pid target = Self.spawn(() -> {
                Self.trapExits(true);
                Self.send(self, "trapping");
                Self.receive(Exit.class);
                Self.send(self, "trapped");
            });
            Ref monitor = Self.monitor(target);
            Steps.next(String.class);

            Self.exit(target, ExitReason.killed());

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
            assertThat(Self.receive(String.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aKillEndsTheIncarnationAtOnceEvenIfTheBodyDoesNotHeedIt() {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> entered = new CompletableFuture<>();
        CompletableFuture<Class<?>> effect = new CompletableFuture<>();
        Pid deaf = node.start(
                (ProcessBody) () -> {
                    entered.complete(Thread.currentThread());
                    Steps.awaitHeedless(release);
                    effect.complete(failure(() -> Self.send(ADA, "from the dead")));
                },
                ADA);
        Thread thread = Steps.get(entered, "deaf process");

        ExitReason end = Steps.get(node, () -> {
            Ref monitor = Self.monitor(deaf);
            Self.exit(deaf, ExitReason.killed());
            return Steps.end(monitor);
        });

        assertThat(end).isEqualTo(ExitReason.killed());
        assertThat(node.isAlive(deaf)).isFalse();
        assertThat(node.whereis(ADA)).isEmpty();
        assertThat(node.leftovers()).isEqualTo(1);
        assertThat(effect).isNotDone();

        release.countDown();
        assertThat(Steps.get(effect, "effect")).isEqualTo(ExitException.class);
        Steps.join(thread);
        assertThat(node.leftovers()).isZero();
    }

    @Test
    void aLeftoverIsCountedBeforeAnybodyIsTold() {
        CountDownLatch release = new CountDownLatch(1);

        Steps.run(node, () -> {
            for (int i = 1; i <= 100; i++) {
                CountDownLatch entered = new CountDownLatch(1);
                Pid deaf = Self.spawn(() -> {
                    entered.countDown();
                    Steps.awaitHeedless(release);
                });
                Steps.await(entered);
                Ref monitor = Self.monitor(deaf);
                Thread.ofVirtual().start(() -> node.exit(deaf, ExitReason.killed()));
                Steps.end(monitor);

                assertThat(node.leftovers()).isEqualTo(i);
            }
        });
        release.countDown();
    }

    @Test
    void aKillOfOneThatWasToldSomethingElseIsAKill() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Pid deaf = node.spawn(() -> {
            entered.countDown();
            Steps.awaitHeedless(release);
        });
        Steps.await(entered);

        ExitReason end = Steps.get(node, () -> {
            Ref monitor = Self.monitor(deaf);
            Self.exit(deaf, FAILED);
            Self.exit(deaf, ExitReason.killed());
            return Steps.end(monitor);
        });
        release.countDown();

        assertThat(end).isEqualTo(ExitReason.killed());
    }

    @Test
    void racesOfKillAndEndLeaveNoLeftover() {
        for (int i = 0; i < Race.rounds(1500); i++) {
            AtomicBoolean go = new AtomicBoolean();
            CompletableFuture<Thread> entered = new CompletableFuture<>();
            Pid target = node.spawn(() -> {
                entered.complete(Thread.currentThread());
                Steps.spinUntil(go);
            });
            Thread thread = Steps.get(entered, "target");
            go.set(true);
            Steps.spin(i % 50 * 100L);

            node.exit(target, ExitReason.killed());
            Steps.join(thread);

            assertThat(node.leftovers()).isZero();
        }
    }

    @Test
    void killsFromManySidesGiveOneEnd() {
        Steps.run(node, () -> {
            for (int i = 0; i < Race.rounds(300); i++) {
                Pid target = Self.spawn(() -> Self.receive(String.class));
                Ref monitor = Self.monitor(target);
                for (int killer = 0; killer < 4; killer++) {
                    Self.spawn(() -> Self.exit(target, ExitReason.killed()));
                }
                assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
            }
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void whoeverComesDuringTheEndIsToldAfterAllClaimsAreFree() {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean free = new AtomicBoolean();
        Pid target = node.spawn(() -> Self.receive(String.class));
        node.grant(target, ADA, node.nextToken(), () -> {
            ending.countDown();
            Steps.awaitHeedless(release);
            free.set(true);
        });
        node.send(target, "end");
        Steps.await(ending);

        Steps.run(node, () -> {
            Self.trapExits(true);
            Ref monitor = Self.monitor(target);
            Self.link(target);
            assertThat(Self.receive(Signal.class, A_MOMENT)).isEmpty();
            release.countDown();

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(target, ExitReason.normal()));
            assertThat(free).isTrue();
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.normal());
        });
    }

    @Test
    void aClaimThatFailsToBeFreedKeepsNobodyFromBeingTold() {
        Pid target = node.start((ProcessBody) () -> Self.receive(String.class), ADA);
        for (int i = 0; i < 2; i++) {
            node.grant(target, i, node.nextToken(), () -> {
                throw new IllegalStateException("cannot be freed");
            });
        }

        Steps.run(node, () -> {
            Ref monitor = Self.monitor(target);
            Self.send(target, "end");
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.normal());
            assertThat(node.isAlive(target)).isFalse();
            assertThat(node.whereis(ADA)).isEmpty();
        });
    }

    @Test
    void anExitSignalDoesNotInterruptTheLastWordsOfAProcess() {
        AtomicBoolean interrupted = new AtomicBoolean();
        for (int i = 0; i < Race.rounds(1500); i++) {
            AtomicBoolean go = new AtomicBoolean();
            CompletableFuture<Thread> entered = new CompletableFuture<>();
            Pid target = node.spawn(() -> {
                entered.complete(Thread.currentThread());
                Steps.spinUntil(go);
            });
            Thread thread = Steps.get(entered, "target");
            // What the runtime does at the end of a process, such as telling other nodes.
            node.grant(target, ADA, node.nextToken(), () -> {
                Steps.spin(3_000);
                if (Thread.currentThread().isInterrupted()) {
                    interrupted.set(true);
                }
            });
            go.set(true);
            Steps.spin(i % 50 * 100L);

            node.exit(target, FAILED);
            Steps.join(thread);
        }

        assertThat(interrupted).isFalse();
    }

    // ---- closing the node

    @Test
    void closeKillsWhateverIsLeft() {
        CompletableFuture<Thread> trapping = new CompletableFuture<>();
        node.spawn(() -> {
            Self.trapExits(true);
            trapping.complete(Thread.currentThread());
            while (true) {
                Self.receive(Object.class);
            }
        });
        Thread thread = Steps.get(trapping, "process");

        node.close();

        assertThat(node.processCount()).isZero();
        Steps.join(thread);
    }

    @Test
    void aClosedNodeStartsNothing() {
        node.close();
        node.close();

        assertThatThrownBy(() -> node.spawn(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("alpha")
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> node.call(ADA, Ask.unanswered())).isInstanceOf(ExitException.class);
    }

    @Test
    void nothingStartedDuringCloseSurvivesIt() {
        for (int i = 0; i < 50; i++) {
            Node closing = Node.start("closing");
            AtomicBoolean go = new AtomicBoolean();
            Thread spawner = Thread.ofPlatform().start(() -> spawnUntilRefused(closing, go));
            Steps.spinUntil(go);

            closing.close();
            Steps.join(spawner);

            assertThat(closing.processCount()).isZero();
        }
    }

    private static void spawnUntilRefused(Node node, AtomicBoolean began) {
        try {
            while (true) {
                node.spawn(() -> Self.receive(String.class));
                began.set(true);
            }
        } catch (IllegalStateException _) {
            // closed
        }
    }

    // ---- helpers

    private ExitReason endOf(ProcessBody body) {
        return Steps.get(node, () -> {
            CountDownLatch watched = new CountDownLatch(1);
            Pid pid = Self.spawn(() -> {
                watched.await();
                body.run();
            });
            Ref monitor = Self.monitor(pid);
            watched.countDown();
            return Steps.end(monitor);
        });
    }

    private ExitReason endWhenTold(ProcessBody body) {
        CountDownLatch entered = new CountDownLatch(1);
        Pid target = node.spawn(() -> {
            entered.countDown();
            body.run();
        });
        Steps.await(entered);
        return Steps.get(node, () -> {
            Ref monitor = Self.monitor(target);
            Self.exit(target, FAILED);
            return Steps.end(monitor);
        });
    }

    private static void throwAnother() {
        throw new IllegalStateException("another");
    }

    private static Class<?> failure(ThrowingCallable code) {
        try {
            code.call();
            return Void.class;
        } catch (Throwable thrown) {
            return thrown.getClass();
        }
    }
}
