package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Two nodes in operating-system processes of their own.
class TwoNodesIT {

    private final Wire wire = Wire.free();

    private static Order order(Work work) {
        return new Order(work, MeterTest.TINY);
    }

    @Test
    void pandoReportsWhatItHasMeasured() throws Exception {
        Order order = order(Work.RPC1);

        Findings findings = MeasuredProcess.run(
                RemoteJvm.command(Contender.PANDO, End.FAR, wire, order, OptionalInt.empty()),
                RemoteJvm.command(Contender.PANDO, End.NEAR, wire, order, OptionalInt.empty()));

        assertThat(findings.about()).startsWith("Pando on Java");
        assertThat(findings.samples()).extracting(Sample::row).containsExactly(Row.RPC1, Row.RPC1_P99);
        assertThat(findings.samples())
                .allSatisfy(sample -> assertThat(sample.value()).isPositive());
    }

    @Test
    void aFarNodeThatDoesNotStartIsAFailure() {
        Order order = order(Work.RPC1);

        // The BEAM does not run on a JVM.
        assertThatThrownBy(() -> MeasuredProcess.run(
                        RemoteJvm.command(Contender.BEAM, End.FAR, wire, order, OptionalInt.empty()),
                        RemoteJvm.command(Contender.BEAM, End.NEAR, wire, order, OptionalInt.empty())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not start");
    }

    @Test
    void theBeamDoesEachWorkWhereThereIsOne() throws Exception {
        Optional<Beam> beam = Beam.compile();
        assumeThat(beam).isPresent();
        Beam erlang = beam.orElseThrow();

        for (Work work : Work.all(Stage.CLUSTER)) {
            Wire own = Wire.free();
            Findings findings = MeasuredProcess.run(
                    erlang.command(End.FAR, own, order(work), OptionalInt.empty()),
                    erlang.command(End.NEAR, own, order(work), OptionalInt.empty()));

            assertThat(findings.samples()).extracting(Sample::row).containsExactlyElementsOf(MeterTest.rows(work));
        }
    }
}
