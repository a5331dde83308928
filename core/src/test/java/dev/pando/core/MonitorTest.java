package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MonitorTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Name ADA = new Name("ada");

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aDownTellsMonitorTargetAndReason() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(MonitorTest::obey);
            Ref ref = Self.monitor(target);

            Self.send(target, FAILED);

            assertThat(Steps.next(Down.class)).isEqualTo(new Down(ref, target, FAILED));
        });
    }

    @Test
    void eachMonitorHasADownOfItsOwn() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(MonitorTest::obey);
            Set<Ref> monitors =
                    new HashSet<>(List.of(Self.monitor(target), Self.monitor(target), Self.monitor(target)));
            assertThat(monitors).hasSize(3);

            Self.send(target, FAILED);

            for (int i = 0; i < 3; i++) {
                assertThat(monitors.remove(Steps.next(Down.class).ref())).isTrue();
            }
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void theEndOfTheWatcherIsNothingToTheWatched() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(MonitorTest::obey);
            Steps.end(Self.spawn(() -> {
                Self.monitor(target);
                Self.exit(FAILED);
            }));

            assertThat(node.isAlive(target)).isTrue();
        });
    }

    @Test
    void aMonitorOfAnEndedProcessIsNoProcess() {
        Steps.run(node, () -> {
            Pid gone = Self.spawn(() -> {});
            Steps.end(gone);

            assertThat(Steps.end(gone)).isEqualTo(new ExitReason.NoProcess(gone.toString()));
        });
    }

    @Test
    void aMonitorOfAnUnknownNameOrKeyIsNoProcess() {
        Via nobody = LocalRegistry.of(node, "keys").via("reef");

        Steps.run(node, () -> {
            assertThat(Steps.end(ADA)).isEqualTo(new ExitReason.NoProcess("ada"));
            assertThat(Steps.end(nobody)).isEqualTo(new ExitReason.NoProcess("reef in keys"));
            assertThat(Steps.end(ADA.on(node.name()))).isInstanceOf(ExitReason.NoProcess.class);
        });
    }

    @Test
    void aMonitorOfANodeOutOfReachIsNoConnection() {
        NodeName beta = NodeName.of("beta");

        Steps.run(node, () -> {
            assertThat(Steps.end(new Pid(beta, 1, 1))).isEqualTo(new ExitReason.NoConnection(beta));
            assertThat(Steps.end(ADA.on(beta))).isEqualTo(new ExitReason.NoConnection(beta));
        });
    }

    @Test
    void aDownHasTheDestinationThatWasGiven() {
        LocalRegistry registry = LocalRegistry.of(node, "keys");
        Pid ada = node.start((ProcessBody) MonitorTest::obey, ADA);
        registry.register("reef", ada, "");

        Steps.run(node, () -> {
            for (Dest given : List.of(ada, ADA, ADA.on(node.name()), registry.via("reef"))) {
                Self.monitor(given);
            }
            Self.send(ada, FAILED);

            assertThat(List.of(
                            Steps.next(Down.class).target(),
                            Steps.next(Down.class).target(),
                            Steps.next(Down.class).target(),
                            Steps.next(Down.class).target()))
                    .containsExactly(ada, ADA, ADA.on(node.name()), registry.via("reef"));
        });
    }

    @Test
    void anEndedMonitorHasNoDown() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(MonitorTest::obey);
            Ref ended = Self.monitor(target);
            Ref kept = Self.monitor(target);
            Self.demonitor(ended);

            Self.send(target, FAILED);

            assertThat(Steps.end(kept)).isEqualTo(FAILED);
            assertThat(Self.receive(Down.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void endingAMonitorByNameOrKeyWorksAsByPid() {
        LocalRegistry registry = LocalRegistry.of(node, "keys");
        Pid ada = node.start((ProcessBody) MonitorTest::obey, ADA);
        registry.register("reef", ada, "");

        Steps.run(node, () -> {
            for (Dest given : List.of(ADA, ADA.on(node.name()), registry.via("reef"))) {
                Self.demonitor(Self.monitor(given));
            }
            Ref kept = Self.monitor(ada);
            Self.send(ada, FAILED);

            assertThat(Steps.end(kept)).isEqualTo(FAILED);
            assertThat(Self.receive(Down.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void demonitorRemovesADownThatHasCome() {
        Steps.run(node, () -> {
            Pid target = Self.spawn(MonitorTest::obey);
            Ref removed = Self.monitor(target);
            Ref kept = Self.monitor(target);
            Self.send(target, FAILED);
            Steps.end(kept);

            Self.demonitor(removed);
            Self.demonitor(removed);

            assertThat(Self.receive(Object.class, Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aMessageArrivesBeforeTheDownOfItsSender() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int i = 0; i < 200; i++) {
                Pid sender = Self.spawn(() -> {
                    Self.receive(String.class);
                    Self.send(self, "last words");
                });
                Self.monitor(sender);
                Self.send(sender, "speak");

                assertThat(Steps.next(Object.class)).isEqualTo("last words");
                assertThat(Steps.next(Object.class)).isInstanceOf(Down.class);
            }
        });
    }

    @Test
    void manyWatchersAreAllTold() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            Pid target = Self.spawn(MonitorTest::obey);
            for (int i = 0; i < 200; i++) {
                Self.spawn(() -> {
                    Ref ref = Self.monitor(target);
                    Self.send(self, "watching");
                    Self.send(self, Steps.end(ref));
                });
                Steps.next(String.class);
            }

            Self.send(target, FAILED);

            for (int i = 0; i < 200; i++) {
                assertThat(Steps.next(ExitReason.class)).isEqualTo(FAILED);
            }
        });
    }

    @Test
    void anOutsiderSeesNoMonitors() {
        Pid target = node.spawn(MonitorTest::obey);

        assertThat(Steps.get(node, () -> {
                    Ref ref = Self.monitor(target);
                    Self.send(target, FAILED);
                    return Steps.end(ref);
                }))
                .isEqualTo(FAILED);
    }

    // ---- races

    @Test
    void noDownArrivesAfterDemonitor() {
        Steps.run(node, () -> {
            for (int i = 0; i < Race.rounds(3000); i++) {
                AtomicBoolean go = new AtomicBoolean();
                CompletableFuture<Thread> ending = new CompletableFuture<>();
                Pid target = Self.spawn(() -> {
                    ending.complete(Thread.currentThread());
                    Steps.spinUntil(go);
                });
                Thread thread = Steps.get(ending, "watched process");
                Ref ref = Self.monitor(target);
                go.set(true);
                Steps.spin(i % 50 * 200L);

                Self.demonitor(ref);
                Steps.join(thread);

                assertThat(Self.receive(Down.class, Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void aRaceOfMonitorKillAndEndGivesOneDown() {
        Steps.run(node, () -> {
            for (int i = 0; i < Race.rounds(1500); i++) {
                AtomicBoolean go = new AtomicBoolean();
                CompletableFuture<Thread> ending = new CompletableFuture<>();
                Pid target = Self.spawn(() -> {
                    ending.complete(Thread.currentThread());
                    Steps.spinUntil(go);
                });
                Pid killer = Self.spawn(() -> {
                    Steps.spinUntil(go);
                    Self.exit(target, ExitReason.killed());
                });
                Thread thread = Steps.get(ending, "watched process");
                go.set(true);
                Steps.spin(i % 50 * 200L);

                Ref ref = Self.monitor(target);

                assertThat(Steps.next(Down.class).ref()).isEqualTo(ref);
                Steps.join(thread);
                Steps.end(killer);
                assertThat(Self.receive(Down.class, Duration.ZERO)).isEmpty();
            }
        });
    }

    /// Exits with the reason it is sent.
    private static void obey() {
        throw Self.exit(Self.receive(ExitReason.class));
    }

    @Test
    void aProcessIsMonitoredBeforeItRuns() {
        Steps.run(node, () -> {
            for (int i = 0; i < Race.rounds(500); i++) {
                Monitored quick = Self.spawnMonitor(() -> {});

                assertThat(Steps.end(quick.monitor())).isEqualTo(ExitReason.normal());
            }
        });
    }

    @Test
    void aMonitoredProcessThatFailsEndsNobodyElse() {
        Steps.run(node, () -> {
            Monitored failing = Self.spawnMonitor(() -> {
                throw Self.exit(ExitReason.Other.of("failed"));
            });

            assertThat(Steps.next(Down.class).target()).isEqualTo(failing.pid());
        });
    }
}
