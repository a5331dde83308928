package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
@Timeout(20)
final class SystemCommandTest {

    @Test
    void aCommandThatIsNotThereFailsLikeInAShell() {
        assertThat(SystemCommand.attempt("pando-no-such-command").exit()).isEqualTo(127);
    }

    @Test
    void allThatItSaysIsRead() {
        assertThat(SystemCommand.run("sh", "-c", "yes | head -n 100000")).hasSize(200_000);
        assertThat(SystemCommand.attempt("in", List.of("cat")).out()).isEqualTo("in");
    }

    @Test
    void aCommandThatDoesNotEndIsKilledInTime() {
        assertThatThrownBy(() -> SystemCommand.attempt("", List.of("sleep", "60"), Duration.ofMillis(300)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("sleep 60 took longer than 300 ms");
    }
}
