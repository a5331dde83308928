package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChaosNetworkCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"--cycles 0", "--cycles 10001", "--stop-seconds 7"})
    void whatCannotBeUsedIsNamed(String arguments) {
        ChaosOutcome outcome = ChaosOutcome.of(("chaos network " + arguments).split(" ", -1));

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("pando: " + arguments.split(" ", -1)[0]);
    }

    @Test
    void whatIsNoFaultIsRefusedWithAListOfThem() {
        assertThat(ChaosOutcome.of("chaos", "network", "--only", "cut-9").err())
                .contains("'cut-9' is none of [cut-2-1, cut-2-2, cut-3-1, cut-1-1-1, cut-4-1, cut-3-2, cut-2-2-1,"
                        + " cut-twice, one-way, flap, slow, stop, kill]");
        assertThat(ChaosOutcome.of("chaos", "network", "--plant", "none-such").exit())
                .isEqualTo(2);
        assertThat(ChaosOutcome.of("chaos", "network", "--plant", "tell-twice").err())
                .contains("'tell-twice' is none of [drop-sessions, drop-signals]");
        assertThat(ChaosOutcome.of("chaos", "network", "--only", "stop,cut-3-2").err())
                .startsWith("pando: --only: cut-3-2 needs 5 nodes; there are 4 at most");
    }

    @Test
    void theSamePlanHasTheSameOptions() {
        ChaosNetworkCommand command = new ChaosNetworkCommand();
        assertThat(command.replay(7)).isEqualTo("./pando chaos network --cycles 8 --seed 7");

        command.options.cycles = 3;
        command.options.only = List.of(ChaosFault.STOP, ChaosFault.CUT_2_1);
        command.options.stopSeconds = 9;
        command.plant = ChaosPlant.DROP_SIGNALS;
        assertThat(command.replay(8))
                .isEqualTo("./pando chaos network --cycles 3 --seed 8 --only stop,cut-2-1 --stop-seconds 9"
                        + " --plant drop-signals");
    }
}
