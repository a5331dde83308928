package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static dev.pando.core.Steps.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Starting, naming, sending, receiving and timers.
final class ProcessTest {

    private static final Name ADA = new Name("ada");

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    // ---- receiving

    @Test
    void selectiveReceiveLeavesTheOthersInOrder() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            List.of(1, "a", 2, "b", 3L, "c", 3).forEach(message -> Self.send(self, message));

            assertThat(Self.receive(Long.class)).isEqualTo(3L);
            assertThat(Self.receive(Integer.class, n -> n == 2, LIMIT)).contains(2);
            assertThat(Self.receive(String.class)).isEqualTo("a");
            assertThat(rest()).containsExactly(1, "b", "c", 3);
        });
    }

    @Test
    void whatWasPassedOverIsTakenBeforeWhatCameLater() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Self.send(self, "early");
            assertThat(Self.receive(Integer.class, Duration.ZERO)).isEmpty();
            Self.send(self, "late");

            assertThat(rest()).containsExactly("early", "late");
        });
    }

    @Test
    void aConditionThatThrowsLosesNoMessage() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Self.send(self, "a");
            Self.send(self, "b");

            assertThatThrownBy(() -> Self.receive(
                            String.class,
                            text -> {
                                throw new IllegalStateException("no opinion on " + text);
                            },
                            LIMIT))
                    .hasMessage("no opinion on a");
            assertThat(rest()).containsExactly("a", "b");
        });
    }

    @Test
    void aReceiveLooksAtEachMessageOnce() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Self.send(self, "first");
            Self.spawn(() -> {
                for (int i = 0; i < 500; i++) {
                    Self.send(self, "noise");
                    Self.receive(Integer.class, Duration.ZERO);
                }
                Self.send(self, "end");
            });
            int[] looks = {0};

            assertThat(Self.receive(
                            String.class,
                            text -> {
                                looks[0]++;
                                return text.equals("end");
                            },
                            LIMIT))
                    .contains("end");

            assertThat(looks[0]).isEqualTo(502);
        });
    }

    @Test
    void receiveWaitsForItsMessage() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Self.spawn(() -> {
                Self.send(self, "not this");
                Self.send(self, 5);
            });

            assertThat(Self.receive(Integer.class)).isEqualTo(5);
        });
    }

    @Test
    void receiveIsEmptyWhenItsTimeIsUp() {
        Steps.run(node, () -> {
            Self.send(Self.pid(), "other");
            long start = System.nanoTime();

            assertThat(Self.receive(Integer.class, A_MOMENT)).isEmpty();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(A_MOMENT.toNanos());
            assertThat(rest()).containsExactly("other");
        });
    }

    @Test
    void receiveWithoutTimeTakesWhatIsThere() {
        Steps.run(node, () -> {
            Self.send(Self.pid(), 1);

            assertThat(Self.receive(Integer.class, Duration.ZERO)).contains(1);
            assertThat(Self.receive(Integer.class, Duration.ZERO)).isEmpty();
            assertThat(Self.receive(Integer.class, Duration.ofSeconds(-1))).isEmpty();
        });
    }

    @Test
    void theLongestDurationIsALegalLimit() {
        Steps.run(node, () -> {
            Self.send(Self.pid(), 1);
            Self.send(Self.pid(), 2);

            assertThat(Self.receive(Integer.class, ChronoUnit.FOREVER.getDuration()))
                    .contains(1);
            assertThat(Self.receive(Integer.class, Node.FOREVER)).contains(2);
        });
    }

    @Test
    void messagesOfEachSenderStayInOrder() {
        int senders = 8;
        int each = 500;

        Steps.run(node, () -> {
            record Numbered(int sender, int number) {}
            Pid self = Self.pid();
            for (int sender = 0; sender < senders; sender++) {
                int me = sender;
                Self.spawn(() -> IntStream.range(0, each).forEach(number -> Self.send(self, new Numbered(me, number))));
            }

            int[] next = new int[senders];
            for (int i = 0; i < senders * each; i++) {
                Numbered message = Steps.next(Numbered.class);
                assertThat(message.number()).isEqualTo(next[message.sender()]++);
            }
        });
    }

    @Test
    void aStrayInterruptDoesNotDisturbAReceive() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Thread.currentThread().interrupt();
            Self.sendAfter(Duration.ofMillis(5), "later");

            assertThat(Self.receive(String.class)).isEqualTo("later");
            assertThat(Self.pid()).isEqualTo(self);
        });
    }

    @Test
    void sleepReceivesNothing() {
        Steps.run(node, () -> {
            Self.send(Self.pid(), "a");
            long start = System.nanoTime();

            Self.sleep(A_MOMENT);

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(A_MOMENT.toNanos());
            assertThat(rest()).containsExactly("a");
        });
    }

    // ---- sending

    @Test
    void sendReachesPidNameAndKey() {
        LocalRegistry registry = LocalRegistry.of(node, "keys");
        CountDownLatch got = new CountDownLatch(4);
        Pid ada = node.start((ProcessBody) () -> take(got), ADA);
        registry.register("key", ada, "");

        node.send(ada, "by pid");
        node.send(ADA, "by name");
        node.send(ADA.on(node.name()), "by remote name");
        node.send(registry.via("key"), "by key");

        Steps.await(got);
    }

    private static void take(CountDownLatch got) {
        while (true) {
            Self.receive(String.class);
            got.countDown();
        }
    }

    @Test
    void sendToAnUnknownNameIsRefused() {
        assertThatThrownBy(() -> node.send(ADA, "hello"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ada");
    }

    @Test
    void sendToAnUnknownKeyIsRefused() {
        Via nobody = LocalRegistry.of(node, "keys").via("reef");

        assertThatThrownBy(() -> node.send(nobody, "hello"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reef in keys");
    }

    @Test
    void sendToAnEndedProcessIsSilent() {
        Pid gone = Steps.get(node, () -> {
            Pid pid = Self.spawn(() -> {});
            Steps.end(pid);
            return pid;
        });

        node.send(gone, "hello");
        node.send(ADA.on(node.name()), "a name of a node is resolved there, and never refused");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway may do
    void aNullMessageIsRefused() {
        assertThatThrownBy(() -> node.send(node.spawn(() -> Self.receive(String.class)), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("message");
    }

    @Test
    void aPidOfAFormerStartOfThisNodeAddressesNobody() {
        Pid alive = node.spawn(() -> Self.receive(String.class));
        Pid former = new Pid(alive.node(), alive.incarnation() - 1, alive.serial());

        node.send(former, "wake up");
        node.exit(former, ExitReason.killed());

        assertThat(node.isHere(former)).isFalse();
        assertThat(node.isAlive(former)).isFalse();
        assertThat(node.isAlive(alive)).isTrue();
        Steps.run(node, () -> {
            assertThat(Steps.end(former)).isEqualTo(new ExitReason.NoProcess(former.toString()));
            assertThatThrownBy(() -> Self.call(former, new Account.Balance()))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.NoProcess(former.toString())));
        });
    }

    @Test
    void sendsToANodeWithoutATransportVanish() {
        Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

        node.send(elsewhere, "hello");
        node.send(ADA.on(elsewhere.node()), "hello");
        node.exit(elsewhere, ExitReason.killed());
        node.cast(elsewhere, new Account.Deposit(1));

        assertThatThrownBy(() -> node.isAlive(elsewhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("monitor it instead");
    }

    // ---- names

    @Test
    void aNameIsHeldByOneProcess() {
        Pid holder = node.start((ProcessBody) () -> Self.receive(String.class), ADA);

        assertThat(node.whereis(ADA)).contains(holder);
        assertThatThrownBy(() -> node.start((ProcessBody) () -> {}, ADA)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void racingForANameOneWins() {
        int runners = 16;
        AtomicInteger winners = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(runners);
        for (int i = 0; i < runners; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    node.start((ProcessBody) () -> Self.receive(String.class), ADA);
                    winners.incrementAndGet();
                } catch (IllegalStateException _) {
                    // taken
                }
                done.countDown();
            });
        }

        Steps.await(done);

        assertThat(winners).hasValue(1);
        assertThat(node.processCount()).isEqualTo(1);
    }

    @Test
    void aNameIsFreeBeforeAnybodyIsToldOfTheEnd() {
        Steps.run(node, () -> {
            for (int i = 0; i < 200; i++) {
                Pid holder = Self.startLink((ProcessBody) () -> Self.receive(String.class), Optional.of(ADA));
                Ref monitor = Self.monitor(ADA);
                Self.unlink(holder);
                if (i % 2 == 0) {
                    Self.send(ADA, "end");
                } else {
                    Self.exit(holder, ExitReason.killed());
                }
                Steps.end(monitor);
                assertThat(node.whereis(ADA)).isEmpty();
            }
        });
    }

    @Test
    void whoeverFindsANameCanReachItsPid() {
        Thread starter = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 300; i++) {
                Pid pid = node.start((ProcessBody) () -> Self.receive(String.class), ADA);
                Steps.end(node, pid);
            }
        });

        while (starter.isAlive()) {
            node.whereis(ADA).ifPresent(pid -> node.send(pid, "end"));
        }
        Steps.join(starter);

        assertThat(node.processCount()).isZero();
    }

    // ---- starting

    @Test
    void pidsAreNeverReused() {
        Set<Pid> pids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(pids.add(node.spawn(() -> {}))).isTrue();
        }
    }

    @Test
    void aProcessRunsOnAVirtualThreadNamedAfterItsBehaviour() {
        Steps.run(node, () -> {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            assertThat(Thread.currentThread().getName())
                    .as("the class that a lambda was written in")
                    .isEqualTo(Steps.class.getSimpleName());
        });
    }

    @Test
    void aSpawnedProcessLeavesNothingInTheMailboxOfItsStarter() {
        Steps.run(node, () -> {
            Steps.end(Self.spawn(() -> {}));
            Steps.end(Self.spawnLink(() -> {}));

            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aStarterDoesNotWaitForTheBody() {
        CountDownLatch release = new CountDownLatch(1);

        Pid pid = node.spawn(() -> Steps.await(release));

        assertThat(node.isAlive(pid)).isTrue();
        release.countDown();
        Steps.allEnd(node);
    }

    @Test
    void theFailureOfASpawnedProcessIsNothingToItsStarter() {
        Steps.run(node, () -> {
            Pid failing = Self.spawn(() -> {
                throw new IllegalStateException("failed");
            });
            Steps.end(failing);

            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aThousandProcessesComeAndGo() {
        CountDownLatch all = new CountDownLatch(1000);
        for (int i = 0; i < 1000; i++) {
            node.spawn(all::countDown);
        }
        Steps.await(all);
    }

    @Test
    void selfOutsideAProcessSaysWhatToUse() {
        assertThat(Self.inProcess()).isFalse();
        assertThatThrownBy(Self::pid).isInstanceOf(IllegalStateException.class).hasMessageContaining("Node");
        assertThatThrownBy(() -> Self.receive(String.class)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(Self::checkpoint).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Self.exit(ExitReason.normal())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aThreadOfAProcessIsNotTheProcess() {
        Steps.run(node, () -> {
            CompletableFuture<Boolean> inside = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> inside.complete(Self.inProcess()));

            assertThat(Steps.get(inside, "thread")).isFalse();
            assertThat(Self.inProcess()).isTrue();
            assertThat(Self.node()).isSameAs(node);
        });
    }

    @Test
    void aResourceIsFoundByItsType() {
        try (Node rich = Node.start("rich", Protocols.none(), Resources.of("a pool", 7))) {
            String pool = Steps.get(rich, () -> Self.resource(String.class));

            assertThat(pool).isEqualTo("a pool");
        }
    }

    // ---- timers

    @Test
    void aTimerPutsItsMessageNoEarlierThanItSays() {
        Steps.run(node, () -> {
            long start = System.nanoTime();
            Self.sendAfter(Duration.ofMillis(10), "tick");

            assertThat(Self.receive(String.class)).isEqualTo("tick");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000);
        });
    }

    @Test
    void aTimerIsWithdrawnOnce() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendAfter(Duration.ofHours(1), "withdrawn");

            assertThat(timer.cancel()).isTrue();
            assertThat(timer.cancel()).isFalse();
        });
    }

    @Test
    void aTimerThatHasFiredCannotBeWithdrawn() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendAfter(Duration.ZERO, "tick");
            Steps.next(String.class);

            assertThat(timer.cancel()).isFalse();
        });
    }

    @Test
    void aTimerIsEitherWithdrawnOrPut() {
        Steps.run(node, () -> {
            int withdrawn = 0;
            int rounds = 3000;
            for (int i = 0; i < rounds; i++) {
                Self.Timer timer = Self.sendAfter(
                        Duration.ofNanos(ThreadLocalRandom.current().nextInt(60_000)), i);
                Steps.spin(ThreadLocalRandom.current().nextInt(60_000));
                withdrawn += timer.cancel() ? 1 : 0;
            }
            Self.sendAfter(Duration.ofMillis(5), "all timers have fired");
            Steps.next(String.class);

            assertThat(rest()).hasSize(rounds - withdrawn);
        });
    }

    @Test
    void aTimerOfAnEndedProcessIsHarmless() {
        Steps.run(node, () -> {
            Steps.end(Self.spawn(() -> Self.sendAfter(Duration.ofMillis(1), "nobody there")));
            Self.sendAfter(Duration.ofMillis(5), "here");

            assertThat(rest(1)).containsExactly("here");
        });
    }

    @Test
    void theLongestDelayIsLegal() {
        Steps.run(
                node,
                () -> assertThat(Self.sendAfter(ChronoUnit.FOREVER.getDuration(), "never")
                                .cancel())
                        .isTrue());
    }

    /// What is in the mailbox now.
    private static List<Object> rest() {
        return rest(0);
    }

    /// As `rest`, waiting for so many first.
    private static List<Object> rest(int awaited) {
        List<Object> all = new ArrayList<>();
        while (true) {
            var next = Self.receive(Object.class, all.size() < awaited ? LIMIT : Duration.ZERO);
            if (next.isEmpty()) {
                return all;
            }
            all.add(next.get());
        }
    }
}
