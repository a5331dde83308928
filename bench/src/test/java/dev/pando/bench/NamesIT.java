package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three nodes in operating-system processes of their own, and a fourth that comes later.
class NamesIT {

    private final Places places = Places.free(3);

    @ParameterizedTest
    @EnumSource(
            value = Work.class,
            names = {"REGISTER", "LOOKUP", "JOIN", "CONTEND"})
    void pandoReportsWhatItHasMeasured(Work work) throws Exception {
        Findings findings = run(place ->
                PlaceJvm.command(Contender.PANDO, place, places, new Order(work, MeterTest.TINY), OptionalInt.empty()));

        assertThat(findings.about()).startsWith("Pando on Java");
        assertThat(findings.samples()).isNotEmpty().allSatisfy(sample -> {
            assertThat(sample.row().work()).isEqualTo(work);
            assertThat(sample.value()).isNotNegative();
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Contender.class,
            names = {"PEKKO_RECEPTIONIST", "PEKKO_DDATA"})
    void pekkoReportsWhatItHasMeasured(Contender contender) throws Exception {
        Findings findings = run(place -> PlaceJvm.command(
                contender, place, places, new Order(Work.VISIBLE, MeterTest.TINY), OptionalInt.empty()));

        assertThat(findings.samples()).extracting(Sample::row).containsExactly(Row.VISIBLE_1K);
    }

    @Test
    void theBeamDoesItsWorkWhereThereIsOne() throws Exception {
        Optional<Beam> beam = Beam.compile();
        assumeThat(beam).isPresent();

        for (Work work : Work.all(Stage.REGISTRY)) {
            if (Contender.at(work).contains(Contender.BEAM)) {
                Places own = Places.free(3);
                Order order = new Order(work, MeterTest.TINY);
                Findings findings = run(place -> beam.orElseThrow().command(place, own, order, OptionalInt.empty()));

                assertThat(findings.samples())
                        .isNotEmpty()
                        .allSatisfy(sample -> assertThat(sample.row().work()).isEqualTo(work));
            }
        }
    }

    @Test
    void aFarNodeThatDoesNotStartIsAFailure() {
        // Bare virtual threads have no names.
        assertThatThrownBy(() -> run(place -> PlaceJvm.command(
                        Contender.JDK, place, places, new Order(Work.VISIBLE, MeterTest.TINY), OptionalInt.empty())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not start");
    }

    private Findings run(IntFunction<List<String>> command) throws Exception {
        List<List<String>> far =
                IntStream.range(1, places.nodes()).mapToObj(command).toList();
        return MeasuredProcess.run(far, command.apply(Places.NEAR), MeasuredProcess.LIMIT);
    }
}
