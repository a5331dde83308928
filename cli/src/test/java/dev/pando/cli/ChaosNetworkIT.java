package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pando.tools.Tools;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real nodes in real network namespaces. What is looked at after each fault has to hold here as well; how long
/// things take on a machine that builds at the same time says nothing.
@Timeout(240)
final class ChaosNetworkIT {

    @BeforeAll
    static void canBeDoneHere() {
        Tools.need(ChaosNetwork.obstacle().map(why -> "chaos network " + why));
    }

    @Test
    void theNodesAreOneClusterAgainAfterACutAndAKill() throws IOException {
        ChaosOutcome outcome =
                ChaosOutcome.of("chaos", "network", "--json", "--seed", "1", "--cycles", "2", "--only", "cut-2-1,kill");

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
        ChaosOutcome outcome = ChaosOutcome.of(
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
