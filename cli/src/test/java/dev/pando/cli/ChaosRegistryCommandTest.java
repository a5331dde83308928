package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChaosRegistryCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"--cycles 0", "--stop-seconds 7", "--names 9", "--names 20001", "--nodes 2", "--nodes 6"})
    void whatCannotBeUsedIsNamed(String arguments) {
        ChaosOutcome outcome = ChaosOutcome.of(("chaos registry " + arguments).split(" ", -1));

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("pando: " + arguments.split(" ", -1)[0]);
    }

    @Test
    void aFaultThatThereCannotBeIsRefused() {
        assertThat(ChaosOutcome.of("chaos", "registry", "--nodes", "4", "--only", "cut-twice")
                        .err())
                .startsWith("pando: --only: cut-twice needs 5 nodes; there are 4 at most");
        assertThat(ChaosOutcome.of("chaos", "registry", "--plant", "drop-signals")
                        .err())
                .contains("'drop-signals' is none of [hold-ungranted, forget-grant, swallow-conflict, tell-twice,"
                        + " skip-update, miss-notices]");
    }

    @Test
    void theSamePlanHasTheSameOptions() {
        ChaosRegistryCommand command = new ChaosRegistryCommand();
        assertThat(command.replay(7)).isEqualTo("./pando chaos registry --cycles 8 --seed 7");

        command.options.cycles = 3;
        command.options.only = List.of(ChaosFault.CUT_TWICE);
        command.names = 50;
        command.nodes = 4;
        command.plant = ChaosPlant.TELL_TWICE;
        assertThat(command.replay(8))
                .isEqualTo("./pando chaos registry --cycles 3 --names 50 --nodes 4 --seed 8 --only cut-twice"
                        + " --plant tell-twice");
    }
}
