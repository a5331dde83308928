package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Servers that go on as another process, and requests that are handled once.
final class HandoffTest {

    private static final Duration TIME = Duration.ofSeconds(5);

    /// What the tills of one node tell the test.
    record Notes(BlockingQueue<String> told) {}

    record Amounts(List<Integer> all) {}

    /// Takes amounts in, and remembers them in their order.
    record Till() implements GenServer<Till.Message, List<Integer>>, Handoff<List<Integer>, Amounts> {
        sealed interface Message {}

        record Take(int amount) implements Message, Call<Integer> {}

        record Throw(int amount) implements Message, Cast {}

        record All() implements Message, Call<Amounts> {}

        /// Is answered by nobody.
        record Hold() implements Message, Call<Integer> {}

        /// Makes export and merge fail.
        record Spoil() implements Message, Cast {}

        record Id() implements Message, Call<Optional<Ref>> {}

        @Override
        public List<Class<?>> resources() {
            return List.of(Notes.class);
        }

        @Override
        public List<Integer> init() {
            return List.of();
        }

        @Override
        public Step<List<Integer>> handle(Message message, List<Integer> state) {
            return switch (message) {
                case Take take -> Step.reply(take, state.size() + 1, with(state, take.amount()));
                case Throw(int amount) -> Step.noReply(with(state, amount));
                case All all -> Step.reply(all, new Amounts(state), state);
                case Hold _ -> Step.noReply(state);
                case Spoil _ -> Step.noReply(with(state, -1));
                case Id id -> Step.reply(id, Self.requestId(), state);
            };
        }

        @Override
        public Step<List<Integer>> handleInfo(Signal signal, List<Integer> state) {
            if (signal instanceof StateLost(ExitReason reason)) {
                note("lost: " + reason);
            }
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, List<Integer> state) {
            note("ended: " + reason.getClass().getSimpleName());
        }

        @Override
        public Amounts export(List<Integer> state) {
            requireSound(state);
            return new Amounts(state);
        }

        @Override
        public List<Integer> restore(Amounts exported, int version) {
            requireSound(exported.all());
            return exported.all();
        }

        @Override
        public List<Integer> merge(List<Integer> state, Amounts other, int version) {
            requireSound(other.all());
            List<Integer> merged = state;
            for (int amount : other.all()) {
                merged = with(merged, amount);
            }
            return merged;
        }

        private static void requireSound(List<Integer> state) {
            if (state.contains(-1)) {
                throw new IllegalStateException("spoilt");
            }
        }

        private static List<Integer> with(List<Integer> state, int amount) {
            return Stream.concat(state.stream(), Stream.of(amount)).toList();
        }

        private static void note(String what) {
            Self.resource(Notes.class).told().add(what);
        }
    }

    private static final Protocols PROTOCOLS = Protocols.of(Till.class);

    private final Notes notes = new Notes(new LinkedBlockingQueue<>());
    private final Node alpha = Node.start("alpha", PROTOCOLS, Resources.of(notes));
    private final Node beta = Node.start("beta", PROTOCOLS, Resources.of(notes));
    private final Ref id = alpha.newRef();
    private final Network network = Network.of(alpha, beta);

    @AfterEach
    void close() {
        alpha.close();
        beta.close();
        network.close();
    }

    private static Pid launch(Node node, Inheritance inheritance) {
        CompletableFuture<Pid> serves = new CompletableFuture<>();
        node.spawn(() -> {
            Self.trapExits(true);
            Pid pid = Self.launch(new Till(), Optional.empty(), Optional.empty(), Optional.of(inheritance));
            switch (Self.receive(Signal.class)) {
                case Initialized _ -> serves.complete(pid);
                case Exit(Pid _, ExitReason reason) -> serves.completeExceptionally(new ExitException(reason));
                case Signal other -> serves.completeExceptionally(new AssertionError(other));
            }
            Self.receive(String.class);
        });
        return serves.join();
    }

    private HandOver.Outcome outcome(Pid server) {
        return Steps.get(alpha, () -> {
            HandOver.suspend(alpha, server, id, Self.pid());
            return Steps.next(HandOver.Suspended.class).outcome();
        });
    }

    private Exported suspend(Pid server) {
        return ((HandOver.Outcome.Taken) outcome(server)).exported();
    }

    private ExitReason refusal(Pid server) {
        return ((HandOver.Outcome.Refused) outcome(server)).reason();
    }

    private Pid move(Pid from, Node to) {
        Exported exported = suspend(from);
        Pid next = launch(to, new Inheritance.Of(exported));
        HandOver.release(alpha, from, id, next);
        return next;
    }

