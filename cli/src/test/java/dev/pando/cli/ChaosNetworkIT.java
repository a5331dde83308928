package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real nodes in real network namespaces. What is looked at after each fault has to hold here as well; how long
/// things take on a machine that builds at the same time says nothing.
@Timeout(240)
final class ChaosNetworkIT {

    private record Outcome(int exit, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void canBeDoneHere() {
        Optional<String> obstacle = ChaosNetwork.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "chaos network " + obstacle.orElse(""));
    }

    private static Outcome chaos(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Outcome(exit, out.toString(), err.toString());
    }

    @Test
    void theNodesAreOneClusterAgainAfterACutAndAKill() throws IOException {
        Outcome outcome = chaos("chaos", "network", "--json", "--seed", "1", "--cycles", "2", "--only", "cut-2-1,kill");

        JsonNode cycles = outcome.json().get("cycles");
        assertThat(cycles).as(outcome.err()).hasSize(2);
        for (JsonNode cycle : cycles) {
            assertThat(cycle.get("faults")).as(outcome.out()).isEmpty();
            assertThat(cycle.get("remerge").isNumber()).isTrue();
            assertThat(cycle.get("pairs").asInt()).isGreaterThanOrEqualTo(6);
        }
        assertThat(SystemCommand.run("ip", "netns", "list"))
                .doesNotContain("pando-" + ProcessHandle.current().pid() + "-");
    }

    @Test
    void aNodeThatDropsItsSessionsIsFound() throws IOException {
        Outcome outcome = chaos(
                "chaos",
                "network",
                "--json",
                "--seed",
                "1",
                "--cycles",
                "1",
                "--only",
                "cut-2-1",
                "--plant",
                "drop-sessions");

        assertThat(outcome.exit()).isOne();
        assertThat(outcome.json().get("faults").toString()).contains("not one cluster again");
    }
}
