package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// With a shell in place of the node: it takes the command that would start it as arguments.
@DisabledOnOs(OS.WINDOWS)
@Timeout(30)
final class ChaosMemberTest {

    private static final ChaosSettings SETTINGS = new ChaosSettings(
            "node1", "127.0.0.1", List.of(), List.of(), "secret", ChaosSettings.Work.TALK, 0, ChaosPlant.NONE);

    @Test
    void aLineThatCannotBeReadIsAFaultAndTheNextOneIsHeard() throws Exception {
        ChaosHistory history = new ChaosHistory();
        String answer = new ObjectMapper()
                .writerFor(ChaosLine.class)
                .writeValueAsString(new ChaosLine.Answer(1, new ChaosLog().snapshot(7, List.of())));
        List<String> shell = List.of("sh", "-c", "read settings; echo oops; read ask; echo '" + answer + "'; read end");

        try (ChaosMember member = ChaosMember.start(shell, SETTINGS, "OFF", history)) {
            assertThat(member.ask(ChaosAsk.What.SNAPSHOT).incarnation()).isEqualTo(7);
            assertThat(history.newFaults()).containsExactly("node1@localhost said what cannot be read: oops");
        }
    }
}
