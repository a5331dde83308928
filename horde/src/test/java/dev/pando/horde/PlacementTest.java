package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Placements by load, by chance and by label; that by hash alone has a test of its own.
class PlacementTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    private static Candidate candidate(int i, String region, int children) {
        return new Candidate(NodeName.of("n" + i), new TreeMap<>(Map.of("region", region)), children);
    }

    // ---- by load

    /// Children come and go at random; whoever comes is placed with what is known then.
    @Property(tries = 100)
    void noNodeHasMoreThanTheBound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int nodes) {
        Random random = new Random(seed);
        double slack = 0.05 + random.nextDouble();
        Placement placement = Placement.boundedLoad(slack);
        Map<NodeName, Integer> owned = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            List<Candidate> candidates = IntStream.range(0, nodes)
                    .mapToObj(n -> candidate(n, "here", owned.getOrDefault(NodeName.of("n" + n), 0)))
                    .toList();
            int before = owned.values().stream().mapToInt(Integer::intValue).sum();

            NodeName chosen = placement.place("child-" + i, candidates).orElseThrow();

            double now = owned.merge(chosen, 1, Integer::sum);
            assertThat(now).isLessThanOrEqualTo(Math.ceil((1 + slack) * (before + 1) / nodes));
            if (random.nextInt(3) == 0) {
                List<NodeName> some = owned.keySet().stream()
                        .filter(node -> owned.getOrDefault(node, 0) > 0)
                        .sorted()
                        .toList();
                owned.merge(some.get(random.nextInt(some.size())), -1, Integer::sum);
            }
        }
    }

    @Test
    void aNodeWithRoomIsChosenByTheHashAlone() {
        List<Candidate> candidates =
                List.of(candidate(0, "here", 10), candidate(1, "here", 10), candidate(2, "here", 10));
        for (int i = 0; i < 100; i++) {
            assertThat(Placement.boundedLoad(0.25).place("child-" + i, candidates))
                    .isEqualTo(Placement.consistentHash().place("child-" + i, candidates));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void aSlackThatIsNoneIsRefused(double slack) {
        assertThatThrownBy(() -> Placement.boundedLoad(slack))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a slack of " + slack);
    }

    @Test
    void childrenThatStartOneAfterTheOtherFillTheNodesEvenly() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors =
                    Supervisors.on(herd, Placement.boundedLoad(0.1), (_, _, _) -> true);

            Map<NodeName, Integer> shares = new HashMap<>();
            for (int i = 0; i < 30; i++) {
                Pid pid = supervisors
                        .getFirst()
                        .startOrGet(Worker.spec("child-" + i))
                        .pid();
                shares.merge(pid.node(), 1, Integer::sum);
                Supervisors.awaitRunning(supervisors, i + 1);
            }

            assertThat(shares.values()).hasSize(3).allMatch(share -> share <= 11);
        }
    }

    @Test
    void theChildrenOfALostNodeFillTheOthersEvenly() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors =
                    Supervisors.on(herd, Placement.boundedLoad(0.1), (_, _, _) -> true);
            Supervisors.start(supervisors, 30);
            Supervisors.awaitRunning(supervisors, 30);

            herd.crash(2);

            List<DistributedSupervisor> left = supervisors.subList(0, 2);
            Supervisors.awaitRunning(left, 30);
            for (DistributedSupervisor supervisor : left) {
                Map<NodeName, Integer> shares = new HashMap<>();
                supervisor.children().forEach(child -> shares.merge(child.owner(), 1, Integer::sum));
                assertThat(shares.values()).hasSize(2).allMatch(share -> share <= 17);
            }
        }
    }

    // ---- by chance

    @Property(tries = 200)
    void aNodeIsDrawnFromThoseThatAreThere(
            @ForAll String id, @ForAll long draw, @ForAll @IntRange(min = 0, max = 7) int nodes) {
        List<Candidate> candidates =
                IntStream.range(0, nodes).mapToObj(n -> candidate(n, "here", n)).toList();

        Optional<NodeName> drawn = Placement.random().place(id, draw, candidates);

        assertThat(drawn.isPresent()).isEqualTo(nodes > 0);
        assertThat(candidates.stream().map(Candidate::node).toList())
                .containsAll(drawn.stream().toList());
        assertThat(Placement.random().place(id, draw, candidates.reversed())).isEqualTo(drawn);
    }

    /// For three nodes chi-square exceeds 13.8 once in a thousand times by pure chance.
    @Test
    void eachDrawAndEachChildMayGoToAnyNode() {
        List<Candidate> candidates = List.of(candidate(0, "here", 0), candidate(1, "here", 0), candidate(2, "here", 0));
        Map<NodeName, Integer> byDraw = new TreeMap<>();
        Map<NodeName, Integer> byId = new TreeMap<>();
        for (int i = 0; i < 3000; i++) {
            NodeName drawn =
                    Placement.random().place("x", (long) i << 16, candidates).orElseThrow();
            byDraw.merge(drawn, 1, Integer::sum);
            NodeName placed = Placement.random().place("child-" + i, candidates).orElseThrow();
            byId.merge(placed, 1, Integer::sum);
        }

        for (Map<NodeName, Integer> spread : List.of(byDraw, byId)) {
            assertThat(spread.values().stream()
                            .mapToDouble(share -> (share - 1000.0) * (share - 1000.0) / 1000.0)
                            .sum())
                    .isLessThan(13.8);
        }
    }

    @Test
    void drawsAreMadeAmongTheNodesWithALabelToo() {
        Placement east = Placement.random().only("region", "east");
        List<Candidate> candidates = List.of(candidate(0, "west", 0), candidate(1, "east", 0), candidate(2, "east", 0));

        assertThat(IntStream.range(0, 50).mapToObj(draw -> east.place("x", draw, candidates)))
                .contains(Optional.of(NodeName.of("n1")), Optional.of(NodeName.of("n2")))
                .doesNotContain(Optional.of(NodeName.of("n0")), Optional.empty());
    }

    @Test
    void aChildThatIsStartedAgainIsDrawnForAgain() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, Placement.random(), (_, _, _) -> true);
            Set<NodeName> drawn = new TreeSet<>();

            for (int i = 0; i < 60 && drawn.size() < 3; i++) {
                drawn.add(supervisors
                        .get(i % 3)
                        .startOrGet(Worker.spec("x"))
                        .pid()
                        .node());
                assertThat(supervisors.get(i % 3).terminate("x", Supervisors.LIMIT))
                        .isTrue();
                Eventually.holds(() -> assertThat(supervisors)
                        .allMatch(supervisor -> supervisor.children().isEmpty()));
            }

            assertThat(drawn).hasSize(3);
        }
    }

    @Test
    void allNodesDrawAlikeAlsoForTheChildrenOfALostNode() {
        try (Herd herd = new Herd(4, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, Placement.random(), (_, _, _) -> true);
            Supervisors.start(supervisors, 80);
            Supervisors.awaitRunning(supervisors, 80);
            int lost = (int) supervisors.getFirst().children().stream()
                    .filter(child -> child.owner().equals(herd.name(3)))
                    .count();

            herd.crash(3);

            Supervisors.awaitOneEach(herd, supervisors, 80);
            assertThat(herd.census.births()).hasSize(80 + lost);
            assertThat(Supervisors.pids(supervisors.getFirst(), 80).stream()
                            .map(Pid::node)
                            .distinct())
                    .hasSize(3);
        }
    }

    // ---- by label

    @Test
    void onlyNodesWithTheLabelAreChosen() {
        Placement placement = Placement.consistentHash().only("region", "east");
        List<Candidate> candidates = List.of(candidate(0, "west", 0), candidate(1, "east", 0), candidate(2, "east", 0));

        for (int i = 0; i < 100; i++) {
            assertThat(placement.place("child-" + i, candidates))
                    .isEqualTo(Placement.consistentHash().place("child-" + i, candidates.subList(1, 3)));
        }
        assertThat(placement.place("x", candidates.subList(0, 1))).isEmpty();
    }

    @Test
    void allNodesAreChosenFromWhileNoneHasThePreferredLabel() {
        Placement placement = Placement.consistentHash().preferring("region", "east");
        List<Candidate> candidates = List.of(candidate(0, "west", 0), candidate(1, "east", 0));

        assertThat(placement.place("x", candidates)).contains(NodeName.of("n1"));
        assertThat(placement.place("x", candidates.subList(0, 1))).contains(NodeName.of("n0"));
    }

    @Test
    void eachChildGoesToTheRegionThatItsIdNames() {
        Placement byRegion = Placement.consistentHash().only("region", id -> id.substring(0, id.indexOf('/')));
        try (Herd herd = Herd.inRegions(List.of("east", "west", "east"), Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, byRegion, (_, _, _) -> true);

            for (int i = 0; i < 12; i++) {
                for (DistributedSupervisor supervisor : supervisors) {
                    assertThat(supervisor
                                    .startOrGet(Worker.spec("west/" + i))
                                    .pid()
                                    .node())
                            .isEqualTo(herd.name(1));
                    assertThat(supervisor
                                    .startOrGet(Worker.spec("east/" + i))
                                    .pid()
                                    .node())
                            .isIn(herd.name(0), herd.name(2));
                }
            }
        }
    }

    @Test
    void aChildOfALostRegionWaitsForItsReturn() {
        Placement east = Placement.consistentHash().only("region", "east");
        try (Herd herd = Herd.inRegions(List.of("west", "east"), Worker.class)) {
            List<DistributedSupervisor> supervisors = new ArrayList<>(Supervisors.on(herd, east, (_, _, _) -> true));
            assertThat(supervisors.getFirst().startOrGet(Worker.spec("x")).pid().node())
                    .isEqualTo(herd.name(1));
            herd.crash(1);
            Eventually.holds(() -> assertThat(supervisors.getFirst().children())
                    .extracting(Child::state)
                    .containsExactly(ChildState.LOST_OWNER));
            assertThatThrownBy(() -> supervisors.getFirst().startOrGet(Worker.spec("x"), SHORT))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isEqualTo(new ExitReason.Timeout(SHORT)));

            int back = herd.joinRegion("east", Worker.class);
            herd.awaitAll();
            supervisors.add(Supervisors.on(herd.clusters.get(back), east));

            Eventually.holds(() -> assertThat(supervisors.getFirst().lookup("x").map(Pid::node))
                    .isEqualTo(Optional.of(herd.name(back))));
        }
    }
}
