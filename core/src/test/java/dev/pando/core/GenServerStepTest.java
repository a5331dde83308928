package dev.pando.core;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the steps and the failures of callbacks do to a server.
final class GenServerStepTest {

    private static final ExitReason DONE = ExitReason.Other.of("done");

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    /// What a server does with a signal.
    @FunctionalInterface
    interface OnSignal {
        Step<Integer> handle(Signal signal, Integer state) throws Exception;
    }

    /// Watches a process, and does with its signals what it was given.
    record Watching(OnSignal onSignal, BlockingQueue<String> journal) implements GenServer<Watching.Message, Integer> {

        sealed interface Message {}

        record Watch(Pid target) implements Message, Cast {}

        record Note(String text) implements Message, Cast {}

        record Count() implements Message, Call<Integer> {}

        Watching(OnSignal onSignal) {
            this(onSignal, new LinkedBlockingQueue<>());
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer state) {
            return switch (message) {
                case Watch(Pid target) -> {
                    Self.monitor(target);
                    yield noReply(state + 1);
                }
                case Note(String text) -> {
                    journal.add(text);
                    yield noReply(state);
                }
                case Count count -> reply(count, state, state);
            };
        }

        @Override
        public Step<Integer> handleInfo(Signal signal, Integer state) throws Exception {
            return onSignal.handle(signal, state);
        }

        @Override
        public void terminate(ExitReason reason, Integer state) {
            journal.add(reason + " at " + state);
        }
    }

    @Test
    void aCastMayStopTheServer() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        assertThat(endAfter(server, new Pliable.Tell((_, state) -> Step.stop(DONE, state + 1))))
                .isEqualTo(DONE);

        assertThat(pliable.terminated).containsExactly(new Pliable.Terminated(DONE, 1));
    }

    @Test
    void aSignalMayStopTheServer() {
        Watching watching = new Watching((_, state) -> Step.stop(DONE, state));

        assertThat(endAfterADown(watching)).isEqualTo(DONE);

        assertThat(watching.journal()).containsExactly(DONE + " at 1");
    }

    @Test
    void aCrashInHandleInfoRunsTerminate() {
        Watching watching = new Watching((_, _) -> {
            throw new IllegalStateException("crash");
        });

        assertThat(endAfterADown(watching)).isInstanceOf(ExitReason.Crash.class);

        assertThat(watching.journal()).containsExactly("Crash[java.lang.IllegalStateException: crash] at 1");
    }

    @Test
    void aSignalMayBeFollowedByAContinuation() {
        Watching watching = new Watching((_, state) -> {
            Self.continueWith(new Watching.Note("continued"));
            return noReply(state);
        });
        Pid server = node.start(watching);

        node.cast(server, new Watching.Watch(node.spawn(() -> {})));

        assertThat(Steps.poll(watching.journal())).isEqualTo("continued");
    }

    /// Is told of an end from its `init` on, and does nothing about it.
    record Indifferent(Pid ended) implements GenServer<Account.Balance, Integer> {
        @Override
        public Integer init() {
            Self.monitor(ended);
            return 0;
        }

        @Override
        public Step<Integer> handle(Account.Balance message, Integer state) {
            return reply(message, 7L, state);
        }
    }

    @Test
    void aSignalThatNobodyHandlesIsIgnored() {
        Pid nobody = new Pid(node.name(), node.incarnation(), 0);
        Pid server = node.start(new Indifferent(nobody));

        assertThat(node.call(server, new Account.Balance())).isEqualTo(7);
    }

    @Test
    @SuppressWarnings("NullAway") // what a server without NullAway may do
    void aMissingStepCrashesTheServerAndRunsTerminate() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        ExitReason reason = endAfter(server, new Pliable.Tell((_, _) -> null));

        assertThat(reason)
                .isInstanceOfSatisfying(
                        ExitReason.Crash.class,
                        crash -> assertThat(crash.type()).isEqualTo(NullPointerException.class.getName()));
        assertThat(pliable.terminated).containsExactly(new Pliable.Terminated(reason, 0));
    }

    /// Does not come to its end in peace.
    record Clumsy() implements GenServer<Pliable.Tell, Integer> {
        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Pliable.Tell message, Integer state) throws Exception {
            return message.todo().handle(message, state);
        }

        @Override
        public void terminate(ExitReason reason, Integer state) {
            throw new IllegalStateException("stumbled");
        }
    }

    @Test
    void aFailureInTerminateIsTheReasonOfTheEnd() {
        Pliable.Tell stop = new Pliable.Tell((_, state) -> Step.stop(ExitReason.normal(), state));
        Pliable.Tell crash = new Pliable.Tell((_, _) -> {
            throw new IllegalArgumentException("crash");
        });

        assertThat(endAfter(node.start(new Clumsy()), stop))
                .hasToString("Crash[java.lang.IllegalStateException: stumbled]");
        assertThat(endAfter(node.start(new Clumsy()), crash))
                .hasToString("Crash[java.lang.IllegalStateException: stumbled]");
    }

    private ExitReason endAfter(Pid server, Cast message) {
        return Steps.get(node, () -> {
            Ref monitor = Self.monitor(server);
            Self.cast(server, message);
            return Steps.end(monitor);
        });
    }

    private ExitReason endAfterADown(Watching watching) {
        return endAfter(node.start(watching), new Watching.Watch(node.spawn(() -> {})));
    }
}
