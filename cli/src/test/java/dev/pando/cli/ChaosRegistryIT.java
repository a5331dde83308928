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

/// Real nodes in real network namespaces, which hold the names of one registry.
@Timeout(240)
final class ChaosRegistryIT {

    @BeforeAll
    static void canBeDoneHere() {
        Tools.need(ChaosNetwork.obstacle().map(why -> "chaos registry " + why));
    }

    private static ChaosOutcome registry(String more) {
        return ChaosOutcome.of(("chaos registry --json --seed 1 --nodes 3 --names 200 " + more).split(" ", -1));
    }

    @Test
    void allNodesFindWhatIsHeldAfterACutAndAKill() throws IOException {
        ChaosOutcome outcome = registry("--cycles 2 --only cut-2-1,kill");

        JsonNode cycles = outcome.json().get("cycles");
        assertThat(cycles).as(outcome.err()).hasSize(2);
        for (JsonNode cycle : cycles) {
            assertThat(cycle.get("faults")).as(outcome.out()).isEmpty();
            assertThat(cycle.get("names").asInt()).isGreaterThan(50);
            assertThat(cycle.get("converged").isNumber()).isTrue();
        }
        assertThat(outcome.json().get("conflicts").asInt()).isPositive();
        assertThat(outcome.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // Whether somebody else holds the key by then is a matter of the moment.
        "hold-ungranted, key-[0-9]+ has 2 owners|for the owner of key-",
        "tell-twice, was told 2 times that it has lost key-"
    })
    void aFaultThatIsBuiltInIsFound(String plant, String found) throws IOException {
        ChaosOutcome outcome = registry("--cycles 1 --only cut-2-1 --plant " + plant);

        assertThat(outcome.exit()).isOne();
        assertThat(outcome.json().get("faults").toString()).containsPattern(found);
    }
}
