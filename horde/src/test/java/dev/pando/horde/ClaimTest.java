package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClaimTest {

    private static final long SEED = 7;

    private final NodeName a = NodeName.of("a");
    private final NodeName b = NodeName.of("b");

    @Test
    void theClaimThatWasTakenOverLessOftenStaysHoweverYoungItIs() {
        Claim untouched = claim(0, 900, a, 1);
        Claim takenOver = claim(1, 100, b, 1);

        assertThat(untouched.beats(takenOver)).isTrue();
        assertThat(takenOver.beats(untouched)).isFalse();
    }

    @Test
    void amongEqualTakeOversTheOlderClaimStays() {
        assertThat(claim(2, 100, b, 9).beats(claim(2, 101, a, 1))).isTrue();
    }

    @Test
    void atTheSameMomentTheNodesNameDecidesAndThenItsStart() {
        assertThat(claim(0, 100, a, 9).beats(claim(0, 100, b, 1))).isTrue();
        assertThat(claim(0, 100, a, 1).beats(claim(0, 100, a, 2))).isTrue();
    }

    @Test
    void aClaimThatWasHandedOverIsAsOldAsTheFirstOne() {
        Claim first = claim(0, 100, a, 1);
        Claim handedOver = first.handedOver(new Token(300, b, 1));

        assertThat(handedOver.beats(claim(0, 200, a, 1))).isTrue();
        assertThat(first.beats(handedOver)).as("while it is not given up").isTrue();
    }

    @Test
    void beatsIsAStrictTotalOrder() {
        List<Claim> claims = claims();
        for (Claim x : claims) {
            for (Claim y : claims) {
                assertThat(x.beats(y) ? 1 : 0)
                        .as("exactly one of %s and %s beats the other", x, y)
                        .isEqualTo(x.equals(y) || y.beats(x) ? 0 : 1);
                for (Claim z : claims) {
                    if (x.beats(y) && y.beats(z)) {
                        assertThat(x.beats(z)).as("%s, %s, %s", x, y, z).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void aKeysHistoryRunsAgainstTheOrderInWhichItsClaimsStay() {
        List<Claim> claims = claims();
        for (Claim x : claims) {
            for (Claim y : claims) {
                assertThat(x.follows(y)).isEqualTo(y.beats(x));
            }
        }
    }

    @Test
    void aClaimIsOfOneStartOfItsNode() {
        Claim claim = claim(0, 100, a, 7);

        assertThat(claim.isOf(a, 7)).isTrue();
        assertThat(claim.isOf(a, 8)).isFalse();
        assertThat(claim.isOf(b, 7)).isFalse();
    }

    /// Few values each, so that ties are frequent.
    private static List<Claim> claims() {
        Random random = new Random(SEED);
        return Stream.generate(() -> claim(
                        random.nextInt(3),
                        100 + random.nextInt(4),
                        NodeName.of(random.nextBoolean() ? "a" : "b"),
                        random.nextInt(2)))
                .distinct()
                .limit(40)
                .toList();
    }

    static Claim claim(int takeOvers, long stamp, NodeName node, long incarnation) {
        return new Claim(new Token(stamp, node, incarnation), takeOvers);
    }
}
