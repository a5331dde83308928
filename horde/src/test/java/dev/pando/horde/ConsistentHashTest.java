package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsistentHashTest {

    private static final List<Candidate> THREE = nodes("alpha", "beta", "gamma");
    private static final List<Candidate> NUMBERED = nodes("n0", "n1", "n2");
    private static final List<Candidate> FOUR = nodes("alpha", "beta", "delta", "gamma");

    private final Placement placement = Placement.consistentHash();

    @Test
    void theOrderOfTheCandidatesDoesNotMatter() {
        Random random = new Random(11);
        for (String id : ids(200)) {
            List<Candidate> shuffled = new ArrayList<>(FOUR);
            Collections.shuffle(shuffled, random);

            assertThat(placement.place(id, shuffled)).isEqualTo(placement.place(id, FOUR));
        }
    }

    @Test
    void thirtyIdsSpreadOverThreeNodes() {
        assertThat(spread("donation-", 30, THREE).values()).hasSize(3).allMatch(share -> share >= 4 && share <= 16);
    }

    @Test
    void eachOfThreeNodesGetsAThirdOfManyIds() {
        assertThat(spread("donation-", 3000, NUMBERED).values())
                .hasSize(3)
                .allMatch(share -> share >= 950 && share <= 1050);
    }

    /// For three nodes the mean of chi-square is 2 when each id falls on a node by pure chance.
    @Test
    void sharesVaryNoMoreThanChanceAllows() {
        double sum = 0;
        for (int series = 0; series < 100; series++) {
            for (int share : spread("series-" + series + "/", 900, THREE).values()) {
                sum += (share - 300.0) * (share - 300.0) / 300.0;
            }
        }

        assertThat(sum / 100).isBetween(1.4, 2.6);
    }

    @Test
    void onlyTheChildrenOfANodeThatLeavesMove() {
        for (String id : ids(2000)) {
            NodeName before = placement.place(id, FOUR).orElseThrow();
            NodeName after = placement.place(id, THREE).orElseThrow();

            assertThat(after.equals(before) || before.name().equals("delta")).isTrue();
        }
    }

    @Test
    void aNodeThatJoinsGetsItsShareAndNothingElseMoves() {
        long moved = ids(2000).stream()
                .filter(id -> {
                    NodeName before = placement.place(id, THREE).orElseThrow();
                    NodeName after = placement.place(id, FOUR).orElseThrow();
                    assertThat(after.equals(before) || after.name().equals("delta"))
                            .isTrue();
                    return !after.equals(before);
                })
                .count();

        assertThat(moved).isBetween(400L, 600L);
    }

    /// These values are part of the protocol: nodes of different releases must agree on them.
    @ParameterizedTest
    @CsvSource({
        "reef, beta",
        "x, delta",
        "'', delta",
        "donation-0, delta",
        "donation-1, alpha",
        "donation-2, beta",
        "Ngā Puhi, gamma",
        "寄付-7, alpha",
        "😀, beta"
    })
    void everyReleasePlacesAnIdOnTheSameNode(String id, String node) {
        assertThat(placement.place(id, FOUR)).contains(NodeName.of(node));
    }

    @Test
    void theOnlyCandidateIsChosen() {
        assertThat(placement.place("x", nodes("alpha"))).contains(NodeName.of("alpha"));
    }

    private Map<NodeName, Integer> spread(String prefix, int count, List<Candidate> nodes) {
        Map<NodeName, Integer> spread = new TreeMap<>();
        ids(prefix, count).forEach(id -> spread.merge(placement.place(id, nodes).orElseThrow(), 1, Integer::sum));
        return spread;
    }

    private static List<String> ids(int count) {
        return ids("donation-", count);
    }

    private static List<String> ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static List<Candidate> nodes(String... names) {
        return Supervisors.candidates(Stream.of(names).map(NodeName::of).toList());
    }
}
