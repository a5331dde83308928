package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosSample.Sum;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChaosAgreementTest {

    private static final Pid PID = new Pid(NodeName.of("a"), 1, 11);
    private static final Pid OTHER = new Pid(NodeName.of("b"), 1, 11);
    private static final Sum ONE = Sum.NONE.plus("k", PID, 5);
    private static final Sum BOTH = ONE.plus("l", OTHER, 6);

    private static ChaosSample sample(long nanos, Sum held, Sum found) {
        return new ChaosSample(nanos, nanos - 3, held, found, found);
    }

    private static ChaosSample a(long nanos, Sum found) {
        return sample(nanos, ONE, found);
    }

    private static ChaosSample b(long nanos, Sum found) {
        return sample(nanos, Sum.NONE.plus("l", OTHER, 6), found);
    }

    @Test
    void itIsReachedWhenTheLastNodeFindsWhatAllHold() {
        Map<String, List<ChaosSample>> samples = Map.of(
                "a", List.of(a(10, ONE), a(30, BOTH)), "b", List.of(b(12, BOTH.plus("k", OTHER, 1)), b(40, BOTH)));

        assertThat(ChaosAgreement.since(samples, Set.of("a", "b"))).contains(new ChaosAgreement(BOTH, 40, 3));
    }

    @Test
    void whatWasReachedAndIsLostIsReachedAnew() {
        Map<String, List<ChaosSample>> samples =
                Map.of("a", List.of(a(10, BOTH), a(30, ONE), a(50, BOTH)), "b", List.of(b(12, BOTH)));

        assertThat(ChaosAgreement.since(samples, Set.of("a", "b"))).contains(new ChaosAgreement(BOTH, 50, 3));
    }

    @Test
    void whenOtherHoldersCameItIsReachedAnewThoughNobodyDisagreed() {
        ChaosSample first = new ChaosSample(10, 7, ONE, ONE, ONE);
        ChaosSample both = new ChaosSample(30, 25, BOTH, BOTH, BOTH);

        assertThat(ChaosAgreement.since(Map.of("a", List.of(first, both)), Set.of("a")))
                .contains(new ChaosAgreement(BOTH, 30, 5));
    }

    @Test
    void thereIsNoneWithoutAWordOfEachNode() {
        assertThat(ChaosAgreement.since(Map.of("a", List.of(a(10, ONE))), Set.of("a", "b")))
                .isEmpty();
    }

    @Test
    void otherHoldersOtherValuesAndAnotherCopyAreNone() {
        ChaosSample deaf = new ChaosSample(10, 7, ONE, ONE, Sum.NONE);

        assertThat(ChaosAgreement.since(Map.of("a", List.of(deaf)), Set.of("a")))
                .isEmpty();
        assertThat(ChaosAgreement.since(Map.of("a", List.of(a(10, Sum.NONE.plus("k", PID, 6)))), Set.of("a")))
                .isEmpty();
        assertThat(ChaosAgreement.since(Map.of("a", List.of(a(10, Sum.NONE.plus("k", OTHER, 5)))), Set.of("a")))
                .isEmpty();
    }

    @Test
    void sumsDoNotDependOnTheOrder() {
        assertThat(Sum.NONE.plus("l", OTHER, 6).plus("k", PID, 5)).isEqualTo(BOTH);
        assertThat(Sum.NONE.plus("k", PID).isOfSameHolders(ONE)).isTrue();
    }
}
