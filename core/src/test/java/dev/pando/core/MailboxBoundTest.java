package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class MailboxBoundTest {

    private static final int MAX = 4;
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Node node = Node.start("alpha", Protocols.of(Bounded.Message.class));
    private final Node other = Node.start("beta", Protocols.of(Bounded.Message.class));
    private final Network network = Network.of(node, other);

    /// A server that waits at its first message until it may go on, and counts the others.
    private record Bounded(CountDownLatch handling, CountDownLatch go, AtomicInteger handled)
            implements GenServer<Bounded.Message, Integer> {

        sealed interface Message {}

        record Add() implements Message, Cast {}

        record Count() implements Message, Call<Integer> {}

        static Bounded make() {
            return new Bounded(new CountDownLatch(1), new CountDownLatch(1), new AtomicInteger());
        }

        @Override
        public int mailboxMax() {
            return MAX;
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer count) throws InterruptedException {
            handling.countDown();
            go.await();
            handled.incrementAndGet();
            return switch (message) {
                case Add() -> Step.noReply(count + 1);
                case Count all -> Step.reply(all, count, count);
            };
        }
    }

    private final Bounded server = Bounded.make();
    private final Pid pid = node.start(server);

    @AfterEach
    void close() {
        server.go.countDown();
        network.close();
        node.close();
        other.close();
    }

    /// One message is being handled, and as many wait as may.
    private void fill() {
        node.cast(pid, new Bounded.Add());
        Steps.await(server.handling);
        for (int i = 0; i < MAX; i++) {
            node.cast(pid, new Bounded.Add());
        }
    }

    private CompletableFuture<Boolean> castInBackground() {
        CompletableFuture<Boolean> cast = new CompletableFuture<>();
        node.spawn(() -> {
            try {
                Self.cast(pid, new Bounded.Add());
                cast.complete(true);
            } catch (ExitException e) {
                cast.completeExceptionally(e);
            }
        });
        return cast;
    }

    private void awaitQueue(int length) {
        Steps.until(
                length + " senders",
                () -> Optional.ofNullable(node.here(pid)).orElseThrow().waitingSenders() == length);
    }

    @Test
    void aSenderWaitsUntilThereIsRoom() {
        fill();
        CompletableFuture<Boolean> cast = castInBackground();
        awaitQueue(1);
        assertThat(cast).isNotDone();

        server.go.countDown();

        assertThat(Steps.get(cast, "cast")).isTrue();
        assertThat(node.call(pid, new Bounded.Count())).isEqualTo(MAX + 2);
    }

    private record News(int number) implements Notice {}

    /// Or a subscriber that is slow could hold up the part of the runtime that tells all others.
    @Test
    void noticesDoNotWaitForRoom() {
        fill();

        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(() -> {
            for (int i = 0; i < MAX; i++) {
                node.send(pid, new News(i));
            }
            return true;
        });

        assertThat(Steps.get(told, "notices")).isTrue();
        assertThat(Optional.ofNullable(node.here(pid)).orElseThrow().mailbox.length())
                .isEqualTo(2 * MAX);
    }

    @Test
    void aCallerThatFindsNoRoomUntilItsDeadlineIsTold() {
        fill();

        assertThatThrownBy(() -> node.call(pid, new Bounded.Count(), SHORT))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.Overloaded.class));
        Steps.run(
                node,
                () -> assertThatThrownBy(() -> Self.call(pid, new Bounded.Count(), SHORT))
                        .hasMessageContaining("Overloaded"));
        server.go.countDown();

        assertThat(node.call(pid, new Bounded.Count())).isEqualTo(MAX + 1);
        assertThat(server.handled).as("refused requests are not handled").hasValue(MAX + 2);
    }

    @Test
    void oneFullMailboxHoldsUpNoOtherOfManyCalled() {
        fill();
        Bounded open = Bounded.make();
        open.go.countDown();
        Pid free = node.start(open);

        MultiReply<Integer> reply = node.multiCall(List.of(pid, free), new Bounded.Count(), Steps.LIMIT);

        assertThat(reply.replies()).containsOnlyKeys(free);
        assertThat(reply.failures().get(pid)).isInstanceOf(ExitReason.Overloaded.class);
    }

    @Test
    void theEndOfTheReceiverEndsTheWaitOfItsSenders() {
        fill();
        CompletableFuture<Boolean> cast = castInBackground();
        awaitQueue(1);

        node.exit(pid, ExitReason.killed());

        assertThat(Steps.get(cast, "cast")).isTrue();
    }

    @Test
    void theEndOfASenderEndsItsWait() {
        fill();
        Pid sender = node.spawn(() -> Self.cast(pid, new Bounded.Add()));
        awaitQueue(1);

        node.exit(sender, ExitReason.shutdown());

        assertThat(Steps.end(node, sender)).isIn(ExitReason.shutdown(), new ExitReason.NoProcess(sender.toString()));
        awaitQueue(0);
    }

    @Test
    void whatTheRuntimeSaysPassesTheBound() {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Integer> downs = new CompletableFuture<>();
        Pid watching = node.start(new Watching(go, downs));
        for (int i = 0; i < MAX; i++) {
            node.cast(watching, new Watching.Nothing());
        }

        go.countDown();

        assertThat(Steps.get(downs, "downs")).isEqualTo(3 * MAX);
    }

    /// Is told of more ends than may wait, while it is at its first message.
    private record Watching(CountDownLatch go, CompletableFuture<Integer> downs)
            implements GenServer<Watching.Nothing, Integer> {

        record Nothing() implements Cast {}

        @Override
        public int mailboxMax() {
            return MAX;
        }

        @Override
        public Integer init() {
            for (int i = 0; i < 3 * MAX; i++) {
                Self.monitor(new Name("nobody"));
            }
            return 0;
        }

        @Override
        public Step<Integer> handle(Nothing nothing, Integer count) throws InterruptedException {
            go.await();
            return Step.noReply(count);
        }

        @Override
        public Step<Integer> handleInfo(Signal signal, Integer count) {
            if (count + 1 == 3 * MAX) {
                downs.complete(count + 1);
            }
            return Step.noReply(count + 1);
        }
    }

    @Test
    void aCallFromAnotherNodeIsRefusedAtOnce() {
        fill();

        assertThatThrownBy(() -> other.call(pid, new Bounded.Count()))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        e -> assertThat(e.reason())
                                .isInstanceOfSatisfying(
                                        ExitReason.Overloaded.class,
                                        overloaded -> assertThat(overloaded.mailboxMax())
                                                .isEqualTo(MAX)));
        assertThat(node.servedCalls()).isZero();
    }

    @Test
    void aMessageFromAnotherNodeIsDroppedAndCounted() {
        fill();

        other.cast(pid, new Bounded.Add());

        Steps.until("the refusal", () -> node.refusedFrames() == 1);
        server.go.countDown();
        assertThat(node.call(pid, new Bounded.Count())).isEqualTo(MAX + 1);
    }

    @RepeatedTest(3)
    void manySendersLoseNothingAndKeepTheBound() {
        int senders = 16;
        int each = 500;
        AtomicInteger longest = new AtomicInteger();
        Bounded open = Bounded.make();
        open.go.countDown();
        Pid receiver = node.start(open);
        LocalProcess process = Optional.ofNullable(node.here(receiver)).orElseThrow();
        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int i = 0; i < senders; i++) {
                Self.spawn(() -> {
                    for (int n = 0; n < each; n++) {
                        Self.cast(receiver, new Bounded.Add());
                        longest.accumulateAndGet(process.mailbox.length(), Math::max);
                    }
                    Self.send(self, "done");
                });
            }
            for (int i = 0; i < senders; i++) {
                Steps.next(String.class);
            }
        });

        assertThat(node.call(receiver, new Bounded.Count())).isEqualTo(senders * each);
        assertThat(longest).hasValueLessThanOrEqualTo(MAX + senders);
    }

    @Test
    void aProcessIsNeverHeldUpByItsOwnMailbox() {
        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int i = 0; i < 10 * MAX; i++) {
                Self.send(self, i);
            }
            assertThat(Steps.next(Integer.class)).isZero();
        });
        Pid selfish = node.start(new Selfish());

        assertThat(node.call(selfish, new Selfish.Fill())).isEqualTo(10 * MAX);
    }

    /// Sends itself more than may wait.
    private record Selfish() implements GenServer<Selfish.Fill, Integer> {
        record Fill() implements Call<Integer> {}

        record More() implements Cast {}

        @Override
        public int mailboxMax() {
            return MAX;
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Fill fill, Integer state) {
            for (int i = 0; i < 10 * MAX; i++) {
                Self.cast(Self.pid(), new More());
            }
            return Step.reply(fill, 10 * MAX, state);
        }
    }

    @Test
    void aMailboxThatGrowsWithoutABoundIsReportedNowAndThen() {
        try (Logged logged = new Logged()) {
            Pid idle = node.spawn(() -> Self.receive(String.class));
            for (int i = 0; i < 210_000; i++) {
                node.send(idle, i);
            }

            assertThat(logged.of(idle)).hasSize(2).allMatch(line -> line.startsWith("WARN"));
        }
    }

    /// CI: the message that was to be looked at found the process waiting, and waking it was all that was done.
    @Test
    void aMailboxThatGrowsIsReportedAlsoWhenItsOwnerWaits() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (Logged logged = new Logged()) {
            Pid picky = node.spawn(() -> {
                thread.complete(Thread.currentThread());
                Self.receive(String.class);
            });
            Thread owner = Steps.get(thread, "the owner's thread");
            for (int i = 1; i <= 101_000; i++) {
                if (i % 1024 == 0) {
                    Steps.until("the owner waits", () -> owner.getState() == Thread.State.WAITING);
                }
                node.send(picky, i);
            }

            assertThat(logged.of(picky)).hasSize(1).allMatch(line -> line.startsWith("WARN"));
        }
    }
}
