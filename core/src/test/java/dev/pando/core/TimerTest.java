package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimerTest {

    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration LATE = Duration.ofHours(1);

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aMessageSentLaterArrivesOnce() {
        Steps.run(node, () -> {
            Self.sendAfter(SOON, "late");

            assertThat(Steps.next(String.class)).isEqualTo("late");
            assertThat(Self.receive(String.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aCancelledMessageDoesNotArrive() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendAfter(Duration.ofMillis(20), "late");

            assertThat(timer.cancel()).isTrue();
            assertThat(timer.cancel()).isFalse();
            assertThat(Self.receive(String.class, Steps.A_MOMENT.multipliedBy(2)))
                    .isEmpty();
        });
    }

    @Test
    void cancellingTellsWhetherTheMessageWasSent() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendAfter(SOON, "late");
            Steps.next(String.class);

            assertThat(timer.cancel()).isFalse();
        });
    }

    @Test
    void aNameIsResolvedWhenTheTimeHasCome() {
        Name later = new Name("later");
        CompletableFuture<Object> received = new CompletableFuture<>();
        node.sendAfter(Duration.ofMillis(50), later, "for whoever has the name then");

        node.start(new Receiver(received), later);

        assertThat(Steps.get(received, "message")).isEqualTo("for whoever has the name then");
    }

    /// Hands on whatever it is told.
    private record Receiver(CompletableFuture<Object> received) implements GenServer<String, Integer> {
        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(String message, Integer state) {
            received.complete(message);
            return Step.noReply(state);
        }
    }

    @Test
    void aMessageForNobodyIsNoFailure() {
        try (Logged logged = new Logged()) {
            node.sendAfter(Duration.ZERO, new Name("nobody"), "lost");
            Steps.run(node, () -> Self.sleep(Steps.A_MOMENT));

            assertThat(logged.of("alpha")).noneMatch(line -> line.contains("crashed"));
        }
    }

    @Test
    void anIntervalGoesOnUntilItIsCancelled() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendEvery(SOON, "again");
            for (int i = 0; i < 5; i++) {
                assertThat(Steps.next(String.class)).isEqualTo("again");
            }

            assertThat(timer.cancel()).isTrue();
            assertThat(timer.cancel()).isFalse();
            while (Self.receive(String.class, Duration.ZERO).isPresent()) {
                // what was sent before
            }
            assertThat(Self.receive(String.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void theFirstMessageOfAnIntervalComesAfterOneInterval() {
        Steps.run(node, () -> {
            Self.Timer timer = Self.sendEvery(LATE, "again");

            assertThat(Self.receive(String.class, Steps.A_MOMENT)).isEmpty();
            assertThat(timer.cancel()).isTrue();
        });
    }

    @Test
    void missedIntervalsAreLeftOut() {
        Hands hands = new Hands();
        try (Node slow = Node.start(NodeName.of("slow"), Protocols.none(), Resources.none(), hands.host())) {
            Steps.run(slow, () -> {
                Self.sendEvery(Duration.ofMillis(20), "again");
                hands.advance(Duration.ofSeconds(100), Thread.currentThread());

                assertThat(Steps.next(String.class)).isEqualTo("again");
                assertThat(Self.receive(String.class, Duration.ZERO)).isEmpty();
            });
        }
    }

    @Test
    void anIntervalEndsWithItsProcess() {
        CompletableFuture<Self.Timer> timer = new CompletableFuture<>();
        Pid pid = node.spawn(() -> timer.complete(Self.sendEvery(SOON, "again")));

        Steps.end(node, pid);
        Steps.until("the end of its timer", () -> !Steps.get(timer, "timer").cancel());
    }

    @Test
    void anIntervalOfNoTimeIsRefused() {
        Steps.run(node, () -> {
            assertThatThrownBy(() -> Self.sendEvery(Duration.ZERO, "again"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("PT0S");
            assertThatThrownBy(() -> Self.sendEvery(SOON.negated(), "again"))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void aWaitEndsAtItsDeadlineAfterManyThatEndedEarly() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int i = 0; i < 1000; i++) {
                Self.send(self, i);
                assertThat(Self.receive(Integer.class, Steps.LIMIT)).contains(i);
            }
            long before = System.nanoTime();

            assertThat(Self.receive(Integer.class, Steps.A_MOMENT)).isEmpty();

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isGreaterThanOrEqualTo(Steps.A_MOMENT)
                    .isLessThan(Steps.LIMIT);
        });
    }

    @Test
    void anAlarmOfAnEarlierWaitIsSetAgainForTheOneThatIsGoingOn() {
        Steps.run(node, () -> {
            Self.send(Self.pid(), "first");
            assertThat(Self.receive(String.class, Steps.A_MOMENT)).contains("first");

            assertThat(Self.receive(String.class, Steps.A_MOMENT.multipliedBy(2)))
                    .isEmpty();
            assertThat(Self.receive(String.class, SOON)).isEmpty();
        });
    }
}
