package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChaosHordeCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"--cycles 0", "--stop-seconds 7", "--children 99", "--children 10001", "--nodes 2", "--nodes 6"})
    void whatCannotBeUsedIsNamed(String arguments) {
        ChaosOutcome outcome = ChaosOutcome.of(("chaos horde " + arguments).split(" ", -1));

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("pando: " + arguments.split(" ", -1)[0]);
    }

    @Test
    void aFaultThatThereCannotBeIsRefused() {
        assertThat(ChaosOutcome.of("chaos", "horde", "--only", "cut-twice").err())
                .startsWith("pando: --only: cut-twice needs 5 nodes; there are 4 at most");
        assertThat(ChaosOutcome.of("chaos", "horde", "--plant", "skip-update").err())
                .contains("'skip-update' is none of [keep-loser, forget-orphans, tell-twice, lie, reset-state,"
                        + " outlive-end]");
    }

    @Test
    void theSamePlanHasTheSameOptions() {
        ChaosHordeCommand command = new ChaosHordeCommand();
        assertThat(command.replay(7)).isEqualTo("./pando chaos horde --cycles 8 --seed 7");

        command.options.cycles = 3;
        command.options.only = List.of(ChaosFault.CUT_3_1);
        command.children = 100;
        command.nodes = 5;
        command.plant = ChaosPlant.LIE;
        assertThat(command.replay(8))
                .isEqualTo("./pando chaos horde --cycles 3 --children 100 --nodes 5 --seed 8 --only cut-3-1"
                        + " --plant lie");
    }
}