    private static List<Integer> amounts(Node node, Pid till) {
        return node.call(till, new Till.All()).all();
    }

    @Test
    void theStateGoesOnElsewhere() {
        Pid till = alpha.start(new Till());
        alpha.call(till, new Till.Take(7));

        Pid next = move(till, beta);

        assertThat(next.node()).isEqualTo(beta.name());
        assertThat(amounts(alpha, next)).containsExactly(7);
        assertThat(Steps.poll(notes.told())).isEqualTo("ended: Moved");
    }

    @Test
    void callsFollowAProcessThatHasMoved() {
        Pid till = alpha.start(new Till());
        move(till, beta);

        assertThat(alpha.call(till, new Till.Take(1))).isEqualTo(1);
        assertThat(beta.call(till, new Till.Take(2))).isEqualTo(2);
    }

    @Test
    void callsUnderWayAreHandledOnceAndOneAfterTheOther() throws Exception {
        Pid first = alpha.start(new Till());
        AtomicReference<Pid> till = new AtomicReference<>(first);
        int callers = 20;
        AtomicInteger calls = new AtomicInteger();
        List<CompletableFuture<Void>> ends = IntStream.range(0, callers)
                .mapToObj(caller -> {
                    CompletableFuture<Void> end = new CompletableFuture<>();
                    Node from = caller % 2 == 0 ? alpha : beta;
                    from.spawn(() -> {
                        try {
                            for (int i = 0; i < 50; i++) {
                                Self.call(till.get(), new Till.Take(calls.incrementAndGet()));
                            }
                            end.complete(null);
                        } catch (RuntimeException e) {
                            end.completeExceptionally(e);
                        }
                    });
                    return end;
                })
                .toList();

        Pid next = move(first, beta);
        till.set(next);
        for (CompletableFuture<Void> end : ends) {
            end.get(10, TimeUnit.SECONDS);
        }

        assertThat(amounts(alpha, next)).doesNotHaveDuplicates().hasSize(callers * 50);
    }

    @Test
    void whatIsSentMeanwhileIsHandledHereWhenTheMoveFails() {
        Pid till = alpha.start(new Till());
        suspend(till);
        alpha.cast(till, new Till.Throw(1));
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        beta.spawn(() -> answer.complete(Self.call(till, new Till.Take(2))));
        alpha.cast(till, new Till.Throw(3));

        HandOver.resume(alpha, till, id);

        assertThat(answer.join()).isBetween(1, 3);
        assertThat(amounts(alpha, till)).containsExactlyInAnyOrder(1, 2, 3).containsSubsequence(1, 3);
    }

    @Test
    void onlyTheSuspensionThatIsMeantIsTakenBack() {
        Pid till = alpha.start(new Till());
        suspend(till);
        HandOver.resume(alpha, till, alpha.newRef());
        HandOver.release(alpha, till, alpha.newRef(), till);
        alpha.cast(till, new Till.Throw(1));
        Steps.until("all has been taken", () -> taken(till) == 4);

        assertThat(alpha.state(till, TIME)).isEqualTo(List.of());
        HandOver.resume(alpha, till, id);
        assertThat(amounts(alpha, till)).containsExactly(1);
    }

    @Test
    void castsThatComeMeanwhileArePassedOn() {
        Pid till = alpha.start(new Till());
        Exported exported = suspend(till);
        alpha.cast(till, new Till.Throw(1));
        alpha.cast(till, new Till.Throw(2));

        Pid next = launch(beta, new Inheritance.Of(exported));
        HandOver.release(alpha, till, id, next);

        // Behind what is passed on.
        alpha.call(till, new Till.Take(3));
        assertThat(amounts(alpha, next)).containsExactly(1, 2, 3);
    }

