package dev.pando.core;

import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Servers that call each other in a circle.
final class CallCycleTest {

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    /// Passes a call on along a path, and answers with its length.
    record Relay() implements GenServer<Relay.Pass, Integer> {

        record Pass(List<Pid> path) implements Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Pass message, Integer state) {
            if (message.path().isEmpty()) {
                return reply(message, 0, state);
            }
            List<Pid> rest = message.path().subList(1, message.path().size());
            return reply(message, 1 + Self.call(message.path().getFirst(), new Pass(rest)), state);
        }
    }

    @Test
    void aCycleFailsAtOnceWithItsChain() {
        Pid a = node.start(new Relay());
        Pid b = node.start(new Relay());
        Pid c = node.start(new Relay());

        assertThatThrownBy(() -> node.call(a, new Relay.Pass(List.of(b, c, a)), Duration.ofMinutes(5)))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("call cycle: " + a + " -> " + b + " -> " + c + " -> " + a);
    }

    @Test
    void onlyWhatWaitsInTheCircleIsNamed() {
        Pid a = node.start(new Relay());
        Pid b = node.start(new Relay());
        Pid c = node.start(new Relay());

        assertThatThrownBy(() -> node.call(a, new Relay.Pass(List.of(b, c, b)), Duration.ofMinutes(5)))
                .hasMessageContaining("call cycle: " + b + " -> " + c + " -> " + b);
    }

    @Test
    void aLongChainIsNoCycle() {
        Pid a = node.start(new Relay());
        Pid b = node.start(new Relay());
        Pid c = node.start(new Relay());

        assertThat(node.call(a, new Relay.Pass(List.of(b, c)))).isEqualTo(2);
    }

    @Test
    void aServerThatAnswersLaterDoesNotWait() {
        Pid b = node.start(new Later());

        assertThat(node.call(b, new Later.Ask())).isEqualTo(1);
    }

    /// Answers through another process, which may call whoever it likes: nobody waits inside `handle`.
    record Later() implements GenServer<Later.Ask, Integer> {

        record Ask() implements Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Ask message, Integer state) {
            if (state > 0) {
                return reply(message, 0, state);
            }
            From<Integer> from = Self.from(message);
            Pid self = Self.pid();
            Self.spawn(() -> from.reply(1 + Self.call(self, new Ask())));
            return Step.noReply(state + 1);
        }
    }
}
