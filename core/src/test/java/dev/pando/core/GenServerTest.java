package dev.pando.core;

import static dev.pando.core.Steps.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pando.core.Account.Balance;
import dev.pando.core.Account.Deposit;
import dev.pando.core.Account.Paid;
import dev.pando.core.Account.Receipt;
import dev.pando.core.Account.Refused;
import dev.pando.core.Account.Withdraw;
import dev.pando.core.Pliable.Ask;
import dev.pando.core.Pliable.Tell;
import dev.pando.core.Pliable.Terminated;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GenServerTest {

    private static final Name ADA = new Name("ada");
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    // ---- calls and casts

    @Test
    void messagesOfOneClientAreHandledInOrder() {
        Pid account = node.start(new Account("ada"), ADA);

        node.cast(ADA, new Deposit(500));
        Receipt tooMuch = node.call(ADA, new Withdraw(900), Duration.ofSeconds(1));
        Receipt enough = node.call(account, new Withdraw(200));

        assertThat(tooMuch).isEqualTo(new Refused(500));
        assertThat(enough).isEqualTo(new Paid(200));
        assertThat(node.call(ADA, new Balance())).isEqualTo(300);
    }

    @Test
    void handleIsAPureFunctionThatNeedsNoNode() {
        Account account = new Account("ada");
        Deposit deposit = new Deposit(5);

        assertThat(account.handle(deposit, account.init())).isEqualTo(Step.noReply(new Account.State(5)));
    }

    @Test
    void everyOneOfManyCallersGetsItsOwnAnswer() {
        Pid server = node.start(new Pliable());
        List<CompletableFuture<Object>> answers = IntStream.range(0, 200)
                .mapToObj(number ->
                        inBackground(() -> node.call(server, new Ask((ask, state) -> Step.reply(ask, number, state)))))
                .toList();

        for (int number = 0; number < answers.size(); number++) {
            assertThat(Steps.get(answers.get(number), "call " + number)).isEqualTo(number);
        }
    }

    @Test
    void aProcessCallsAsTheOutsideDoes() {
        Pid server = node.start(new Account("ada"));

        long cents = Steps.get(node, () -> {
            Self.cast(server, new Deposit(7));
            return Self.call(server, new Balance());
        });

        assertThat(cents).isEqualTo(7);
    }

    @Test
    void castToNobodyIsSilent() {
        Pid gone = ended();

        node.cast(new Name("nobody"), new Deposit(1));
        node.cast(gone, new Deposit(1));
        node.cast(LocalRegistry.of(node, "empty").via("key"), new Deposit(1));
    }

    @Test
    void callToAnUnknownNameFailsWithNoProcess() {
        Name nobody = new Name("nobody");

        failsWith(ExitReason.NoProcess.class, () -> node.call(nobody, new Balance()))
                .hasMessageContaining("Balance")
                .hasMessageContaining("nobody");
    }

    @Test
    void callToAnEndedProcessFailsWithNoProcess() {
        Pid gone = ended();

        failsWith(ExitReason.NoProcess.class, () -> node.call(gone, new Balance()));
    }

    @Test
    void callToAnUnclaimedKeyFailsWithNoProcess() {
        Via nobody = LocalRegistry.of(node, "empty").via("key");

        failsWith(ExitReason.NoProcess.class, () -> node.call(nobody, new Balance()));
    }

    @Test
    void callToAPlainProcessIsNotAccepted() {
        Pid plain = node.spawn(() -> Self.receive(String.class));

        failsWith(ExitReason.NotAccepted.class, () -> node.call(plain, new Balance()))
                .hasMessageContaining(Balance.class.getName());
    }

    @Test
    void aCallOfAnotherProtocolIsRefusedAndTheReasonNamesBoth() {
        Pid server = node.start(new Account("ada"));

        assertThat(reason(() -> node.call(server, Ask.forState())))
                .isEqualTo(new ExitReason.NotAccepted(Account.class.getName(), Ask.class.getName()));
        assertThat(node.call(server, new Balance())).isZero();
    }

    @Test
    void aMessageOfAnotherProtocolIsDroppedAndTheServerGoesOn() {
        Pid server = node.start(new Account("ada"));

        node.send(server, "not for you");
        node.cast(server, Tell.add(1));

        assertThat(node.call(server, new Balance())).isZero();
    }

    @Test
    void aCallMessageThatWasSentIsDropped() {
        Pid server = node.start(new Account("ada"));

        node.send(server, new Withdraw(3));

        assertThat(node.call(server, new Balance())).isZero();
    }

    @Test
    void aRawMessageOfTheProtocolIsHandledAsACast() {
        Pid server = node.start(new Account("ada"));

        node.send(server, new Deposit(3));

        assertThat(node.call(server, new Balance())).isEqualTo(3);
    }

    // ---- time-outs and late answers

    @Test
    void aCallWithoutAnAnswerTimesOut() {
        Pid server = node.start(new Pliable());

        failsWith(ExitReason.Timeout.class, () -> node.call(server, Ask.unanswered(), SHORT))
                .hasMessageContaining("Ask to " + server);
    }

    @Test
    void aCallWaitsFiveSecondsUnlessItIsTold() {
        Hands hands = new Hands();
        try (Node timed = Node.start(NodeName.of("timed"), Protocols.none(), Resources.none(), hands.host())) {
            Pid server = timed.start(new Pliable());
            Thread caller = Thread.currentThread();
            CountDownLatch taken = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                Steps.await(taken);
                hands.advance(Duration.ofSeconds(5), caller);
            });

            ExitReason reason = reason(() -> timed.call(server, new Ask((_, state) -> {
                taken.countDown();
                return Step.noReply(state);
            })));

            assertThat(reason).isEqualTo(new ExitReason.Timeout(Duration.ofSeconds(5)));
        }
    }

    @Test
    void aRequestAtHandIsCarriedOutThoughItsCallerHasGivenUp() {
        Hands hands = new Hands();
        try (Node timed = Node.start(NodeName.of("timed"), Protocols.none(), Resources.none(), hands.host())) {
            Pid server = timed.start(new Pliable());
            Thread caller = Thread.currentThread();
            CountDownLatch taken = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                Steps.await(taken);
                hands.advance(Duration.ofHours(2), caller);
            });

            failsWith(
                    ExitReason.Timeout.class,
                    () -> timed.call(
                            server,
                            new Ask((ask, state) -> {
                                taken.countDown();
                                release.await();
                                return Step.reply(ask, "too late", state + 1);
                            }),
                            Duration.ofHours(1)));
            release.countDown();

            assertThat(timed.call(server, Ask.forState())).isEqualTo(1);
        }
    }

    @Test
    void aServerHandlesOneMessageAtATime() {
        Pid server = node.start(new Pliable());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Object>> answers = IntStream.range(0, 100)
                .mapToObj(_ -> inBackground(() -> node.call(server, new Ask((ask, state) -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Steps.spin(10_000);
                    inside.decrementAndGet();
                    return Step.reply(ask, state, state);
                }))))
                .toList();

        answers.forEach(answer -> Steps.get(answer, "call"));

        assertThat(most).hasValue(1);
    }

    @Test
    void theLongestDurationIsALegalTimeout() {
        Pid server = node.start(new Pliable());

        assertThat(node.call(server, Ask.forState(), ChronoUnit.FOREVER.getDuration()))
                .isEqualTo(0);
        assertThat(node.call(server, Ask.forState(), Node.FOREVER)).isEqualTo(0);
    }

    @Test
    void aNegativeTimeoutTimesOutAtOnce() {
        Pid server = node.start(new Pliable());

        failsWith(ExitReason.Timeout.class, () -> node.call(server, Ask.forState(), Duration.ofSeconds(-1)));
    }

    @Test
    void aLateAnswerIsGivenByAnotherProcess() {
        Pid server = node.start(new Pliable());

        Object answer = node.call(server, new Ask((ask, state) -> {
            From<Object> from = Self.from(ask);
            Self.spawn(() -> from.reply("late"));
            return Step.noReply(state);
        }));

        assertThat(answer).isEqualTo("late");
    }

    @Test
    void aLateAnswerIsGivenByAThreadOutside() {
        Pid server = node.start(new Pliable());
        CompletableFuture<From<Object>> address = new CompletableFuture<>();
        CompletableFuture<Object> answer = inBackground(() -> node.call(server, new Ask((ask, state) -> {
            address.complete(Self.from(ask));
            return Step.noReply(state);
        })));

        node.reply(Steps.get(address, "from"), "from outside");

        assertThat(Steps.get(answer, "call")).isEqualTo("from outside");
    }

    @Test
    void theFirstAnswerCounts() {
        Pid server = node.start(new Pliable());

        Object answer = node.call(server, new Ask((ask, state) -> {
            Self.from(ask).reply("first");
            return Step.reply(ask, "second", state);
        }));

        assertThat(answer).isEqualTo("first");
        assertThat(node.call(server, Ask.forState())).isEqualTo(0);
    }

    @Test
    void anAnswerAfterTheTimeoutIsDroppedAndNotLeftInTheMailbox() {
        Hands hands = new Hands();
        try (Node timed = Node.start(NodeName.of("timed"), Protocols.none(), Resources.none(), hands.host())) {
            Pid server = timed.start(new Pliable());
            CompletableFuture<From<Object>> address = new CompletableFuture<>();

            Steps.run(timed, () -> {
                Thread caller = Thread.currentThread();
                Thread.ofVirtual().start(() -> {
                    Steps.get(address, "from");
                    hands.advance(Duration.ofHours(2), caller);
                });
                assertThat(reason(() -> Self.call(
                                server,
                                new Ask((ask, state) -> {
                                    address.complete(Self.from(ask));
                                    return Step.noReply(state);
                                }),
                                Duration.ofHours(1))))
                        .isEqualTo(new ExitReason.Timeout(Duration.ofHours(1)));
                Steps.get(address, "from").reply("too late");

                assertThat(Self.call(server, Ask.forState())).isEqualTo(0);
                assertThat(Self.receive(Object.class, Duration.ZERO)).isEmpty();
            });
        }
    }

    @Test
    void aRequestWhoseCallerHasGivenUpIsNotHandled() {
        Pid server = node.start(new Pliable());
        CountDownLatch release = busy(server);
        CompletableFuture<Boolean> handled = new CompletableFuture<>();

        failsWith(
                ExitReason.Timeout.class,
                () -> node.call(
                        server,
                        new Ask((ask, state) -> {
                            handled.complete(true);
                            return Step.reply(ask, state, state);
                        }),
                        SHORT));
        release.countDown();

        assertThat(node.call(server, Ask.forState())).isEqualTo(0);
        assertThat(handled).isNotDone();
    }

    /// A process sets its alarm at its first call, under a lock that many want at once. Blocking there must not use
    /// up the wake-up of an answer that has come already.
    @Test
    void noAnswerIsLostWhileAlarmsAreSet() {
        Pid server = node.start(new Pliable());
        int rounds = Race.rounds(60);
        int callers = 200;

        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < callers; i++) {
                    Self.spawn(() -> Self.send(self, Self.call(server, Ask.forState())));
                }
                for (int i = 0; i < callers; i++) {
                    assertThat(Steps.next(Integer.class)).isZero();
                }
            }
        });
    }

    @Test
    void anOpenCallEndsWithTheReasonOfTheServer() {
        Pid server = node.start(new Pliable());
        CountDownLatch taken = new CountDownLatch(1);
        CompletableFuture<Object> answer = inBackground(() -> node.call(server, new Ask((_, state) -> {
            taken.countDown();
            return Step.noReply(state);
        })));

        Steps.await(taken);
        node.exit(server, ExitReason.shutdown());

        failsWith(ExitReason.Shutdown.class, () -> Steps.get(answer, "call"));
    }

    @Test
    void aQueuedCallEndsWithTheReasonOfTheServer() {
        Pid server = node.start(new Pliable());
        busy(server);
        CompletableFuture<Object> answer = inBackground(() -> node.call(server, Ask.forState()));

        node.exit(server, ExitReason.killed());

        assertThat(reason(() -> Steps.get(answer, "call")))
                .isInstanceOfAny(ExitReason.Killed.class, ExitReason.NoProcess.class);
    }

    @Test
    void aCrashInHandleEndsTheCallWithTheCrash() {
        Pid server = node.start(new Pliable());

        ExitReason reason = reason(() -> node.call(server, new Ask((_, _) -> {
            throw new IllegalStateException("out of ink");
        })));

        assertThat(reason)
                .asInstanceOf(type(ExitReason.Crash.class))
                .returns(IllegalStateException.class.getName(), ExitReason.Crash::type)
                .returns("out of ink", ExitReason.Crash::message);
    }

    @Test
    void aFailedCallEndsItsProcessWithTheSameReason() {
        Name nobody = new Name("nobody");

        ExitReason reason = Steps.get(node, () -> {
            Pid caller = Self.spawn(() -> {
                Self.receive(String.class);
                Self.call(nobody, new Balance());
            });
            Ref monitor = Self.monitor(caller);
            Self.send(caller, "go");
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(new ExitReason.NoProcess("nobody"));
    }

    @Test
    void aCallToItselfIsRefused() {
        Pid server = node.start(new Pliable());

        assertThat(reason(() -> node.call(server, callTo(server))))
                .asInstanceOf(type(ExitReason.Crash.class))
                .returns(IllegalStateException.class.getName(), ExitReason.Crash::type)
                .extracting(ExitReason.Crash::message)
                .asString()
                .contains("calls itself");
    }

    @Test
    void aCallToItselfByNameIsRefused() {
        node.start(new Pliable(), ADA);

        assertThat(reason(() -> node.call(ADA, callTo(ADA))).toString()).contains("calls itself");
    }

    @Test
    void aCallToItselfByKeyIsRefused() {
        Pid server = node.start(new Pliable());
        LocalRegistry registry = LocalRegistry.of(node, "servers");
        registry.register("key", server, "");

        assertThat(reason(() -> node.call(server, callTo(registry.via("key")))).toString())
                .contains("calls itself");
    }

    @Test
    void aStopOfItselfIsRefused() {
        Pid server = node.start(new Pliable());

        Object refused = node.call(
                server,
                new Ask((ask, state) ->
                        Step.reply(ask, failure(() -> Self.node().stop(Self.pid(), Node.FOREVER)), state)));

        assertThat(refused).asString().contains("stops itself").contains("Step.stop");
    }

    @Test
    void aReceiveInsideHandleTakesNoCalls() {
        Pid server = node.start(new Pliable());
        CountDownLatch queued = new CountDownLatch(1);
        node.cast(server, new Tell((_, state) -> {
            Steps.await(queued);
            assertThat(Self.receive(Object.class)).isEqualTo("raw");
            return Step.noReply(state + 1);
        }));
        CompletableFuture<Object> answer = inBackground(() -> node.call(server, Ask.forState()));
        Steps.until(
                "the call",
                () -> Optional.ofNullable(node.here(server))
                                .orElseThrow()
                                .mailbox
                                .length()
                        == 1);
        node.send(server, "raw");
        queued.countDown();

        assertThat(Steps.get(answer, "call")).isEqualTo(1);
    }

    @Test
    void anInterruptedOutsideCallerGetsKilledAndKeepsItsFlag() {
        Pid server = node.start(new Pliable());
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CountDownLatch handled = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            ExitReason reason = reason(() -> node.call(
                    server,
                    new Ask((_, state) -> {
                        handled.countDown();
                        return Step.noReply(state);
                    }),
                    Node.FOREVER));
            flag.complete(reason instanceof ExitReason.Killed
                    && Thread.currentThread().isInterrupted());
        });

        Steps.await(handled);
        caller.interrupt();

        assertThat(Steps.get(flag, "interrupted caller")).isTrue();
    }

    // ---- answers

    @Test
    void anAnswerToAnotherRequestCrashesTheServerAndSaysWhatToDo() {
        Pid server = node.start(new Pliable());
        Ask other = Ask.forState();

        assertThat(reason(() -> node.call(server, new Ask((_, state) -> Step.reply(other, 1, state))))
                        .toString())
                .contains("IllegalStateException")
                .contains(Ask.class.getName())
                .contains("Self.from(request)");
    }

    @Test
    void anAnswerToACastCrashesTheServer() {
        Pid server = node.start(new Pliable());
        Ask other = Ask.forState();

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(server);
            Self.cast(server, new Tell((_, state) -> Step.reply(other, 1, state)));
            return Steps.end(monitor);
        });

        assertThat(reason.toString()).contains("not the call being handled");
    }

    /// Answers with a request that is equal to the one at hand, but not that one.
    record Copying() implements GenServer<Balance, Integer> {
        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Balance message, Integer state) {
            return Step.reply(new Balance(), 1L, state);
        }
    }

    @Test
    void anEqualRequestIsNotTheRequestAtHand() {
        Pid server = node.start(new Copying());

        assertThat(reason(() -> node.call(server, new Balance())).toString()).contains("not the call being handled");
    }

    @Test
    void fromIsRefusedForAnythingButTheCallAtHand() {
        Pid server = node.start(new Pliable());
        Ask other = Ask.forState();

        Object refused =
                node.call(server, new Ask((ask, state) -> Step.reply(ask, failure(() -> Self.from(other)), state)));

        assertThat(refused).asString().contains("not the call being handled").contains("inside handle");
    }

    @Test
    void fromIsRefusedOnceHandleHasReturned() {
        Pid server = node.start(new Pliable());
        Ask open = Ask.unanswered();
        failsWith(ExitReason.Timeout.class, () -> node.call(server, open, SHORT));

        Object refused =
                node.call(server, new Ask((ask, state) -> Step.reply(ask, failure(() -> Self.from(open)), state)));

        assertThat(refused).asString().contains("not the call being handled");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway may do
    void aNullAnswerCrashesTheServerInsteadOfHangingTheCaller() {
        Pid server = node.start(new Pliable());

        ExitReason reason =
                reason(() -> node.call(server, new Ask((ask, state) -> Step.reply(ask, null, state)), LIMIT));

        assertThat(reason.toString()).contains("null").contains(Ask.class.getName());
    }

    // ---- stopping

    @Test
    void stopWithAnAnswerAnswersAndEnds() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        Steps.run(node, () -> {
            Ref monitor = Self.monitor(server);
            Object answer =
                    Self.call(server, new Ask((ask, state) -> Step.stop(ask, "bye", ExitReason.normal(), state + 1)));
            assertThat(answer).isEqualTo("bye");
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.normal());
        });

        assertThat(Steps.poll(pliable.terminated)).isEqualTo(new Terminated(ExitReason.normal(), 1));
    }

    @Test
    void stopWithoutAnAnswerEndsTheCallWithTheReason() {
        Pid server = node.start(new Pliable());

        assertThat(reason(() ->
                        node.call(server, new Ask((_, state) -> Step.stop(ExitReason.Other.of("done"), state)))))
                .isEqualTo(ExitReason.Other.of("done"));
    }

    @Test
    void stopFromOutsideEndsBetweenTwoMessagesAndRunsTerminate() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);
        node.cast(server, Tell.add(2));

        boolean inTime = node.stop(server, LIMIT);

        assertThat(inTime).isTrue();
        assertThat(node.isAlive(server)).isFalse();
        assertThat(Steps.poll(pliable.terminated)).isEqualTo(new Terminated(ExitReason.shutdown(), 2));
    }

    @Test
    void stopOfAServerThatDoesNotComeBackKillsIt() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);
        busy(server);

        boolean inTime = node.stop(server, SHORT);

        assertThat(inTime).isFalse();
        assertThat(node.isAlive(server)).isFalse();
        assertThat(pliable.terminated).isEmpty();
    }

    @Test
    void stopOfAnEndedProcessIsInTime() {
        assertThat(node.stop(ended(), Duration.ZERO)).isTrue();
    }

    @Test
    void stopOfAProcessElsewhereIsRefused() {
        Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

        assertThatThrownBy(() -> node.stop(elsewhere, SHORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(elsewhere.toString());
    }

    @Test
    void stopEndsAPlainProcessAndLeavesNothingButTheSignal() {
        CompletableFuture<Object> got = new CompletableFuture<>();
        CountDownLatch trapping = new CountDownLatch(1);
        Pid plain = node.spawn(() -> {
            Self.trapExits(true);
            trapping.countDown();
            got.complete(Self.receive(Object.class));
        });
        Steps.await(trapping);

        assertThat(node.stop(plain, LIMIT)).isTrue();
        assertThat(Steps.get(got, "signal"))
                .asInstanceOf(type(Exit.class))
                .extracting(Exit::reason)
                .isEqualTo(ExitReason.shutdown());
    }

    // ---- terminate

    @Test
    void terminateRunsAfterACrashWithTheLastState() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        node.cast(server, Tell.add(4));
        ExitReason reason = crash(server);

        assertThat(Steps.poll(pliable.terminated)).isEqualTo(new Terminated(reason, 4));
    }

    @Test
    void terminateRunsWhenHandleExits() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);
        ExitReason done = ExitReason.Other.of("done");

        assertThat(reason(() -> node.call(server, new Ask((_, _) -> {
                    throw Self.exit(done);
                }))))
                .isEqualTo(done);
        assertThat(Steps.poll(pliable.terminated)).isEqualTo(new Terminated(done, 0));
    }

    @Test
    void terminateRunsWhenAChildThatTrapsIsEndedByItsParent() {
        Pliable child = new Pliable(true);

        Steps.run(node, () -> {
            Pid parent = Self.spawn(() -> {
                Self.startLink(child);
                throw Self.exit(ExitReason.Other.of("parent is done"));
            });
            Steps.end(parent);
        });

        assertThat(Steps.poll(child.terminated)).isEqualTo(new Terminated(ExitReason.Other.of("parent is done"), 0));
        assertThat(child.infos).isEmpty();
    }

    @Test
    void aChildThatTrapsEndsEvenWithANormalEndOfItsParent() {
        Pliable child = new Pliable(true);

        node.spawn(() -> Self.startLink(child));

        assertThat(Steps.poll(child.terminated)).isEqualTo(new Terminated(ExitReason.normal(), 0));
    }

    @Test
    void aChildThatDoesNotTrapOutlivesANormalEndOfItsParent() {
        CompletableFuture<Pid> child = new CompletableFuture<>();

        Steps.run(node, () -> Steps.end(Self.spawn(() -> child.complete(Self.startLink(new Pliable())))));

        assertThat(node.call(Steps.get(child, "child"), Ask.forState())).isEqualTo(0);
    }

    @Test
    void terminateDoesNotRunWhenTheParentEndsAChildThatDoesNotTrap() {
        Pliable child = new Pliable();

        ExitReason reason = Steps.get(node, () -> {
            CompletableFuture<Pid> started = new CompletableFuture<>();
            Pid parent = Self.spawn(() -> {
                started.complete(Self.startLink(child));
                Self.receive(String.class);
                throw Self.exit(ExitReason.Other.of("parent is done"));
            });
            Ref monitor = Self.monitor(Steps.get(started, "child"));
            Self.send(parent, "go");
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.Other.of("parent is done"));
        assertThat(child.terminated).isEmpty();
    }

    @Test
    void theExitOfAnybodyButTheParentGoesToHandleInfo() {
        Pliable pliable = new Pliable(true);
        Pid server = node.start(pliable);

        node.exit(server, ExitReason.shutdown());
        Pid other = Steps.get(node, () -> {
            Pid linked = Self.spawn(() -> Self.link(server));
            Steps.end(linked);
            return linked;
        });

        assertThat(Steps.poll(pliable.infos))
                .asInstanceOf(type(Exit.class))
                .extracting(Exit::reason)
                .isEqualTo(ExitReason.shutdown());
        assertThat(Steps.poll(pliable.infos)).isEqualTo(new Exit(other, ExitReason.normal()));
        assertThat(node.isAlive(server)).isTrue();
    }

    @Test
    void terminateDoesNotRunWhenALinkEndsAServerThatDoesNotTrap() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(server);
            Self.spawn(() -> {
                Self.link(server);
                throw Self.exit(ExitReason.Other.of("linked"));
            });
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.Other.of("linked"));
        assertThat(pliable.terminated).isEmpty();
    }

    @Test
    void terminateDoesNotRunWhenALinkEndsAServerAtWork() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);
        busy(server);

        node.exit(server, ExitReason.Other.of("stop working"));

        Steps.run(node, () -> Steps.end(server));
        assertThat(pliable.terminated).isEmpty();
    }

    @Test
    void terminateDoesNotRunWhenTheServerIsKilled() {
        Pliable pliable = new Pliable(true);
        Pid server = node.start(pliable);

        node.exit(server, ExitReason.killed());

        Steps.run(node, () -> Steps.end(server));
        assertThat(pliable.terminated).isEmpty();
    }

    /// Waits for a message in its `terminate`.
    record Lingering(CompletableFuture<Object> last) implements GenServer<Deposit, Integer> {
        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Deposit message, Integer state) {
            throw new IllegalStateException("no deposits");
        }

        @Override
        public void terminate(ExitReason reason, Integer state) {
            last.complete(Steps.next(String.class));
        }
    }

    @Test
    void terminateMayWait() {
        CompletableFuture<Object> last = new CompletableFuture<>();
        Pid server = node.start(new Lingering(last));

        node.cast(server, new Deposit(1));
        node.send(server, "last words");

        assertThat(Steps.get(last, "terminate")).isEqualTo("last words");
    }

    @Test
    void aKillEndsATerminateThatWaits() {
        Pid server = node.start(new Lingering(new CompletableFuture<>()));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(server);
            Self.cast(server, new Deposit(1));
            Self.exit(server, ExitReason.killed());
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.killed());
    }

    // ---- starting

    /// Fails in `init` as it is told.
    record Stillborn(Optional<ExitReason> reason) implements GenServer<Deposit, Integer> {
        @Override
        public Integer init() {
            throw reason.map(ExitException::new)
                    .map(RuntimeException.class::cast)
                    .orElseGet(() -> new IllegalStateException("no state"));
        }

        @Override
        public Step<Integer> handle(Deposit message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void aFailedInitIsThrownAtTheStarterAndTheNameIsFree() {
        failsWith(ExitReason.Crash.class, () -> node.start(new Stillborn(Optional.empty()), ADA))
                .hasMessageContaining("Stillborn")
                .hasMessageContaining("no state");

        assertThat(node.whereis(ADA)).isEmpty();
        assertThat(node.start(new Account("ada"), ADA))
                .isEqualTo(node.whereis(ADA).orElseThrow());
    }

    @Test
    void aFailedInitDoesNotReachTheStarterThroughTheLinkToo() {
        Steps.run(node, () -> {
            failsWith(
                    ExitReason.Shutdown.class, () -> Self.startLink(new Stillborn(Optional.of(ExitReason.shutdown()))));
            failsWith(ExitReason.Crash.class, () -> Self.startLink(new Stillborn(Optional.empty())));
            Self.trapExits(true);
            failsWith(ExitReason.Crash.class, () -> Self.startLink(new Stillborn(Optional.empty())));

            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aKillDuringInitIsThrownAtTheStarter() {
        CompletableFuture<Pid> initialising = new CompletableFuture<>();
        CompletableFuture<Object> started = inBackground(() -> node.start(new Waiting(initialising)));

        node.exit(Steps.get(initialising, "init"), ExitReason.killed());

        failsWith(ExitReason.Killed.class, () -> Steps.get(started, "start"));
    }

    @Test
    void anInterruptedStarterLeavesNothingBehind() {
        CompletableFuture<Pid> initialising = new CompletableFuture<>();
        CompletableFuture<ExitReason> failed = new CompletableFuture<>();
        Thread starter = Thread.ofVirtual()
                .start(() -> failed.complete(reason(() -> node.start(new Waiting(initialising), ADA))));
        Pid child = Steps.get(initialising, "init");

        starter.interrupt();

        assertThat(Steps.get(failed, "start")).isEqualTo(ExitReason.killed());
        assertThat(node.isAlive(child)).isFalse();
        assertThat(node.whereis(ADA)).isEmpty();
    }

    /// Waits in its `init`.
    record Waiting(CompletableFuture<Pid> initialising) implements GenServer<Deposit, Integer> {
        @Override
        public Integer init() {
            initialising.complete(Self.pid());
            Self.receive(String.class);
            return 0;
        }

        @Override
        public Step<Integer> handle(Deposit message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void startUnderATakenNameIsRefusedAndNamesTheHolder() {
        Pid holder = node.start(new Account("ada"), ADA);

        assertThatThrownBy(() -> node.start(new Account("eve"), ADA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ada")
                .hasMessageContaining(holder.toString());
        assertThat(node.processCount()).isEqualTo(1);
    }

    @Test
    void aServerThatMissesAResourceIsNotStarted() {
        GenServer<Deposit, Integer> needy = new GenServer<>() {
            @Override
            public List<Class<?>> resources() {
                return List.of(Account.class);
            }

            @Override
            public Integer init() {
                return 0;
            }

            @Override
            public Step<Integer> handle(Deposit message, Integer state) {
                return Step.noReply(state);
            }
        };

        assertThatThrownBy(() -> node.start(needy))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Account.class.getName());
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aStarterThatIsKilledWhileItWaitsTakesTheChildAlong() {
        CountDownLatch inInit = new CountDownLatch(1);
        CompletableFuture<Pid> child = new CompletableFuture<>();

        Steps.run(node, () -> {
            Pid parent = Self.spawn(() -> Self.startLink(new GenServer<Deposit, Integer>() {
                @Override
                public Integer init() {
                    child.complete(Self.pid());
                    inInit.countDown();
                    Self.receive(String.class);
                    return 0;
                }

                @Override
                public Step<Integer> handle(Deposit message, Integer state) {
                    return Step.noReply(state);
                }
            }));
            Steps.await(inInit);
            Ref monitor = Self.monitor(Steps.get(child, "child"));
            Self.exit(parent, ExitReason.killed());

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
        });
    }

    @Test
    void launchTellsTheParentWhenTheServerServes() {
        Steps.run(node, () -> {
            Pid server = Self.launch(new Account("ada"));

            assertThat(Steps.next(Initialized.class).pid()).isEqualTo(server);
            assertThat(Self.call(server, new Balance())).isZero();
        });
    }

    @Test
    void launchTellsTheParentOfAFailedInitThroughTheLink() {
        Steps.run(node, () -> {
            Self.trapExits(true);
            Pid server = Self.launch(new Stillborn(Optional.of(ExitReason.shutdown())));

            assertThat(Steps.next(Signal.class)).isEqualTo(new Exit(server, ExitReason.shutdown()));
        });
    }

    // ---- signals

    @Test
    void aDownGoesToHandleInfo() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);

        Object ref =
                node.call(server, new Ask((ask, state) -> Step.reply(ask, Self.monitor(Self.spawn(() -> {})), state)));

        assertThat(Steps.poll(pliable.infos))
                .asInstanceOf(type(Down.class))
                .extracting(Down::ref)
                .isEqualTo(ref);
    }

    @Test
    void aTimerOfTheProtocolIsHandledAsACast() {
        Pid server = node.start(new Pliable());
        BlockingQueue<Integer> states = new LinkedBlockingQueue<>();

        node.cast(server, new Tell((_, state) -> {
            Self.sendAfter(Duration.ofMillis(1), new Tell((_, later) -> {
                states.add(later);
                return Step.noReply(later);
            }));
            return Step.noReply(state + 1);
        }));

        assertThat(Steps.poll(states)).isEqualTo(1);
    }

    // ---- helpers

    /// Keeps a server in `handle` until the latch is released, or the server interrupted.
    private CountDownLatch busy(Pid server) {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        node.cast(server, new Tell((_, state) -> {
            entered.countDown();
            release.await();
            return Step.noReply(state);
        }));
        Steps.await(entered);
        return release;
    }

    private ExitReason crash(Pid server) {
        return reason(() -> node.call(server, new Ask((_, _) -> {
            throw new IllegalStateException("crash");
        })));
    }

    private Pid ended() {
        return Steps.get(node, () -> {
            Pid pid = Self.spawn(() -> {});
            Steps.end(pid);
            return pid;
        });
    }

    private static Ask callTo(Dest to) {
        return new Ask((ask, state) -> Step.reply(ask, Self.call(to, Ask.forState(), SHORT), state));
    }

    private static String failure(ThrowingCallable code) {
        try {
            code.call();
            return "no failure";
        } catch (Throwable thrown) {
            return String.valueOf(thrown.getMessage());
        }
    }

    private static ExitReason reason(ThrowingCallable code) {
        try {
            code.call();
        } catch (ExitException exit) {
            return exit.reason();
        } catch (Throwable thrown) {
            throw new AssertionError("no ExitException", thrown);
        }
        throw new AssertionError("no exception at all");
    }

    private static AbstractThrowableAssert<?, ?> failsWith(Class<? extends ExitReason> reason, ThrowingCallable code) {
        return assertThatThrownBy(code)
                .isInstanceOfSatisfying(
                        ExitException.class, exit -> assertThat(exit.reason()).isInstanceOf(reason));
    }

    private static CompletableFuture<Object> inBackground(Callable<Object> call) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(call.call());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    @Test
    void anInitWhoseCallIsNotAnsweredHasFailedThoughTheServerEndedNormally() {
        Pid server = node.start(new Pliable());

        assertThatThrownBy(() ->
                        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, ChildSpec.of("client", new Client(server)))))
                .isInstanceOf(ExitException.class);
    }

    /// Needs an answer of another server to start.
    record Client(Pid server) implements GenServer<Cast, Integer> {
        @Override
        public Integer init() {
            Self.call(server, new Ask((_, state) -> Step.stop(ExitReason.normal(), state)));
            return 0;
        }

        @Override
        public Step<Integer> handle(Cast message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void aCallerThatEndsForWantOfAnAnswerDoesNotEndNormally() {
        Pid server = node.start(new Pliable());
        Pid caller = node.spawn(() -> {
            Self.receive(String.class);
            Self.call(server, new Ask((_, state) -> Step.stop(ExitReason.normal(), state)));
        });

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(caller);
            Self.send(caller, "go");
            return Steps.end(monitor);
        });

        assertThat(reason.abnormal()).isTrue();
    }
}
