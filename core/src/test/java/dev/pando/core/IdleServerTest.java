package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Pliable.Ask;
import dev.pando.core.Pliable.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server that has nothing to do has no thread, and nobody can tell but by counting threads.
final class IdleServerTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");

    private final Roster roster = Roster.jvm();
    private final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), roster.host());

    @AfterEach
    void close() {
        node.close();
    }

    private Pid idle(GenServer<?, ?> server) {
        Pid pid = node.start(server);
        awaitIdle();
        return pid;
    }

    private void awaitIdle() {
        Steps.until("the server to become idle", () -> !roster.hasThread(Pliable.class));
    }

    @Test
    void aServerKeepsItsStateWithoutAThread() {
        Pid server = idle(new Pliable());

        for (int i = 1; i <= 100; i++) {
            node.cast(server, Tell.add(1));
            awaitIdle();
        }

        assertThat(node.call(server, Ask.forState())).isEqualTo(100);
        assertThat(node.isAlive(server)).isTrue();
    }

    @Test
    void supervisorsHaveNoThreadEither() {
        Pid plain = node.start(Supervisor.of(Strategy.ONE_FOR_ONE, ChildSpec.of("ada", new Pliable())));
        Pid dynamic = node.start(DynamicSupervisor.of());

        Steps.until("both to become idle", () -> roster.running().isEmpty());

        assertThat(node.isAlive(plain)).isTrue();
        assertThat(node.isAlive(dynamic)).isTrue();
        assertThat(node.call(plain, new Supervisor.CountChildren()).active()).isEqualTo(1);
    }

    /// What comes while it gives its thread up makes it run again: one message at a time, so that each comes at
    /// another moment of that.
    @Test
    void noMessageIsLostWhileAServerBecomesIdle() {
        Pid server = node.start(new Pliable());
        int rounds = Race.rounds(20_000);

        Steps.run(node, () -> {
            for (int i = 0; i < rounds; i++) {
                CountDownLatch handled = new CountDownLatch(1);
                Self.cast(server, new Tell((_, state) -> {
                    handled.countDown();
                    return Step.noReply(state + 1);
                }));
                handled.await();
                Steps.spin(i % 4000);
            }
        });

        assertThat(node.call(server, Ask.forState())).isEqualTo(rounds);
    }

    /// Several senders, so that more than one may want to wake it: it never runs on two threads.
    @Test
    void aServerThatManyWakeRunsOnOneThreadAtATime() {
        Pid server = node.start(new Pliable());
        int[] unguarded = new int[1];
        int rounds = Race.rounds(5_000);
        Race race = new Race();
        for (int sender = 0; sender < 4; sender++) {
            int pause = 500 * sender;
            race.add(() -> {
                for (int i = 0; i < rounds; i++) {
                    node.cast(server, new Tell((_, state) -> {
                        unguarded[0]++;
                        return Step.noReply(state + 1);
                    }));
                    Steps.spin(pause);
                }
            });
        }

        race.run();

        assertThat(node.call(server, new Ask((ask, state) -> Step.reply(ask, unguarded[0] - state, state))))
                .isEqualTo(0);
        assertThat(node.call(server, Ask.forState())).isEqualTo(4 * rounds);
    }

    @Test
    void anIdleServerEndsByAnExitSignal() {
        Pid server = idle(new Pliable());
        node.exit(server, FAILED);

        assertThat(Steps.end(node, server)).isIn(FAILED, new ExitReason.NoProcess(server.toString()));
        assertThat(node.isAlive(server)).isFalse();
    }

    @Test
    void anIdleServerThatTrapsExitsHandlesThem() {
        Pliable trapping = new Pliable(true);
        Pid server = idle(trapping);
        Pid other = node.spawn(() -> {
            Self.link(server);
            Self.exit(FAILED);
        });

        assertThat(Steps.poll(trapping.infos)).isEqualTo(new Exit(other, FAILED));
        assertThat(node.isAlive(server)).isTrue();
    }

    @Test
    void anIdleServerStopsInOrder() {
        Pliable stopping = new Pliable();
        Pid server = idle(stopping);
        node.cast(server, Tell.add(7));
        awaitIdle();

        assertThat(node.stop(server, Steps.LIMIT)).isTrue();
        assertThat(Steps.poll(stopping.terminated)).isEqualTo(new Pliable.Terminated(ExitReason.shutdown(), 7));
    }

    @Test
    void aKilledIdleServerEndsAtOnceAndNeverRunsAgain() {
        Pliable killed = new Pliable();
        Pid server = idle(killed);
        int started = roster.started().get();

        node.exit(server, ExitReason.killed());

        assertThat(node.isAlive(server)).isFalse();
        assertThat(node.leftovers()).isZero();
        node.cast(server, Tell.add(1));
        assertThat(roster.started()).hasValue(started);
        assertThat(killed.terminated).isEmpty();
        assertThatThrownBy(() -> node.call(server, Ask.forState())).isInstanceOf(ExitException.class);
    }

    @Test
    void racesOfMessagesExitsAndKillsWithIdlenessLeaveNothing() {
        for (int i = 0; i < Race.rounds(2_000); i++) {
            Pid server = node.start(new Pliable());
            int pause = i % 50 * 100;
            boolean kill = i % 2 == 0;
            new Race()
                    .add(() -> {
                        node.cast(server, Tell.add(1));
                        node.cast(server, Tell.add(1));
                    })
                    .add(() -> {
                        Steps.spin(pause);
                        node.exit(server, kill ? ExitReason.killed() : FAILED);
                    })
                    .run();
            Steps.end(node, server);
        }

        Steps.until("all threads to end", () -> roster.running().isEmpty());
        assertThat(node.leftovers()).isZero();
        assertThat(node.processCount()).isZero();
    }

    /// What it is told when the time is up comes without a thread that waits for it.
    @Test
    void anIdleServerIsToldOfItsIdleness() {
        Pliable napping = new Pliable();
        Pid server = idle(napping);
        for (int i = 0; i < 20; i++) {
            Duration nap = Duration.ofMillis(i % 5);
            node.cast(server, new Tell((_, state) -> {
                Self.idleAfter(nap);
                return Step.noReply(state);
            }));

            assertThat(Steps.poll(napping.infos)).isEqualTo(new Idle());
        }
        assertThat(napping.infos).isEmpty();
    }

    /// Each is linked to the next; all end with the first. There are more than a stack would hold.
    @Test
    void aLongChainOfIdleServersEndsTogether() {
        int length = 50_000;
        List<Pid> chain = new ArrayList<>();
        Steps.run(node, () -> {
            for (int i = 0; i < length; i++) {
                chain.add(node.start(new Pliable()));
            }
            for (int i = 1; i < length; i++) {
                Pid before = chain.get(i - 1);
                Self.call(chain.get(i), new Ask((ask, state) -> {
                    Self.link(before);
                    return Step.reply(ask, true, state);
                }));
            }
        });
        awaitIdle();
        int started = roster.started().get();

        node.exit(chain.getFirst(), FAILED);
        Steps.until("all to end", () -> node.processCount() == 0);

        assertThat(roster.started()).as("no thread for each").hasValueLessThan(started + 1_000);
        assertThat(node.leftovers()).isZero();
    }

    /// An end that follows from another tells its watchers the same reason.
    @Test
    void whoFollowsAnEndWhileIdleTellsItsWatchers() {
        Pid first = idle(new Pliable());
        Pid second = idle(new Pliable());
        Steps.run(node, () -> {
            Self.call(second, new Ask((ask, state) -> {
                Self.link(first);
                return Step.reply(ask, true, state);
            }));
            Ref monitor = Self.monitor(second);
            Self.exit(first, FAILED);

            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
        });
    }

    @Test
    void aCallToAnIdleServerThatEndsMeanwhileFails() {
        for (int i = 0; i < Race.rounds(1_000); i++) {
            Pid server = node.start(new Pliable());
            int pause = i % 40 * 100;
            new Race()
                    .add(() -> {
                        try {
                            node.call(server, Ask.forState(), Steps.LIMIT);
                        } catch (ExitException ended) {
                            assertThat(ended.reason()).isNotInstanceOf(ExitReason.Timeout.class);
                        }
                    })
                    .add(() -> {
                        Steps.spin(pause);
                        node.exit(server, FAILED);
                    })
                    .run();
        }
    }
}
