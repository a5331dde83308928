package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Virtual machines of their own.
final class MeasuredProcessTest {

    private static final OptionalInt ONE = OptionalInt.of(1);

    @Test
    void aJvmReportsWhatItHasMeasured() throws Exception {
        Order order = new Order(Work.CALL1, MeterTest.TINY);

        Findings findings = MeasuredProcess.run(Jvm.command(Contender.PANDO, order, ONE));

        assertThat(findings.about()).startsWith("Pando on Java");
        assertThat(findings.samples()).extracting(Sample::row).containsExactly(Row.CALL1, Row.CALL1_ALLOCATED);
    }

    @Test
    void aJvmThatFailsIsNotAFigure() {
        Order order = new Order(Work.CALL1, MeterTest.TINY);

        // The BEAM does not run on a JVM.
        assertThatThrownBy(() -> MeasuredProcess.run(Jvm.command(Contender.BEAM, order, ONE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exit code 1");
    }

    @Test
    void theBeamDoesEachWorkWhereThereIsOne() throws Exception {
        Optional<Beam> beam = Beam.compile();
        assumeThat(beam).isPresent();

        for (Work work : Work.all(Stage.LOCAL)) {
            if (work != Work.MILLION) {
                List<String> command = beam.orElseThrow().command(new Order(work, MeterTest.TINY), ONE);
                assertThat(MeasuredProcess.run(command).samples())
                        .isNotEmpty()
                        .allSatisfy(sample -> assertThat(sample.row().work()).isEqualTo(work));
            }
        }
    }
}
