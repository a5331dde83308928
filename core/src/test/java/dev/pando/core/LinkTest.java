package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void anAbnormalEndEndsTheLinkedProcessWithTheSameReason() {
        Steps.run(node, () -> {
            Pid first = Self.spawn(LinkTest::obey);
            Pid second = Self.spawn(LinkTest::obey);
            Pid third = Self.spawn(LinkTest::obey);
            link(first, second);
            link(second, third);
            Ref monitor = Self.monitor(third);

            Self.send(first, FAILED);

            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
        });
    }

    @Test
    void aLinkWorksInBothDirections() {
        Steps.run(node, () -> {
            Pid linker = Self.spawn(LinkTest::obey);
            Pid linked = Self.spawn(LinkTest::obey);
            link(linker, linked);
            Ref monitor = Self.monitor(linker);

            Self.send(linked, FAILED);

            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
        });
    }

    @Test
    void aNormalEndIsIgnored() {
        Steps.run(node, () -> {
            Pid linked = Self.spawnLink(() -> {});
            Steps.end(linked);

            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void shutdownIsNotIgnored() {
        Steps.run(node, () -> {
            Pid one = Self.spawn(LinkTest::obey);
            Pid other = Self.spawn(LinkTest::obey);
            link(one, other);
            Ref monitor = Self.monitor(other);

            Self.send(one, ExitReason.shutdown());

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.shutdown());
        });
    }

    @Test
    void aProcessThatTrapsGetsEveryReasonAsAMessage() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid normal = Self.spawnLink(() -> {});
            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(normal, ExitReason.normal()));

            Pid failed = Self.spawnLink(() -> Self.exit(FAILED));
            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(failed, FAILED));

            Pid crashed = Self.spawnLink(() -> {
                throw new IllegalStateException("bad state");
            });
            Exit exit = Steps.next(Exit.class);
            assertThat(exit.from()).isEqualTo(crashed);
            assertThat(exit.reason()).isInstanceOfSatisfying(ExitReason.Crash.class, crash -> {
                assertThat(crash.type()).isEqualTo("java.lang.IllegalStateException");
                assertThat(crash.message()).isEqualTo("bad state");
                assertThat(crash.stack()).contains("LinkTest");
            });
        });
    }

    @Test
    void killedThroughALinkCanBeTrapped() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid linked = Self.spawnLink(LinkTest::obey);

            Self.exit(linked, ExitReason.killed());

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(linked, ExitReason.killed()));
        });
    }

    @Test
    void aProcessThatExitsWithKilledByItselfIsNoKillToItsLinks() {
        Steps.run(node, () -> {
            Self.trapExits(true);

            Pid linked = Self.spawnLink(() -> Self.exit(ExitReason.killed()));

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(linked, ExitReason.killed()));
        });
    }

    @Test
    void killedThroughALinkEndsAProcessThatDoesNotTrap() {
        Steps.run(node, () -> {
            Pid one = Self.spawn(LinkTest::obey);
            Pid other = Self.spawn(LinkTest::obey);
            link(one, other);
            Ref monitor = Self.monitor(other);

            Self.exit(one, ExitReason.killed());

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
        });
    }

    @Test
    void linkingTwiceIsLinkingOnce() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid linked = Self.spawnLink(LinkTest::obey);
            Self.link(linked);
            Self.link(linked);

            Self.send(linked, FAILED);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(linked, FAILED));
            assertThat(Self.receive(Exit.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void oneUnlinkUndoesManyLinks() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid linked = Self.spawnLink(LinkTest::obey);
            Self.link(linked);
            Self.unlink(linked);
            Ref monitor = Self.monitor(linked);

            Self.send(linked, FAILED);

            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
            assertThat(Self.receive(Exit.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void eitherSideMayUnlink() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            Pid linked = Self.spawnLink(() -> {
                Self.unlink(self);
                Self.exit(FAILED);
            });

            assertThat(Steps.end(linked)).isInstanceOfAny(ExitReason.Other.class, ExitReason.NoProcess.class);
            assertThat(Self.receive(Exit.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void unlinkingAStrangerDoesNothing() {
        Steps.run(node, () -> {
            Self.unlink(Self.spawn(() -> {}));
            Self.unlink(new Pid(NodeName.of("beta"), 1, 1));
        });
    }

    @Test
    void aLinkToItselfDoesNothing() {
        Steps.run(node, () -> {
            Self.link(Self.pid());
            assertThat(Self.receive(Object.class, Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aLinkToAnEndedProcessIsNoProcess() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid gone = Self.spawn(() -> {});
            Steps.end(gone);

            Self.link(gone);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(gone, new ExitReason.NoProcess(gone.toString())));
        });
    }

    @Test
    void aLinkToAnEndedProcessEndsALinkerThatDoesNotTrap() {
        Steps.run(node, () -> {
            Pid gone = Self.spawn(() -> {});
            Steps.end(gone);
            Pid linker = Self.spawn(LinkTest::obey);
            Ref monitor = Self.monitor(linker);

            Self.send(linker, gone);

            assertThat(Steps.end(monitor)).isEqualTo(new ExitReason.NoProcess(gone.toString()));
        });
    }

    @Test
    void aLinkToANodeOutOfReachIsNoConnection() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

            Self.link(elsewhere);

            assertThat(Steps.next(Exit.class))
                    .isEqualTo(new Exit(elsewhere, new ExitReason.NoConnection(elsewhere.node())));
        });
    }

    @Test
    void aMessageArrivesBeforeTheExitOfItsSender() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            for (int i = 0; i < 200; i++) {
                Self.spawnLink(() -> Self.send(self, "last words"));
                assertThat(Steps.next(Object.class)).isEqualTo("last words");
                assertThat(Steps.next(Object.class)).isInstanceOf(Exit.class);
            }
        });
    }

    @Test
    void aProcessIsLinkedBeforeItRuns() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            for (int i = 0; i < 200; i++) {
                Pid linked = Self.spawnLink(() -> Self.exit(FAILED));
                assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(linked, FAILED));
            }
        });
    }

    // ---- races

    @Test
    void noExitArrivesAfterUnlink() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            for (int i = 0; i < Race.rounds(3000); i++) {
                AtomicBoolean go = new AtomicBoolean();
                CompletableFuture<Thread> ending = new CompletableFuture<>();
                Pid linked = Self.spawnLink(() -> {
                    ending.complete(Thread.currentThread());
                    Steps.spinUntil(go);
                });
                Thread thread = Steps.get(ending, "linked process");
                go.set(true);
                Steps.spin(i % 50 * 200L);

                Self.unlink(linked);
                Self.receive(Exit.class, Duration.ZERO);
                Steps.join(thread);

                assertThat(Self.receive(Exit.class, Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void aRaceOfLinkKillAndExitGivesOneExit() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            for (int i = 0; i < Race.rounds(2000); i++) {
                Pid target = Self.spawn(() -> Self.receive(String.class));
                Pid killer = Self.spawn(() -> Self.exit(target, ExitReason.killed()));
                Self.send(target, "end");

                Self.link(target);

                assertThat(Steps.next(Exit.class).from()).isEqualTo(target);
                Steps.end(killer);
                Steps.end(target);
                assertThat(Self.receive(Exit.class, Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void aProcessKilledWhileItLinksLeavesNoHalfLink() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            LocalProcess process = Optional.ofNullable(node.here(self)).orElseThrow();
            for (int i = 0; i < Race.rounds(3000); i++) {
                AtomicBoolean go = new AtomicBoolean();
                CompletableFuture<Thread> linking = new CompletableFuture<>();
                Pid linker = Self.spawn(() -> {
                    linking.complete(Thread.currentThread());
                    Steps.spinUntil(go);
                    Self.link(self);
                });
                Thread thread = Steps.get(linking, "linker");
                go.set(true);
                Steps.spin(i % 50 * 100L);
                Self.exit(linker, ExitReason.killed());
                Steps.join(thread);

                assertThat(process.removeLink(linker)).isFalse();
            }
        });
    }

    @Test
    void aProcessKilledWhileItSpawnsLeavesNoOrphan() {
        for (int i = 0; i < Race.rounds(300); i++) {
            CompletableFuture<Thread> spawning = new CompletableFuture<>();
            Pid parent = node.spawn(() -> {
                spawning.complete(Thread.currentThread());
                while (true) {
                    Self.spawnLink(LinkTest::obey);
                }
            });
            Thread thread = Steps.get(spawning, "parent");
            node.exit(parent, ExitReason.killed());
            Steps.join(thread);
        }

        Steps.allEnd(node);
    }

    /// Does what it is sent: exits with a reason, links to a pid.
    private static void obey() {
        while (true) {
            switch (Self.receive(Object.class)) {
                case ExitReason reason -> throw Self.exit(reason);
                case Pid other -> Self.link(other);
                case Order order -> {
                    Self.link(order.other());
                    Self.send(order.from(), order);
                }
                default -> {}
            }
        }
    }

    private record Order(Pid from, Pid other) {}

    private static void link(Pid one, Pid other) {
        Order order = new Order(Self.pid(), other);
        Self.send(one, order);
        Steps.next(Order.class, order::equals);
    }
}
