package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitReason;
import dev.pando.testkit.CallOutcomes.Made;
import dev.pando.testkit.TokenOrder.Effect;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What each checker finds, and what it does not accuse.
final class CheckersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    // ---- one owner

    @Test
    void oneOwnerThatAllNodesKnowIsSound() {
        assertThat(SingleOwner.check(Set.of("k"), Map.of("k", List.of(1)), Map.of("a", Map.of("k", 1)))
                        .isSound())
                .isTrue();
        assertThat(SingleOwner.check(Set.<String>of(), Map.<String, List<Integer>>of(), Map.of("a", Map.of()))
                        .isSound())
                .isTrue();
    }

    @Test
    void whatIsWrongWithOwnersIsNamed() {
        assertThat(SingleOwner.check(Set.of("k"), Map.<String, List<Integer>>of(), Map.of())
                        .violations())
                .containsExactly("k is lost: nobody lives that has it");
        assertThat(SingleOwner.check(Set.of(), Map.of("k", List.of(1, 2)), Map.of("a", Map.of("k", 1)))
                        .violations())
                .containsExactly("k has 2 owners: [1, 2]");
        assertThat(SingleOwner.check(Set.of(), Map.of("k", List.of(1)), Map.of("a", Map.of("k", 2)))
                        .violations())
                .containsExactly("a takes 2 for the owner of k; it is 1");
        assertThat(SingleOwner.check(Set.of(), Map.of("k", List.of(1)), Map.of("a", Map.<String, Integer>of()))
                        .violations())
                .containsExactly("a takes nobody for the owner of k; it is 1");
        assertThat(SingleOwner.check(Set.of(), Map.<String, List<Integer>>of(), Map.of("a", Map.of("k", 1)))
                        .violations())
                .containsExactly("a takes 1 for the owner of k; it does not live");
    }

    // ---- tokens

    @Test
    void aSinkMayRefuseAnyTokenAndAcceptGrowingOnes() {
        assertThat(TokenOrder.check(List.of(
                                new Effect<>("k", 1, true),
                                new Effect<>("k", 1, true),
                                new Effect<>("k", 3, true),
                                new Effect<>("k", 2, false),
                                new Effect<>("other", 2, true)))
                        .isSound())
                .isTrue();
    }

    @Test
    void aSinkThatGoesBackIsNamed() {
        assertThat(TokenOrder.check(List.of(new Effect<>("k", 3, true), new Effect<>("k", 2, true)))
                        .violations())
                .containsExactly("k: accepted token 2 after 3");
    }

    // ---- groups

    @Test
    void aGroupOfTheLivingIsSound() {
        assertThat(GroupMembership.check(Set.of(1, 2), Map.of("a", List.of(2, 1), "b", List.of(1, 2)))
                        .isSound())
                .isTrue();
    }

    @Test
    void whatIsWrongWithAGroupIsNamed() {
        assertThat(GroupMembership.check(Set.of(1), Map.of("a", List.<Integer>of()))
                        .violations())
                .containsExactly("a misses 1");
        assertThat(GroupMembership.check(Set.<Integer>of(), Map.of("a", List.of(1)))
                        .violations())
                .containsExactly("a lists 1, which does not live");
        assertThat(GroupMembership.check(Set.of(1), Map.of("a", List.of(1, 1))).violations())
                .containsExactly("a lists 1 more than once");
    }

    // ---- calls

    private static Made call(Optional<Long> endedMillis, Optional<ExitReason> failure) {
        return new Made("call 1", 0, SECOND, endedMillis.map(millis -> millis * 1_000_000), failure);
    }

    private static List<String> calls(Made made, Duration now) {
        return CallOutcomes.check(List.of(made), now.toNanos(), Duration.ofMillis(10))
                .violations();
    }

    @Test
    void callsThatEndInTimeAreSound() {
        Optional<ExitReason> timeout = Optional.of(new ExitReason.Timeout(SECOND));

        assertThat(calls(call(Optional.of(500L), Optional.empty()), SECOND)).isEmpty();
        assertThat(calls(call(Optional.of(1_000L), timeout), SECOND)).isEmpty();
        assertThat(calls(call(Optional.of(3L), Optional.of(ExitReason.killed())), SECOND))
                .isEmpty();
        assertThat(calls(call(Optional.empty(), Optional.empty()), Duration.ofMillis(900)))
                .as("it still has time")
                .isEmpty();
    }

    @Test
    void whatIsWrongWithCallsIsNamed() {
        Optional<ExitReason> timeout = Optional.of(new ExitReason.Timeout(SECOND));

        assertThat(calls(call(Optional.empty(), Optional.empty()), Duration.ofSeconds(2)))
                .containsExactly("call 1 has not ended after PT2S");
        assertThat(calls(call(Optional.of(1_500L), timeout), Duration.ofSeconds(2)))
                .containsExactly("call 1 took PT1.5S with a timeout of PT1S");
        assertThat(calls(call(Optional.of(200L), timeout), Duration.ofSeconds(2)))
                .containsExactly("call 1 timed out after PT0.2S, before its timeout of PT1S");
    }

    // ---- money

    @Test
    void moneyThatIsRecordedOnceIsSound() {
        assertThat(Conservation.check(
                                Map.of("a", new BigDecimal("10.0")), List.of(Map.entry("a", new BigDecimal("10.00"))))
                        .isSound())
                .isTrue();
    }

    @Test
    void whatIsWrongWithMoneyIsNamed() {
        Map<String, BigDecimal> in = Map.of("a", BigDecimal.TEN);

        assertThat(Conservation.check(in, List.of()).violations())
                .containsExactly("a is lost: 10 were given, and nothing is recorded");
        assertThat(Conservation.check(in, List.of(Map.entry("a", BigDecimal.TEN), Map.entry("a", BigDecimal.TEN)))
                        .violations())
                .containsExactly("a is recorded twice");
        assertThat(Conservation.check(in, List.of(Map.entry("a", BigDecimal.ONE)))
                        .violations())
                .containsExactly("a: 10 were given, and 1 are recorded");
        assertThat(Conservation.check(Map.of(), List.of(Map.entry("b", BigDecimal.ONE)))
                        .violations())
                .containsExactly("b: 1 are recorded, and nobody gave them");
    }

    @Test
    void verdictsAddUp() {
        Verdict both = new Verdict(List.of("one")).and(new Verdict(List.of("other")));

        assertThat(both.isSound()).isFalse();
        assertThat(both).hasToString("one\nother");
        assertThat(Verdict.sound()).hasToString("sound");
    }
}