    @Test
    void aSuspendedServerStopsInOrder() {
        Pid till = alpha.start(new Till());
        suspend(till);
        CompletableFuture<ExitReason> failure = new CompletableFuture<>();
        alpha.spawn(() -> {
            try {
                Self.call(till, new Till.All());
            } catch (ExitException e) {
                failure.complete(e.reason());
            }
        });
        Steps.until("the call is held", () -> taken(till) == 2);

        assertThat(alpha.stop(till, TIME)).isTrue();

        assertThat(Steps.poll(notes.told())).isEqualTo("ended: Shutdown");
        assertThat(failure.join()).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void whoIsNotMadeForItGoesOn() {
        Pid plain = alpha.start(new DistributionTest.Desk());

        assertThat(refusal(plain)).isInstanceOf(ExitReason.NotAccepted.class);
        assertThat(alpha.call(plain, new DistributionTest.Desk.Count())).isZero();
    }

    @Test
    void whoHasCallsToAnswerGoesOn() {
        Pid till = alpha.start(new Till());
        alpha.spawn(() -> Self.call(till, new Till.Hold(), Duration.ofSeconds(30)));
        Steps.until("the call is open", () -> taken(till) == 1);

        assertThat(refusal(till)).isInstanceOf(ExitReason.Overloaded.class);
        assertThat(alpha.call(till, new Till.Take(1))).isEqualTo(1);
    }

    private int taken(Pid pid) {
        return alpha.processes().stream()
                .filter(info -> info.pid().equals(pid))
                .findFirst()
                .orElseThrow()
                .taken();
    }

    @Test
    void aStateThatCannotBeExportedStays() {
        Pid till = alpha.start(new Till());
        alpha.cast(till, new Till.Spoil());

        assertThat(refusal(till)).asString().contains("spoilt");

        assertThat(amounts(alpha, till)).containsExactly(-1);
    }

    @Test
    void aStateThatCannotBeRestoredFailsTheStart() {
        Exported spoilt = new Exported(new Payload(new Amounts(List.of(-1))), 1, List.of());

        assertThatThrownBy(() -> launch(beta, new Inheritance.Of(spoilt))).hasMessageContaining("spoilt");
    }

    @Test
    void aFreshStartIsToldSoBeforeItServes() {
        Pid till = launch(beta, new Inheritance.Lost(new ExitReason.NoConnection(alpha.name())));

        assertThat(notes.told()).containsExactly("lost: " + new ExitReason.NoConnection(alpha.name()));
        assertThat(amounts(alpha, till)).isEmpty();
    }

    @Test
    void statesAreMergedAndAFailedMergeChangesNothing() {
        Pid till = alpha.start(new Till());
        alpha.call(till, new Till.Take(1));

        HandOver.merge(alpha, till, new Exported(new Payload(new Amounts(List.of(2, 3))), 1, List.of()));
        HandOver.merge(alpha, till, new Exported(new Payload(new Amounts(List.of(4, -1))), 1, List.of()));

        assertThat(amounts(alpha, till)).containsExactly(1, 2, 3);
    }

    // ---- requests with an id

    @Test
    void aRequestThatIsSentAgainIsHandledOnce() {
        Pid till = alpha.start(new Till());
        Ref id = beta.newRef();

        assertThat(beta.callOnce(id, till, new Till.Take(5), TIME)).isEqualTo(1);
        assertThat(beta.callOnce(id, till, new Till.Take(5), TIME)).isEqualTo(1);
        assertThat(alpha.callOnce(alpha.newRef(), till, new Till.Take(6), TIME)).isEqualTo(2);

        assertThat(amounts(alpha, till)).containsExactly(5, 6);
    }

    @Test
    void answersMoveWithTheState() {
        Pid till = alpha.start(new Till());
        Ref id = beta.newRef();
        beta.callOnce(id, till, new Till.Take(5), TIME);

        Pid next = move(till, beta);

        assertThat(beta.callOnce(id, next, new Till.Take(5), TIME)).isEqualTo(1);
        assertThat(amounts(alpha, next)).containsExactly(5);
    }

    @Test
    void theLatestThousandAnswersAreKnown() {
        Pid till = alpha.start(new Till());
        List<Ref> ids = IntStream.range(0, 1001).mapToObj(_ -> alpha.newRef()).toList();
        ids.forEach(id -> alpha.callOnce(id, till, new Till.Take(1), TIME));

        alpha.callOnce(ids.get(1), till, new Till.Take(1), TIME);
        assertThat(amounts(alpha, till)).hasSize(1001);
        alpha.callOnce(ids.getFirst(), till, new Till.Take(1), TIME);
        assertThat(amounts(alpha, till)).hasSize(1002);
    }

    @Test
    void whatIsAnsweredLaterIsNotHandledTwice() {
        Pid till = alpha.start(new Till());
        Ref id = alpha.newRef();
        assertThatThrownBy(() -> alpha.callOnce(id, till, new Till.Hold(), Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.Timeout.class));

        assertThatThrownBy(() -> alpha.callOnce(id, till, new Till.Hold(), TIME))
                .hasMessageContaining("answered to who asked first");
    }

    @Test
    void aServerSeesTheIdOfItsRequest() {
        Pid till = alpha.start(new Till());
        Ref id = beta.newRef();

        assertThat(beta.callOnce(id, till, new Till.Id(), TIME)).contains(id);
        assertThat(beta.call(till, new Till.Id())).isEmpty();
    }
}
