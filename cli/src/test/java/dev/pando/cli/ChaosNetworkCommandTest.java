package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
}
