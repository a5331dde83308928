package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is measured does its work, and Pando's codec needs nothing from who starts the JVM.
final class CodecBenchTest {

    @ParameterizedTest
    @EnumSource
    void eachCodecReadsWhatItWrote(MeasuredCodec.Kind kind) {
        MeasuredCodec codec = MeasuredCodec.of(kind);

        assertThat(codec.read(codec.write(Purchase.SAMPLE))).isEqualTo(Purchase.SAMPLE);
    }

    @Test
    void theFirstMessageOfPandosCodecMakesTheJvmComplainOfNothing() throws Exception {
        CodecBench.Start pando = CodecBench.starts(1, _ -> {}).stream()
                .filter(start -> start.codec().equals("pando"))
                .findFirst()
                .orElseThrow();

        assertThat(pando.complaints()).isEmpty();
        assertThat(pando.millis()).isPositive();
    }
}
