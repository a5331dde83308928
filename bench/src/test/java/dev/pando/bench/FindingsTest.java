package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a virtual machine prints is understood, or refused.
final class FindingsTest {

    @ParameterizedTest
    @EnumSource
    void aSampleOfEachRowSurvivesItsLine(Row row) {
        Sample sample = new Sample(row, 1234.5);

        assertThat(Sample.parse(sample.line())).contains(sample);
    }

    @Test
    void figuresAreFoundAmongOtherLines() {
        Findings findings = Findings.parse(List.of(
                "12:00:00 WARN something of a library",
                "about Erlang/OTP 25, erts 13.1.5",
                "sample call1 828000.5",
                "",
                "sample process-heap 2654.000000"));

        assertThat(findings)
                .isEqualTo(new Findings(
                        "Erlang/OTP 25, erts 13.1.5",
                        List.of(new Sample(Row.CALL1, 828_000.5), new Sample(Row.PROCESS_HEAP, 2654))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sample ",
                "sample call1",
                "sample call1 ",
                "sample call1 fast",
                "sample call1 1 2",
                "sample call1 NaN",
                "sample call9 1"
            })
    void aDamagedSampleIsRefused(String line) {
        assertThatThrownBy(() -> Findings.parse(List.of("about something", line)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void silenceIsRefused() {
        assertThatThrownBy(() -> Findings.parse(List.of("about something"))).hasMessageContaining("no figures");
        assertThatThrownBy(() -> Findings.parse(List.of("sample call1 1"))).hasMessageContaining("no figures");
    }

    @ParameterizedTest
    @EnumSource
    void anOrderSurvivesItsArguments(Work work) {
        Order order = new Order(work, Effort.FULL);

        assertThat(Order.parse(order.arguments())).isEqualTo(order);
    }
}
