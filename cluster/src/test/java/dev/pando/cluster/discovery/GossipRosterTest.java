package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.discovery.GossipRoster.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GossipRosterTest {

    private static final Endpoint A = new Endpoint("10.0.0.1", 7800);
    private static final Endpoint B = new Endpoint("10.0.0.2", 7800);
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final HandClock clock = new HandClock();
    private final GossipRoster roster = new GossipRoster(clock);

    @Test
    void whoIsHeardCounts() {
        assertThat(roster.hear(2, 1, B)).isEqualTo(Outcome.NEW);
        assertThat(roster.hear(1, 1, A)).isEqualTo(Outcome.NEW);
        assertThat(roster.hear(1, 2, A)).isEqualTo(Outcome.KNOWN);

        assertThat(roster.endpoints()).containsExactly(A, B);
    }

    @Test
    void whoIsNotHeardForThirtySecondsCountsNoLonger() {
        roster.hear(1, 1, A);
        clock.turn(GossipRoster.COUNTS.dividedBy(2));
        roster.hear(2, 1, B);

        clock.turn(GossipRoster.COUNTS.dividedBy(2).minus(MOMENT));
        assertThat(roster.endpoints()).containsExactly(A, B);

        clock.turn(MOMENT);
        assertThat(roster.endpoints()).containsExactly(B);
        assertThat(roster.hear(1, 2, A)).isEqualTo(Outcome.NEW);
        assertThat(roster.endpoints()).containsExactly(A, B);
    }

    @Test
    void aNodeThatStartsAnewIsNewAndOneAnswer() {
        roster.hear(1, 7, A);

        assertThat(roster.hear(2, 1, A)).isEqualTo(Outcome.NEW);
        assertThat(roster.endpoints()).containsExactly(A);
    }

    @Test
    void whatWasHeardBeforeKeepsNobodyAlive() {
        roster.hear(1, 5, A);
        clock.turn(GossipRoster.COUNTS.minus(MOMENT));

        assertThat(roster.hear(1, 5, A)).isEqualTo(Outcome.REPEATED);
        assertThat(roster.hear(1, 4, B)).isEqualTo(Outcome.REPEATED);

        clock.turn(MOMENT);
        assertThat(roster.endpoints()).isEmpty();
    }

    @Test
    void whatCanBeRepeatedIsKeptInMind() {
        roster.hear(1, 5, A);

        clock.turn(GossipCodec.WINDOW.multipliedBy(2));

        assertThat(roster.hear(1, 5, A)).isEqualTo(Outcome.REPEATED);
        assertThat(roster.endpoints()).isEmpty();
    }

    @Test
    void aNodeThatIsHeardFromTwoAddressesKeepsTheFirst() {
        roster.hear(1, 1, A);

        assertThat(roster.hear(1, 2, B)).isEqualTo(Outcome.KNOWN);
        assertThat(roster.hear(1, 3, A)).isEqualTo(Outcome.KNOWN);

        assertThat(roster.endpoints()).containsExactly(A);
    }

    @Test
    void aNodeWhoseAddressChangesGetsTheNewOneWhenTheOldOneIsSilent() {
        roster.hear(1, 1, A);
        clock.turn(GossipRoster.COUNTS.minus(MOMENT));
        assertThat(roster.hear(1, 2, B)).isEqualTo(Outcome.KNOWN);
        clock.turn(MOMENT);

        assertThat(roster.hear(1, 3, B)).isEqualTo(Outcome.NEW);

        assertThat(roster.endpoints()).containsExactly(B);
    }

    @Test
    void noMoreAreKeptInMindThanTheBound() {
        for (int id = 0; id < GossipRoster.STARTS_MAX; id++) {
            assertThat(roster.hear(id, 1, new Endpoint("10.0.0.1", 1 + id))).isEqualTo(Outcome.NEW);
        }

        assertThat(roster.hear(-1, 1, B)).isEqualTo(Outcome.FULL);
        assertThat(roster.hear(0, 2, A)).isEqualTo(Outcome.KNOWN);
        assertThat(roster.endpoints()).hasSize(GossipRoster.STARTS_MAX).doesNotContain(B);

        clock.turn(GossipRoster.COUNTS.plus(GossipCodec.WINDOW.multipliedBy(2)));
        assertThat(roster.hear(-1, 2, B)).isEqualTo(Outcome.NEW);
    }
}
