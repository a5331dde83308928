package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Ref;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.core.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class SimulationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Node node(Simulation simulation, String name) {
        return simulation.start(name, Protocols.none(), Resources.none());
    }

    // ---- what the tests run

    sealed interface Message {}

    record Add(int number) implements Message, Cast {}

    record Sum() implements Message, Call<Integer> {}

    record Never() implements Message, Call<Integer> {}

    record Crash() implements Message, Cast {}

    record Adder() implements GenServer<Message, Integer> {

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer sum) {
            return switch (message) {
                case Add(int number) -> Step.noReply(sum + number);
                case Sum question -> Step.reply(question, sum, sum);
                case Never _ -> Step.noReply(sum);
                case Crash _ -> throw new IllegalStateException("told to");
            };
        }
    }

    /// Several processes that talk, with pauses drawn by chance; notes who hears what, and when.
    private static void chatter(Simulation simulation, Node node, int processes, int messages) {
        for (int i = 0; i < processes; i++) {
            String me = "speaker " + i;
            Pid listener = node.spawn(() -> {
                for (int heard = 0; heard < messages; heard++) {
                    simulation.note(me, "hears", Self.receive(String.class));
                }
            });
            node.spawn(() -> {
                for (int said = 0; said < messages; said++) {
                    Self.send(listener, me + " says " + said);
                    if (node.host().entropy().random().nextInt(3) == 0) {
                        Self.sleep(
                                Duration.ofMillis(node.host().entropy().random().nextInt(5)));
                    }
                }
            });
        }
    }

    static Trace chat(long seed) {
        return chat(Simulation.traced(seed));
    }

    static Trace chat(Simulation simulation) {
        try (simulation) {
            Node node = node(simulation, "alpha");
            Pid adder = simulation.call(node, () -> node.start(new Adder()));
            chatter(simulation, node, 6, 20);
            simulation.run(node, () -> {
                for (int i = 0; i < 20; i++) {
                    Self.cast(adder, new Add(i));
                }
                simulation.note("alpha", "sum", "" + Self.call(adder, new Sum()));
            });
            simulation.runFor(SECOND);
        }
        return simulation.trace();
    }

    // ---- the same again

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 0; seed < 50; seed++) {
            Trace first = chat(seed);
            Trace second = chat(seed);

            assertThat(second.lines()).isEqualTo(first.lines()).hasSizeGreaterThan(120);
            assertThat(second.hash()).isEqualTo(first.hash());
        }
    }

    @Test
    void otherSeedsGiveOtherRuns() {
        Set<Long> hashes = new LinkedHashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            hashes.add(chat(seed).hash());
        }

        assertThat(hashes).hasSize(50);
    }

    /// What does not come from the seed shows: the check has teeth.
    @Test
    void anIdentityHashInADelayIsNoticed() {
        Set<Long> hashes = new LinkedHashSet<>();
        for (int run = 0; run < 5; run++) {
            Simulation simulation = Simulation.of(7);
            try (simulation) {
                Node node = node(simulation, "alpha");
                simulation.run(node, () -> {
                    for (int i = 0; i < 8; i++) {
                        Self.sleep(Duration.ofNanos(System.identityHashCode(new Object())));
                        simulation.note("alpha", "wakes", "");
                    }
                });
            }
            hashes.add(simulation.trace().hash());
        }

        assertThat(hashes).hasSizeGreaterThan(1);
    }

    @Test
    void oneMachinesChanceDoesNotShiftAnothers() {
        List<List<Integer>> drawn = new ArrayList<>();
        for (int busy : List.of(0, 10)) {
            try (Simulation simulation = Simulation.of(1)) {
                Node alpha = node(simulation, "alpha");
                Node beta = node(simulation, "beta");
                for (int i = 0; i < busy; i++) {
                    alpha.host().entropy().random().nextInt();
                }
                List<Integer> numbers = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    numbers.add(beta.host().entropy().random().nextInt());
                }
                drawn.add(numbers);
            }
        }

        assertThat(drawn.get(1)).isEqualTo(drawn.get(0));
    }

    /// Two that are ready at once run in either order, by the seed.
    @Test
    void whoRunsNextIsDrawn() {
        Set<String> orders = new LinkedHashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            try (Simulation simulation = Simulation.of(seed)) {
                Node node = node(simulation, "alpha");
                StringBuilder order = new StringBuilder();
                for (String each : List.of("a", "b", "c", "d")) {
                    node.spawn(() -> order.append(each));
                }
                simulation.runFor(Duration.ZERO);
                orders.add(order.toString());
            }
        }

        assertThat(orders).hasSize(24);
    }

    // ---- time

    @Test
    void timeJumpsWhenNobodyCanRun() {
        try (Simulation simulation = Simulation.of(1)) {
            Node node = node(simulation, "alpha");
            List<Long> wakings = new ArrayList<>();
            simulation.run(node, () -> {
                for (int i = 0; i < 3; i++) {
                    Self.sleep(Duration.ofMinutes(10));
                    wakings.add(simulation.nanos());
                }
            });

            long ten = Duration.ofMinutes(10).toNanos();
            assertThat(wakings).containsExactly(ten, 2 * ten, 3 * ten);
        }
    }

    @Test
    void aCallEndsAtItsDeadline() {
        try (Simulation simulation = Simulation.of(1)) {
            Node node = node(simulation, "alpha");
            Pid server = simulation.call(node, () -> node.start(new Adder()));
            simulation.run(
                    node,
                    () -> assertThatThrownBy(() -> Self.call(server, new Never(), Duration.ofSeconds(3)))
                            .isInstanceOfSatisfying(
                                    ExitException.class,
                                    timeout -> assertThat(timeout.reason())
                                            .isEqualTo(new ExitReason.Timeout(Duration.ofSeconds(3)))));

            assertThat(simulation.nanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        }
    }

    @Test
    void whatIsDueAtTheSameTimeHappensInTheOrderOfItsMaking() {
        try (Simulation simulation = Simulation.of(1)) {
            Scheduler scheduler = simulation.host("alpha").scheduler();
            List<Integer> order = new ArrayList<>();
            scheduler.at(2_000, () -> order.add(3));
            scheduler.at(1_000, () -> order.add(1));
            scheduler.at(1_000, () -> order.add(2));
            Scheduler.Timer withdrawn = scheduler.at(1_500, () -> order.add(9));
            assertThat(withdrawn.cancel()).isTrue();
            assertThat(withdrawn.cancel()).isFalse();

            simulation.runFor(SECOND);

            assertThat(order).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aClockThatGainsIsEarly() {
        try (Simulation simulation = Simulation.of(1)) {
            Node fast = node(simulation, "fast");
            Node slow = node(simulation, "slow");
            simulation.drift("fast", 50_000);
            simulation.drift("slow", -50_000);
            simulation.ahead("slow", Duration.ofHours(2));
            Instant before = slow.host().clock().now();
            List<String> woken = new ArrayList<>();
            for (Node node : List.of(slow, fast)) {
                node.spawn(() -> {
                    Self.sleep(Duration.ofSeconds(100));
                    woken.add(node.name().name() + " " + simulation.nanos() / 1_000_000);
                });
            }
            simulation.runFor(Duration.ofSeconds(200));

            assertThat(woken).containsExactly("fast 95238", "slow 105263");
            assertThat(Duration.between(before, slow.host().clock().now())).isEqualTo(Duration.ofSeconds(190));
            assertThat(fast.host().clock().now()).isBefore(before);
            assertThatThrownBy(() -> simulation.drift("fast", 200_000)).hasMessageContaining("200000 ppm");
        }
    }

    // ---- the library on it

    @Test
    void supervisorsLinksAndKillsWorkAsEver() {
        for (long seed = 0; seed < 100; seed++) {
            try (Simulation simulation = Simulation.of(seed)) {
                Node node = node(simulation, "alpha");
                Name ada = new Name("ada");
                Supervisor tree = Supervisor.of(
                        Strategy.ONE_FOR_ONE, ChildSpec.of("ada", new Adder()).name(ada));
                simulation.run(node, () -> {
                    node.start(tree);
                    for (int i = 0; i < 3; i++) {
                        Pid before = node.whereis(ada).orElseThrow();
                        Ref ref = Self.monitor(before);
                        if (i == 1) {
                            Self.exit(before, ExitReason.killed());
                        } else {
                            Self.cast(ada, new Crash());
                        }
                        assertThat(Self.receive(Down.class, down -> down.ref().equals(ref), SECOND))
                                .isPresent();
                        while (node.whereis(ada)
                                .filter(now -> !now.equals(before))
                                .isEmpty()) {
                            Self.sleep(Duration.ofMillis(1));
                        }
                        Self.cast(ada, new Add(5));
                        assertThat(Self.call(ada, new Sum())).isEqualTo(5);
                    }
                });
                assertThat(node.leftovers()).isZero();
            }
        }
    }

    // ---- machines

    @Test
    void whatIsDueDuringAPauseHappensLate() {
        try (Simulation simulation = Simulation.of(1)) {
            Node paused = node(simulation, "paused");
            Node other = node(simulation, "other");
            List<String> happened = new ArrayList<>();
            for (Node node : List.of(paused, other)) {
                node.spawn(() -> {
                    for (int i = 0; i < 3; i++) {
                        Self.sleep(SECOND);
                        happened.add(node.name().name() + " " + simulation.nanos() / 1_000_000);
                    }
                });
            }
            simulation.runFor(Duration.ofMillis(500));
            simulation.pause("paused", Duration.ofMillis(1_600));
            simulation.runFor(Duration.ofSeconds(10));

            assertThat(happened)
                    .containsExactly(
                            "other 1000", "other 2000", "paused 2100", "other 3000", "paused 3100", "paused 4100");
        }
    }

    @Test
    void nothingRunsAfterACrash() {
        Simulation simulation = Simulation.of(1);
        try (simulation) {
            Node node = node(simulation, "alpha");
            int[] ticks = new int[1];
            node.spawn(() -> {
                while (true) {
                    Self.sleep(Duration.ofMillis(10));
                    ticks[0]++;
                }
            });
            simulation.runFor(SECOND);
            simulation.crash("alpha");
            int before = ticks[0];
            simulation.runFor(Duration.ofMinutes(1));
            assertThat(ticks[0]).isEqualTo(before).isBetween(99, 100);

            Node again = node(simulation, "alpha");
            assertThat(again.incarnation()).isGreaterThan(node.incarnation());
            assertThat(simulation.call(again, () -> Self.pid().node())).isEqualTo(node.name());
        }
    }

    @Test
    void anUnknownMachineIsNamed() {
        try (Simulation simulation = Simulation.of(1)) {
            node(simulation, "alpha");
            assertThatThrownBy(() -> simulation.crash("beta"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no machine is called beta; there are [alpha]");
        }
    }

    // ---- what an action may not do

    @Test
    void aConditionThatBlocksIsNoticed() {
        Simulation simulation = Simulation.of(1);
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> simulation.until(
                        () -> {
                            try {
                                never.await();
                                return true;
                            } catch (InterruptedException e) {
                                return false;
                            }
                        },
                        SECOND))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("an action or condition of the simulation blocks outside")
                .hasMessageContaining("CountDownLatch.await");
        never.countDown();
    }

    // ---- what a process may not do

    @Test
    void aProcessThatBlocksOutsideIsNamed() {
        Simulation simulation = Simulation.of(1);
        Node node = node(simulation, "alpha");
        CountDownLatch never = new CountDownLatch(1);
        node.spawn(never::await);

        assertThatThrownBy(() -> simulation.runFor(SECOND))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("alpha: SimulationTest #1 blocks outside of the simulation")
                .hasMessageContaining("CountDownLatch.await");
        never.countDown();
        simulation.close();
    }

    @Test
    void aProcessThatPollsWithoutWaitingIsNamed() {
        Simulation simulation = Simulation.of(1);
        Node node = node(simulation, "alpha");
        Scheduler scheduler = node.host().scheduler();
        node.spawn(() -> {
            while (node.host().clock().nanos() < 1_000) {
                scheduler.giveWay();
            }
        });

        assertThatThrownBy(() -> simulation.runFor(SECOND))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("time stands still")
                .hasMessageContaining("alpha: SimulationTest #1");
        simulation.close();
    }

    @Test
    void aThreadFromOutsideIsNamed() throws InterruptedException {
        Simulation simulation = Simulation.of(1);
        Node node = node(simulation, "alpha");
        Pid pid = node.spawn(() -> Self.receive(String.class));
        simulation.runFor(Duration.ZERO);
        CountDownLatch sent = new CountDownLatch(1);
        node.spawn(() -> {
            Thread.ofPlatform().name("intruder").start(() -> {
                try {
                    node.send(pid, "hello");
                } finally {
                    sent.countDown();
                }
            });
            while (sent.getCount() > 0) {
                Thread.onSpinWait();
            }
        });

        assertThatThrownBy(() -> simulation.runFor(SECOND))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("intruder has woken SimulationTest from outside of the simulation");
        simulation.close();
    }

    @Test
    void whoCallsAServerFromTheTestIsToldWhereToDoThat() {
        Simulation simulation = Simulation.of(1);
        Node node = node(simulation, "alpha");

        assertThatThrownBy(() -> node.start(new Adder())).hasMessageContaining("use Simulation.run or Simulation.call");
        simulation.close();
    }

    @Test
    void aThreadThatIsLeftIsNamed() {
        Simulation simulation = Simulation.of(1);
        Scheduler scheduler = simulation.host("alpha").scheduler();
        scheduler.start("stays", () -> {
            while (true) {
                scheduler.park();
            }
        });
        simulation.runFor(SECOND);

        assertThatThrownBy(simulation::close)
                .isInstanceOf(SimulationFailure.class)
                .hasMessage("threads that have not ended:\n    alpha: stays #1");
    }

    @Test
    void whatAStepThrowsIsThrownInTheTest() {
        try (Simulation simulation = Simulation.of(1)) {
            Node node = node(simulation, "alpha");
            assertThatThrownBy(() -> simulation.run(node, () -> {
                        throw new IllegalStateException("as planned");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("as planned");
        }
    }

    // ---- nothing stays

    @Test
    void manyRunsLeaveNoThreadAndNoMemory() {
        for (long seed = 0; seed < 200; seed++) {
            chat(seed);
        }
        Leftovers before = Leftovers.now();
        for (long seed = 0; seed < 1_000; seed++) {
            chat(seed);
        }
        Leftovers after = Leftovers.now();

        after.assertNoMoreThan(before);
    }
}
