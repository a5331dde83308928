package dev.pando.core;

import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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

    @Test
    void aServerMayCallWhomItHasAnswered() {
        CountDownLatch answered = new CountDownLatch(1);
        Pid early = node.start(new Early(answered));
        Pid asker = node.start(new Pliable());

        Object got = node.call(
                asker, new Pliable.Ask((ask, state) -> reply(ask, Self.call(early, new Early.Question(asker)), state)));

        assertThat(got).isEqualTo(1);
        Steps.await(answered);
    }

    /// Answers, and then asks the one it has answered.
    record Early(CountDownLatch answered) implements GenServer<Early.Question, Integer> {
        record Question(Pid asker) implements Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Question message, Integer state) {
            Self.from(message).reply(1);
            int got = (int) Self.call(message.asker(), Pliable.Ask.forState());
            answered.countDown();
            return Step.noReply(state + got);
        }
    }

    @Test
    void aServerMayCallWhoHasGivenUpOnIt() {
        CountDownLatch release = new CountDownLatch(1);
        Pid asker = node.start(new Pliable());
        Pid middle = node.start(new Pliable());
        Pid last = node.start(new Pliable());
        CompletableFuture<Object> got = new CompletableFuture<>();
        Pliable.Ask backToAsker = new Pliable.Ask((ask, state) -> {
            release.await();
            try {
                got.complete(Self.call(asker, Pliable.Ask.forState()));
            } catch (ExitException e) {
                got.complete(e.reason());
            }
            return reply(ask, 0, state);
        });
        Pliable.Ask toLast = new Pliable.Ask((ask, state) -> reply(ask, Self.call(last, backToAsker), state));

        Object gaveUp = node.call(asker, new Pliable.Ask((ask, state) -> {
            try {
                return reply(ask, Self.call(middle, toLast, Duration.ofMillis(100)), state);
            } catch (ExitException e) {
                return reply(ask, e.reason(), state);
            }
        }));
        assertThat(gaveUp).isInstanceOf(ExitReason.Timeout.class);
        release.countDown();

        assertThat(Steps.get(got, "answer")).isEqualTo(0);
    }
}
