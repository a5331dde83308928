package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three nodes in operating-system processes of their own, one of which is killed.
class FailoverIT {

    private final Places places = Places.free(2);

    @ParameterizedTest
    @EnumSource(
            value = Work.class,
            names = {"START64", "CALL64", "KILLS"})
    void pandoReportsWhatItHasMeasured(Work work) throws Exception {
        Findings findings = run(Contender.PANDO, work);

        assertThat(findings.about()).startsWith("Pando on Java");
        assertThat(findings.samples()).isNotEmpty().noneMatch(Sample::isWrong).allSatisfy(sample -> {
            assertThat(sample.row().work()).isEqualTo(work);
            assertThat(sample.value()).isNotNegative();
        });
    }

    @Test
    void pekkoReportsWhatItHasMeasured() throws Exception {
        Findings findings = run(Contender.PEKKO_SHARDING, Work.START64);

        assertThat(findings.samples()).extracting(Sample::row).containsExactly(Row.START64_1K);
    }

    private Findings run(Contender contender, Work work) throws Exception {
        Order order = new Order(work, MeterTest.TINY);
        return MeasuredProcess.run(
                List.of(command(contender, 1, order)), command(contender, Places.NEAR, order), MeasuredProcess.LIMIT);
    }

    private List<String> command(Contender contender, int place, Order order) {
        return PlaceJvm.command(contender, place, places, order, OptionalInt.empty());
    }
}
