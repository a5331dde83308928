package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Ref;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The library's cluster, sessions and codec included, on a simulated network.
final class SimulatedClusterTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    public record Word(int number) {}

    /// Some nodes that know each other, each with an echo.
    private record Trio(Simulation simulation, List<Node> nodes, List<Cluster> clusters) implements AutoCloseable {

        static Trio of(long seed) {
            return of(Simulation.traced(seed));
        }

        static Trio of(Simulation simulation) {
            Trio trio = new Trio(simulation, new ArrayList<>(), new ArrayList<>());
            for (String name : List.of("a", "b", "c")) {
                trio.add(name);
            }
            assertThat(simulation.until(trio::isWhole, Duration.ofSeconds(5)))
                    .as("seed %d: %s", simulation.seed(), simulation.trace().last(30))
                    .isTrue();
            return trio;
        }

        void add(String name) {
            Node node = simulation.start(name, Protocols.of(Echo.class, Word.class), Resources.none());
            nodes.add(node);
            clusters.add(simulation.join(node));
            simulation.call(node, () -> node.start(new Echo(), Echo.NAME));
        }

        boolean isWhole() {
            return clusters.stream().allMatch(cluster -> cluster.nodes().size() == clusters.size() - 1);
        }

        @Override
        public void close() {
            simulation.close();
        }
    }

    static Trace talk(long seed) {
        return talk(Simulation.traced(seed));
    }

    static Trace talk(Simulation simulation) {
        try (Trio trio = Trio.of(simulation)) {
            Node a = trio.nodes().get(0);
            simulation.run(a, () -> {
                for (int i = 0; i < 10; i++) {
                    Node other = trio.nodes().get(1 + i % 2);
                    simulation.note("a", "hears", "" + Self.call(Echo.NAME.on(other.name()), new Echo.Say(i)));
                }
            });
            simulation.cut(List.of("a"), List.of("b", "c"));
            simulation.runFor(Duration.ofSeconds(10));
            simulation.heal();
            assertThat(simulation.until(trio::isWhole, Duration.ofSeconds(20)))
                    .as("seed %d: %s", simulation.seed(), simulation.trace().last(40))
                    .isTrue();
            return simulation.trace();
        }
    }

    @Test
    void theSameSeedGivesTheSameCluster() {
        for (long seed = 0; seed < 10; seed++) {
            Trace first = talk(seed);
            Trace second = talk(seed);

            assertThat(second.lines()).isEqualTo(first.lines()).hasSizeGreaterThan(20);
            assertThat(second.hash()).isEqualTo(first.hash());
        }
    }

    @Test
    void aPartitionIsNoticedAndHealsForManySeeds() {
        for (long seed = 100; seed < 200; seed++) {
            talk(seed);
        }
    }

    /// A cut that is mended before anybody notices delays, and loses nothing.
    @Test
    void aShortCutOnlyDelays() {
        for (long seed = 0; seed < 20; seed++) {
            try (Trio trio = Trio.of(seed)) {
                Simulation simulation = trio.simulation();
                Node a = trio.nodes().get(0);
                Node b = trio.nodes().get(1);
                List<Integer> heard = new ArrayList<>();
                Pid listener = b.spawn(() -> {
                    while (true) {
                        heard.add(Self.receive(Word.class).number());
                    }
                });
                a.spawn(() -> {
                    for (int i = 0; i < 100; i++) {
                        Self.send(listener, new Word(i));
                        Self.sleep(Duration.ofMillis(20));
                    }
                });
                simulation.runFor(Duration.ofMillis(300));
                simulation.cut(List.of("a"), List.of("b"));
                simulation.runFor(SECOND);
                int before = heard.size();
                simulation.heal();
                simulation.runFor(Duration.ofSeconds(5));

                assertThat(before).isBetween(5, 20);
                assertThat(heard).hasSize(100).isSorted();
            }
        }
    }

    /// As with the flow control of the engine of production.
    @Test
    void whoSendsMuchWaitsForWhatIsOnItsWayAndNothingIsLost() {
        int count = 10_000;
        try (Trio trio = Trio.of(5)) {
            Simulation simulation = trio.simulation();
            List<Integer> heard = new ArrayList<>();
            List<Integer> sent = new ArrayList<>();
            Pid listener = trio.nodes().get(1).spawn(() -> {
                while (true) {
                    heard.add(Self.receive(Word.class).number());
                }
            });
            // Nobody is about to look around any more, and to find the cut.
            simulation.runFor(SECOND);
            simulation.cut(List.of("a"), List.of("b"));
            trio.nodes().get(0).spawn(() -> {
                for (int i = 0; i < count; i++) {
                    Self.send(listener, new Word(i));
                    sent.add(i);
                }
            });
            simulation.runFor(SECOND);
            int before = sent.size();
            simulation.heal();
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(before).isBetween(1, count - 1);
            assertThat(heard).isEqualTo(sent).hasSize(count);
        }
    }

    /// Says a word each 20 ms, from a to b.
    private static void say(Trio trio, int count, List<Integer> heard) {
        Pid listener = trio.nodes().get(1).spawn(() -> {
            while (true) {
                heard.add(Self.receive(Word.class).number());
            }
        });
        trio.nodes().get(0).spawn(() -> {
            for (int i = 0; i < count; i++) {
                Self.send(listener, new Word(i));
                Self.sleep(Duration.ofMillis(20));
            }
        });
    }

    @Test
    void aSendThatIsRefusedEndsTheSession() {
        try (Trio trio = Trio.of(6)) {
            Simulation simulation = trio.simulation();
            List<Integer> heard = new ArrayList<>();
            say(trio, 100, heard);
            List<ExitReason> told = monitors(trio);
            simulation.runFor(Duration.ofMillis(500));
            simulation.refuse("a", "b", 1);
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(told).hasSize(1);
            assertThat(heard).hasSizeBetween(90, 99).isSorted().doesNotHaveDuplicates();
            assertThat(simulation.trace().lines())
                    .filteredOn(line -> line.contains("refuses a frame for b"))
                    .hasSize(1);
        }
    }

    @Test
    void aFrameThatIsLostEndsTheSessionWhenTheNextHasCome() {
        try (Trio trio = Trio.of(7)) {
            Simulation simulation = trio.simulation();
            List<Integer> heard = new ArrayList<>();
            say(trio, 100, heard);
            List<ExitReason> told = monitors(trio);
            simulation.runFor(Duration.ofMillis(500));
            simulation.lose("a", "b", Duration.ofMillis(100));
            simulation.runFor(Duration.ofMillis(100));
            assertThat(told).isEmpty();
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(told).hasSize(1);
            assertThat(heard).hasSizeBetween(80, 96).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void whoSendsToAnEngineThatStallsWaitsAndNothingIsLost() {
        try (Trio trio = Trio.of(8)) {
            Simulation simulation = trio.simulation();
            List<Integer> heard = new ArrayList<>();
            say(trio, 100, heard);
            simulation.runFor(Duration.ofMillis(500));
            simulation.stall("a", "b", SECOND);
            simulation.runFor(Duration.ofMillis(10));
            int before = heard.size();
            simulation.runFor(Duration.ofMillis(900));
            assertThat(heard).hasSize(before);
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(heard).hasSize(100).isSorted();
        }
    }

    /// Sends without end, and does not heed that it is to stop.
    public record Flood(Pid to) implements GenServer<Flood.Go, Boolean> {
        public record Go() implements Cast {}

        @Override
        public Boolean init() {
            Self.trapExits(true);
            Self.cast(Self.pid(), new Go());
            return true;
        }

        @Override
        public Step<Boolean> handle(Go message, Boolean state) {
            while (true) {
                Self.send(to, new Word(1));
            }
        }
    }

    /// It is killed when the time for the close is up, and so is the cluster's member, which has had none to leave.
    @Test
    void aNodeWhoseCloseIsHeldUpLeavesTheCluster() {
        try (Trio trio = Trio.of(9)) {
            Simulation simulation = trio.simulation();
            Node a = trio.nodes().get(0);
            Node b = trio.nodes().get(1);
            Node c = trio.nodes().get(2);
            Pid listener = b.spawn(() -> Self.receive(Flood.class));
            simulation.stall("a", "b", Duration.ofHours(1));
            simulation.call(a, () -> a.start(new Flood(listener)));
            simulation.runFor(SECOND);
            c.spawn(a::close);
            simulation.runFor(Duration.ofMinutes(1));

            assertThat(trio.clusters().get(1).nodes()).containsExactly(c.name());
            assertThat(trio.clusters().get(2).nodes()).containsExactly(b.name());
        }
    }

    /// Why a's monitor of b's echo has ended, as often as it has.
    private static List<ExitReason> monitors(Trio trio) {
        List<ExitReason> reasons = new ArrayList<>();
        trio.nodes().get(0).spawn(() -> {
            Self.monitor(Echo.NAME.on(trio.nodes().get(1).name()));
            while (true) {
                reasons.add(Self.receive(Down.class).reason());
            }
        });
        return reasons;
    }

    @Test
    void whoMonitorsAcrossACutIsToldOnce() {
        try (Trio trio = Trio.of(3)) {
            Simulation simulation = trio.simulation();
            Node a = trio.nodes().get(0);
            Node b = trio.nodes().get(1);
            List<ExitReason> reasons = new ArrayList<>();
            a.spawn(() -> {
                Ref ref = Self.monitor(Echo.NAME.on(b.name()));
                while (true) {
                    Down down = Self.receive(Down.class);
                    assertThat(down.ref()).isEqualTo(ref);
                    reasons.add(down.reason());
                }
            });
            simulation.runFor(SECOND);
            simulation.cut(List.of("a"), List.of("b", "c"));
            simulation.runFor(Duration.ofSeconds(10));
            simulation.heal();
            simulation.runFor(Duration.ofSeconds(10));

            assertThat(reasons).containsExactly(new ExitReason.NoConnection(b.name()));
        }
    }

    @Test
    void aCallToAMachineThatCrashesFailsSoon() {
        try (Trio trio = Trio.of(4)) {
            Simulation simulation = trio.simulation();
            Node a = trio.nodes().get(0);
            Node b = trio.nodes().get(1);
            simulation.crash("b");
            long before = simulation.nanos();
            ExitReason reason = simulation.call(a, () -> {
                try {
                    Self.call(Echo.NAME.on(b.name()), new Echo.Say(1), Duration.ofSeconds(30));
                    return ExitReason.normal();
                } catch (ExitException failure) {
                    return failure.reason();
                }
            });

            assertThat(reason).isEqualTo(new ExitReason.NoConnection(b.name()));
            assertThat(Duration.ofNanos(simulation.nanos() - before)).isLessThan(SECOND);
        }
    }

    @Test
    void aMachineThatIsStartedAgainJoinsAnew() {
        try (Trio trio = Trio.of(5)) {
            Simulation simulation = trio.simulation();
            simulation.crash("c");
            simulation.runFor(SECOND);
            trio.nodes().removeLast();
            trio.clusters().removeLast();
            trio.add("c");

            assertThat(simulation.until(trio::isWhole, Duration.ofSeconds(10)))
                    .as(simulation.trace().last(30))
                    .isTrue();
            Node a = trio.nodes().get(0);
            assertThat(simulation.call(
                            a, () -> Self.call(Echo.NAME.on(trio.nodes().get(2).name()), new Echo.Say(7))))
                    .isEqualTo(7);
        }
    }

    /// It was excluded while it stood still, and finds that out afterwards.
    @Test
    void aMachineThatStoodStillForLongComesBack() {
        for (long seed = 0; seed < 10; seed++) {
            try (Trio trio = Trio.of(seed)) {
                Simulation simulation = trio.simulation();
                simulation.pause("b", Duration.ofSeconds(20));
                simulation.runFor(Duration.ofSeconds(15));
                assertThat(trio.clusters().get(0).nodes())
                        .containsExactly(trio.nodes().get(2).name());

                assertThat(simulation.until(trio::isWhole, Duration.ofSeconds(30)))
                        .as("seed %d: %s", seed, simulation.trace().last(30))
                        .isTrue();
            }
        }
    }
}
