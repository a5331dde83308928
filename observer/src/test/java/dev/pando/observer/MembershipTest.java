package dev.pando.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeDown.Reason;
import dev.pando.cluster.NodeUp;
import dev.pando.core.NodeName;
import dev.pando.observer.Alert.BelowExpected;
import dev.pando.observer.Alert.Healed;
import dev.pando.observer.Alert.How;
import dev.pando.observer.Alert.NodeJoined;
import dev.pando.observer.Alert.NodeLost;
import dev.pando.observer.Alert.Restored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is told of what comes and goes. Times are in nanoseconds, and small.
final class MembershipTest {

    private static final NodeName A = NodeName.of("a");
    private static final NodeName B = NodeName.of("b");
    private static final Instant NOW = Instant.ofEpochSecond(1_000);

    private static Membership with(int expected, Map<NodeName, Long> there) {
        return new Membership(expected, there, 0);
    }

    private static NodeUp up(NodeName node, long incarnation) {
        return new NodeUp(node, incarnation);
    }

    private static NodeDown down(NodeName node, long incarnation, Reason reason) {
        return new NodeDown(node, incarnation, reason);
    }

    private static Alert joined(NodeName node, How how, long away) {
        return new NodeJoined(node, how, Optional.of(Duration.ofNanos(away)));
    }

    // ---- joining

    @Test
    void aNodeThatWasFoundAtTheStartDoesNotJoin() {
        Membership membership = with(1, Map.of(A, 1L));

        assertThat(membership.up(up(A, 1), 5)).isEmpty();
        assertThat(membership.others()).containsExactly(A);
    }

    @Test
    void theEndOfASessionBeforeTheStartIsNoNews() {
        Membership membership = with(1, Map.of(A, 2L));

        assertThat(membership.down(down(A, 1, Reason.RESTARTED), 5)).isEmpty();
        assertThat(membership.down(down(B, 1, Reason.LEFT), 5)).isEmpty();
        assertThat(membership.others()).containsExactly(A);
    }

    @Test
    void aNewNodeARestartedOneAndOneThatReturnsAreToldApart() {
        Membership membership = with(1, Map.of());

        assertThat(membership.up(up(A, 1), 10)).containsExactly(new NodeJoined(A, How.NEW, Optional.empty()));
        assertThat(membership.down(down(A, 1, Reason.UNREACHABLE), 20)).contains(new NodeLost(A, Reason.UNREACHABLE));
        assertThat(membership.up(up(A, 1), 50)).containsExactly(joined(A, How.RETURNED, 30));
        assertThat(membership.down(down(A, 1, Reason.LEFT), 60)).contains(new NodeLost(A, Reason.LEFT));
        assertThat(membership.up(up(A, 2), 70)).containsExactly(joined(A, How.RESTARTED, 10));
    }

    @Test
    void nodesThatNeverComeBackAreForgottenOneDay() {
        Membership membership = with(1, Map.of(A, 1L));
        membership.down(down(A, 1, Reason.UNREACHABLE), 1);
        for (int i = 0; i < Membership.GONE_MAX; i++) {
            NodeName pod = NodeName.of("pod" + i);
            membership.up(up(pod, 1), 2);
            membership.down(down(pod, 1, Reason.UNREACHABLE), 3);
        }

        assertThat(membership.up(up(A, 1), 4)).containsExactly(new NodeJoined(A, How.NEW, Optional.empty()));
        assertThat(membership.up(up(NodeName.of("pod0"), 1), 4))
                .containsExactly(joined(NodeName.of("pod0"), How.RETURNED, 1));
    }

    // ---- healing

    @Test
    void nodesThatComeBackTogetherAreOneHealAsLongAsTheLongestWasAway() {
        Membership membership = with(1, Map.of(A, 1L, B, 1L));
        membership.down(down(B, 1, Reason.UNREACHABLE), 10);
        membership.down(down(A, 1, Reason.UNREACHABLE), 20);
        membership.up(up(B, 1), 100);
        membership.up(up(A, 1), 101);

        assertThat(membership.healed()).contains(new Healed(List.of(A, B), Duration.ofNanos(90)));
        assertThat(membership.healed()).isEmpty();
    }

    @Test
    void oneThatIsLostAgainIsNotHealed() {
        Membership membership = with(1, Map.of(A, 1L));
        membership.down(down(A, 1, Reason.UNREACHABLE), 10);
        membership.up(up(A, 1), 100);
        membership.down(down(A, 1, Reason.UNREACHABLE), 101);

        assertThat(membership.healed()).isEmpty();
    }

    @Test
    void whatWasDoneOnPurposeIsNoHeal() {
        Membership membership = with(1, Map.of(A, 1L, B, 1L));
        membership.down(down(A, 1, Reason.DISCONNECTED), 10);
        membership.down(down(B, 1, Reason.UNREACHABLE), 10);
        membership.up(up(A, 1), 100);
        membership.up(up(B, 2), 100);

        assertThat(membership.isHealing()).isFalse();
    }

    // ---- fewer than expected

    @Test
    void fewerThanExpectedIsToldWhenTheGraceIsOverAndOnce() {
        Membership membership = with(3, Map.of(A, 1L));
        long since = membership.shortSinceNanos().orElseThrow();

        assertThat(membership.overdue(since, 30, NOW)).contains(new BelowExpected(2, 3, NOW.minusNanos(30)));
        assertThat(membership.overdue(since, 40, NOW)).isEmpty();
        assertThat(membership.up(up(B, 1), 50))
                .containsExactly(
                        new NodeJoined(B, How.NEW, Optional.empty()), new Restored(3, 3, Duration.ofNanos(50)));
    }

    @Test
    void aShortageThatEndsWithinTheGraceIsNotTold() {
        Membership membership = with(2, Map.of(A, 1L));
        membership.down(down(A, 1, Reason.LEFT), 10);
        long since = membership.shortSinceNanos().orElseThrow();
        assertThat(membership.up(up(A, 2), 20)).containsExactly(joined(A, How.RESTARTED, 10));
        membership.down(down(A, 2, Reason.LEFT), 30);

        assertThat(membership.overdue(since, 40, NOW)).isEmpty();
        assertThat(membership.shortSinceNanos()).contains(30L);
    }

    @Test
    void aShortageThatGrowsHasBegunWhenItBegan() {
        Membership membership = with(3, Map.of(A, 1L, B, 1L));
        membership.down(down(A, 1, Reason.LEFT), 10);
        membership.down(down(B, 1, Reason.LEFT), 20);

        assertThat(membership.shortSinceNanos()).contains(10L);
        assertThat(membership.overdue(10, 40, NOW)).contains(new BelowExpected(1, 3, NOW.minusNanos(30)));
    }
}
