package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.horde.Child;
import dev.pando.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Children with a quorum through partitions of given shapes, each in many orders of what happens. At no time does
/// one of them run twice.
class PartitionedQuorumTest {

    private static final int SEEDS = 10;
    private static final List<String> IDS =
            IntStream.range(0, 12).mapToObj(i -> "child-" + i).toList();
    /// By then a node that is cut off has stopped its children; others have not taken them over yet.
    private static final Duration NOTICED = Duration.ofSeconds(10);
    /// By then they have.
    private static final Duration TAKEN = Duration.ofSeconds(12);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static void each(int nodes, int voters, Consumer<SimulatedQuorum.Stage> test) {
        Simulation.seeds(SEEDS).forEach(seed -> {
            try (SimulatedQuorum.Stage stage = new SimulatedQuorum.Stage(Simulation.traced(seed), nodes, voters)) {
                stage.start(IDS);
                test.accept(stage);
            }
        });
    }

    private static Map<String, String> owners(SimulatedQuorum.Stage stage) {
        Map<String, String> owners = new TreeMap<>();
        stage.nodes
                .alive()
                .getFirst()
                .app()
                .children()
                .forEach(child -> owners.put(child.id(), child.owner().name()));
        return owners;
    }

    private static void healAndLook(SimulatedQuorum.Stage stage) {
        stage.heal();
        stage.watch(NOTICED);
        stage.converge();
    }

    private static void smallerSideStops(int nodes, List<String> smaller, List<String> larger) {
        each(nodes, 3, stage -> {
            stage.cut(smaller);
            stage.watch(NOTICED);
            assertThat(stage.runningOn(smaller)).isZero();
            stage.watch(TAKEN);
            assertThat(stage.runningOn(larger)).isEqualTo(IDS.size());
            stage.watch(LONG);
            assertThat(stage.runningOn(smaller)).isZero();

            healAndLook(stage);
        });
    }

    @Test
    void aLoneNodeOfThreeStops() {
        smallerSideStops(3, List.of("n3"), List.of("n1", "n2"));
    }

    @Test
    void ofTwoAndTwoTheSideWithOneVoterStops() {
        smallerSideStops(4, List.of("n3", "n4"), List.of("n1", "n2"));
    }

    @Test
    void whoIsNoVoterStopsToo() {
        smallerSideStops(5, List.of("n1", "n4", "n5"), List.of("n2", "n3"));
    }

    @Test
    void whoIsBackInTimeKeepsItsChildren() {
        each(3, 3, stage -> {
            Map<String, String> before = owners(stage);
            stage.cut(List.of("n3"));
            stage.watch(Duration.ofSeconds(8));

            healAndLook(stage);

            assertThat(owners(stage)).isEqualTo(before);
            assertThat(stage.nodes.alive().getFirst().app().children())
                    .extracting(Child::takeOvers)
                    .containsOnly(0);
        });
    }

    @Test
    void threeLoneNodesStopAllAndGoOnTogether() {
        each(3, 3, stage -> {
            Map<String, String> before = owners(stage);
            stage.cut(List.of("n1"));
            stage.cut(List.of("n2"));
            stage.watch(NOTICED);
            assertThat(stage.runningOn(stage.nodes.names())).isZero();
            stage.watch(LONG);
            assertThat(stage.runningOn(stage.nodes.names())).isZero();

            healAndLook(stage);

            assertThat(owners(stage)).isEqualTo(before);
        });
    }

    @Test
    void ofFourVotersTwoAreNotEnough() {
        each(4, 4, stage -> {
            stage.cut(List.of("n1", "n2"));
            stage.watch(NOTICED);
            assertThat(stage.runningOn(stage.nodes.names())).isZero();

            healAndLook(stage);
        });
    }

    @Test
    void nodesThatFlapRunNothingTwice() {
        each(4, 3, stage -> {
            for (int flap = 0; flap < 10; flap++) {
                stage.cut(List.of("n" + (1 + stage.nodes.chance("who").nextInt(4))));
                stage.watch(Duration.ofMillis(stage.nodes.chance("cut").nextInt(15_000)));
                stage.heal();
                stage.watch(Duration.ofMillis(stage.nodes.chance("heal").nextInt(5_000)));
            }

            healAndLook(stage);
        });
    }

    @Test
    void whoSleepsForLongDoesNotGoOnWhenItWakes() {
        each(3, 3, stage -> {
            Duration sleep =
                    Duration.ofMillis(3_000L + stage.nodes.chance("sleep").nextInt(40_000));
            stage.pause("n2", sleep);
            stage.watch(sleep.plus(NOTICED));

            stage.converge();
        });
    }

    @Test
    void allSleepAndNoneIsReplaced() {
        each(3, 3, stage -> {
            Map<String, String> before = owners(stage);
            stage.nodes.names().forEach(name -> stage.pause(name, LONG));
            stage.watch(LONG.plus(NOTICED));

            stage.converge();

            assertThat(owners(stage)).isEqualTo(before);
        });
    }

    /// Both see a majority, and the third sees both.
    @Test
    void aBrokenLinkMovesNothing() {
        each(3, 3, stage -> {
            Map<String, String> before = owners(stage);
            stage.nodes.simulation().cut(List.of("n1"), List.of("n2"));
            stage.watch(LONG);
            assertThat(stage.runningOn(stage.nodes.names())).isEqualTo(IDS.size());

            healAndLook(stage);

            assertThat(owners(stage)).isEqualTo(before);
        });
    }

    @Test
    void theChildrenOfACrashedNodeAreTakenOverAfterTheMargin() {
        each(3, 3, stage -> {
            long own = stage.runningOn(List.of("n3"));
            stage.crash("n3");
            stage.watch(NOTICED);
            assertThat(stage.runningOn(stage.nodes.names())).isEqualTo(IDS.size() - own);
            stage.watch(Duration.ofSeconds(4));
            assertThat(stage.runningOn(stage.nodes.names())).isEqualTo(IDS.size());

            healAndLook(stage);
        });
    }

    /// It gets children back, and nobody hears of that.
    @Test
    void whoIsStartedAnewAndCutOffAtOnceRunsNothingTwice() {
        each(4, 3, stage -> {
            stage.crash("n4");
            stage.watch(Duration.ofSeconds(4));
            stage.heal();
            stage.watch(Duration.ofMillis(1_500L + stage.nodes.chance("cut").nextInt(1_500)));
            stage.cut(List.of("n4"));
            stage.watch(LONG);

            healAndLook(stage);
        });
    }
}
