package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChaosCallsTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    /// With the second that a call may be late, this one is over.
    private static final Duration OVER = Duration.ofSeconds(-2);

    private final ChaosCalls calls = new ChaosCalls();
    private final List<String> answers = new ArrayList<>();

    @Test
    void anAnswerAndAnExitReasonAreBothAnEnd() {
        assertThat(calls.make("a", SOON, () -> "yes", answers::add)).isEmpty();
        assertThat(calls.make(
                        "b",
                        SOON,
                        () -> {
                            throw new ExitException(ExitReason.shutdown());
                        },
                        (String answer) -> answers.add(answer)))
                .contains("Shutdown[]");

        assertThat(answers).containsExactly("yes");
        assertThat(calls.answered()).isOne();
        assertThat(calls.failed()).isOne();
        assertThat(calls.faults()).isEmpty();
    }

    @Test
    void anotherExceptionIsAFault() {
        calls.make(
                "a call to w-1",
                SOON,
                () -> {
                    throw new IllegalStateException("odd");
                },
                (String answer) -> answers.add(answer));

        assertThat(calls.faults())
                .containsExactly("a call to w-1 failed with no exit reason: java.lang.IllegalStateException: odd");
    }

    @Test
    void whatEndsAfterItsDeadlineIsAFaultUntilItIsForgotten() {
        calls.make("a call to w-1", OVER, () -> "late", answers::add);

        assertThat(calls.faults()).containsExactly("a call to w-1 ended after its deadline");
        calls.forget();
        assertThat(calls.faults()).isEmpty();
    }

    @Test
    void whatDoesNotEndIsAFault() {
        calls.make("a call to w-1", OVER, () -> String.join("", calls.faults()), answers::add);

        assertThat(answers).containsExactly("a call to w-1 does not end");
    }
}
