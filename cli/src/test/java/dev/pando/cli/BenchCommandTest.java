package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class BenchCommandTest {

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench",
                "bench local --rounds 0",
                "bench codec --rounds 0",
                "bench local --parallelism 0",
                "bench local --only nothing",
                "bench local --only call1,,cast",
                "bench local --only rpc1",
                "bench cluster --rounds 0",
                "bench cluster --only call1",
                "bench cluster --million",
                "bench cluster --nodes 3",
                "bench registry --rounds 0",
                "bench registry --nodes 1",
                "bench registry --nodes many",
                "bench registry --only rpc1",
                "bench failover --rounds 0",
                "bench failover --runs 0",
                "bench failover --only register",
                "bench failover --nodes 3"
            })
    void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts(String arguments) {
        assertThat(execute(arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).isNotEmpty();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theHelpNamesEachWorkAsItIsGiven() {
        assertThat(execute("bench local --help")).isZero();
        assertThat(out.toString())
                .contains("call1", "pingpong", "skynet", "million")
                .doesNotContain("rpc1");
    }

    @Test
    void theHelpOfTwoNodesNamesTheirs() {
        assertThat(execute("bench cluster --help")).isZero();
        assertThat(out.toString()).contains("rpc64", "stream1k", "groups").doesNotContain("skynet", "contend");
    }

    @Test
    void theHelpOfTheRegistryNamesItsOwn() {
        assertThat(execute("bench registry --help")).isZero();
        assertThat(out.toString())
                .contains("register", "visible", "lookup", "copies", "join", "contend", "--nodes")
                .doesNotContain("rpc64");
    }

    @Test
    void theHelpOfTheFailoverNamesItsOwn() {
        assertThat(execute("bench failover --help")).isZero();
        assertThat(out.toString())
                .contains("start1", "start64", "call64", "kill", "kills", "--runs")
                .doesNotContain("contend");
    }

    private int execute(String arguments) {
        return Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .setOut(new PrintWriter(out, true))
                .execute(arguments.split(" ", -1));
    }
}
