package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChaosNetworkCommandTest {

    private record Outcome(int exit, String err) {}

    private static Outcome chaos(String... arguments) {
        StringWriter err = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Outcome(exit, err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cycles 0", "--cycles 10001", "--stop-seconds 7"})
    void whatCannotBeUsedIsNamed(String arguments) {
        Outcome outcome = chaos(("chaos network " + arguments).split(" ", -1));

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("pando: " + arguments.split(" ", -1)[0]);
    }

    @Test
    void whatIsNoFaultIsRefusedWithAListOfThem() {
        assertThat(chaos("chaos", "network", "--only", "cut-9").err())
                .contains("'cut-9' is none of [cut-2-1, cut-2-2, cut-1-1-1, one-way, flap, slow, stop, kill]");
        assertThat(chaos("chaos", "network", "--plant", "none-such").exit()).isEqualTo(2);
    }

    @Test
    void theSamePlanHasTheSameOptions() {
        ChaosNetworkCommand command = new ChaosNetworkCommand();
        assertThat(command.replay(7)).isEqualTo("./pando chaos network --cycles 8 --seed 7");

        command.cycles = 3;
        command.only = List.of(ChaosFault.STOP, ChaosFault.CUT_2_1);
        command.stopSeconds = 9;
        command.plant = ChaosPlant.DROP_SIGNALS;
        assertThat(command.replay(8))
                .isEqualTo("./pando chaos network --cycles 3 --seed 8 --only stop,cut-2-1 --stop-seconds 9"
                        + " --plant drop-signals");
    }
}
