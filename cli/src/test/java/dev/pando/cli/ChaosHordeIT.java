package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pando.tools.Tools;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real nodes in real network namespaces, which run the children of one supervisor.
@Timeout(240)
final class ChaosHordeIT {

    @BeforeAll
    static void canBeDoneHere() {
        Tools.need(ChaosNetwork.obstacle().map(why -> "chaos horde " + why));
    }

    private static ChaosOutcome horde(String more) {
        return ChaosOutcome.of(("chaos horde --json --seed 1 --nodes 3 --children 200 " + more).split(" ", -1));
    }

    @Test
    void eachChildLivesOnceAfterACutAndAKill() throws IOException {
        ChaosOutcome outcome = horde("--cycles 2 --only cut-2-1,kill");

        JsonNode cycles = outcome.json().get("cycles");
        assertThat(cycles).as(outcome.err()).hasSize(2);
        for (JsonNode cycle : cycles) {
            assertThat(cycle.get("faults")).as(outcome.out()).isEmpty();
            assertThat(cycle.get("children").asInt()).isGreaterThan(150);
            assertThat(cycle.get("takenOver").isNumber()).isTrue();
            assertThat(cycle.get("converged").isNumber()).isTrue();
        }
        assertThat(outcome.json().get("conflicts").asInt()).isPositive();
        assertThat(outcome.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "keep-loser, cut-2-1, has 2 owners",
        "tell-twice, cut-2-1, was told 2 times that it has lost w-",
        "forget-orphans, kill, do not run all"
    })
    void aFaultThatIsBuiltInIsFound(String plant, String kind, String found) throws IOException {
        ChaosOutcome outcome = horde("--cycles 1 --only " + kind + " --plant " + plant);

        assertThat(outcome.exit()).isOne();
        assertThat(outcome.json().get("faults").toString()).contains(found);
    }
}
