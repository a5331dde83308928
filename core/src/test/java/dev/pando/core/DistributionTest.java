package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static dev.pando.core.Steps.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.wire.Codec;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The verbs of a node across a transport.
final class DistributionTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Name DESK = new Name("desk");
    private static final Duration SHORT = Duration.ofMillis(30);

    /// A server with an answer to everything.
    record Desk() implements GenServer<Desk.Message, Integer> {
        sealed interface Message {}

        record Echo(String text) implements Message, Call<String> {}

        record Count() implements Message, Call<Integer> {}

        record Add(int number) implements Message, Cast {}

        /// Waits for a text.
        record Pause() implements Message, Cast {}

        /// Counts, and does not answer.
        record Hold() implements Message, Call<String> {}

        record Fail(String text) implements Message, Call<String> {}

        record Leave(ExitReason reason) implements Message, Call<String> {}

        /// Leaves the answer to another process.
        record HandTo(Pid other) implements Message, Call<String> {}

        record AnswerUnlisted() implements Message, Call<Payload> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer count) {
            return switch (message) {
                case Echo echo -> Step.reply(echo, echo.text(), count);
                case Count ask -> Step.reply(ask, count, count);
                case Add(int number) -> Step.noReply(count + number);
                case Pause _ -> {
                    Self.receive(String.class);
                    yield Step.noReply(count);
                }
                case Hold _ -> Step.noReply(count + 1);
                case Fail(String text) -> throw new IllegalStateException(text);
                case Leave(ExitReason reason) -> Step.stop(reason, count);
                case HandTo handTo -> {
                    Self.send(handTo.other(), Self.from(handTo));
                    yield Step.noReply(count);
                }
                case AnswerUnlisted ask -> Step.reply(ask, new Payload(new Unlisted()), count);
            };
        }
    }

    record Unlisted() {}

    private static final Protocols PROTOCOLS = Protocols.of(Desk.class, From.class, Ref.class);

    private final Node alpha = Node.start("alpha", PROTOCOLS);
    private final Node beta = Node.start("beta", PROTOCOLS);
    private final Node gamma = Node.start("gamma", PROTOCOLS);
    private final Network network = Network.of(alpha, beta, gamma);

    @AfterEach
    void close() {
        alpha.close();
        beta.close();
        gamma.close();
        network.close();
    }

    // ---- messages

    @Test
    void aMessageReachesPidAndNameOfAnotherNode() {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        Pid there = beta.start((ProcessBody) () -> collect(got), DESK);

        alpha.send(there, "by pid");
        alpha.send(DESK.on(beta.name()), "by name");

        assertThat(Steps.poll(got)).isEqualTo("by pid");
        assertThat(Steps.poll(got)).isEqualTo("by name");
    }

    private static void collect(BlockingQueue<String> got) {
        while (true) {
            got.add(Self.receive(String.class));
        }
    }

    @Test
    void messagesOfOneSenderStayInOrder() {
        Steps.run(beta, () -> {
            Pid receiver = Self.pid();
            alpha.spawn(() -> IntStream.range(0, 1000).forEach(number -> Self.send(receiver, number)));

            for (int number = 0; number < 1000; number++) {
                assertThat(Steps.next(Integer.class)).isEqualTo(number);
            }
        });
    }

    @Test
    void aMessageToNobodyVanishes() {
        alpha.send(DESK.on(beta.name()), "hello");
        alpha.send(ended(beta), "hello");
        alpha.cast(DESK.on(beta.name()), new Desk.Add(1));
        alpha.send(new Pid(NodeName.of("nowhere"), 1, 1), "hello");

        assertThat(beta.refusedFrames()).isZero();
    }

    @Test
    void castAndCallReachAServerOfAnotherNode() {
        Pid desk = beta.start(new Desk(), DESK);

        alpha.cast(desk, new Desk.Add(2));
        alpha.cast(DESK.on(beta.name()), new Desk.Add(3));

        assertThat(alpha.call(desk, new Desk.Count())).isEqualTo(5);
        assertThat(alpha.call(DESK.on(beta.name()), new Desk.Echo("hi"))).isEqualTo("hi");
    }

    @Test
    void nodesCallEachOtherAtTheSameTime() {
        Pid atAlpha = alpha.start(new Desk());
        Pid atBeta = beta.start(new Desk());
        CountDownLatch done = new CountDownLatch(200);
        for (int i = 0; i < 100; i++) {
            String text = "text " + i;
            alpha.spawn(() -> {
                assertThat(Self.call(atBeta, new Desk.Echo(text))).isEqualTo(text);
                done.countDown();
            });
            beta.spawn(() -> {
                assertThat(Self.call(atAlpha, new Desk.Echo(text))).isEqualTo(text);
                done.countDown();
            });
        }

        Steps.await(done);
    }

    @Test
    void aPidOfAFormerStartOfTheNodeAddressesNobody() {
        Pid former = beta.start(new Desk());
        beta.close();
        network.cut(alpha, beta);
        network.cut(gamma, beta);
        try (Node again = Node.start("beta", PROTOCOLS)) {
            network.add(again);
            Pid current = again.start(new Desk());
            assertThat(again.incarnation()).isGreaterThan(beta.incarnation());

            assertThat(alpha.call(current, new Desk.Echo("hi"))).isEqualTo("hi");
            failsWith(new ExitReason.NoProcess(former.toString()), () -> alpha.call(former, new Desk.Echo("hi")));
            assertThat(Steps.end(alpha, former)).isEqualTo(new ExitReason.NoProcess(former.toString()));
        }
    }

    // ---- calls that fail

    @Test
    void aCallToAnEndedProcessOrAnUnknownNameIsNoProcess() {
        Pid gone = ended(beta);

        failsWith(new ExitReason.NoProcess(gone.toString()), () -> alpha.call(gone, new Desk.Echo("hi")));
        failsWith(new ExitReason.NoProcess("desk"), () -> alpha.call(DESK.on(beta.name()), new Desk.Echo("hi")));
    }

    @Test
    void aCallToANodeOutOfReachIsNoConnection() {
        NodeName nowhere = NodeName.of("nowhere");

        failsWith(new ExitReason.NoConnection(nowhere), () -> alpha.call(DESK.on(nowhere), new Desk.Echo("hi")));
        network.cut(alpha, beta);
        failsWith(
                new ExitReason.NoConnection(beta.name()), () -> alpha.call(DESK.on(beta.name()), new Desk.Echo("hi")));
    }

    @Test
    void aCallOfAnotherProtocolIsNotAccepted() {
        Pid account = beta.start(new Account("ada"));
        Pid plain = beta.spawn(() -> Self.receive(String.class));

        failsWith(
                new ExitReason.NotAccepted(Account.class.getName(), Desk.Count.class.getName()),
                () -> alpha.call(account, new Desk.Count()));
        assertThatThrownBy(() -> alpha.call(plain, new Desk.Count()))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isInstanceOf(ExitReason.NotAccepted.class));
    }

    @Test
    void theCrashOfTheServerEndsTheCall() {
        Pid desk = beta.start(new Desk());

        assertThatThrownBy(() -> alpha.call(desk, new Desk.Fail("out of ink")))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isInstanceOfSatisfying(ExitReason.Crash.class, crash -> {
                            assertThat(crash.type()).isEqualTo("java.lang.IllegalStateException");
                            assertThat(crash.message()).isEqualTo("out of ink");
                            assertThat(crash.stack()).contains("DistributionTest");
                        }));
    }

    @Test
    void theEndOfTheServerEndsAllItsCalls() {
        Pid desk = beta.start(new Desk());
        List<CompletableFuture<ExitReason>> calls = IntStream.range(0, 5)
                .mapToObj(_ -> inBackground(() -> alpha.call(desk, new Desk.Hold(), LIMIT)))
                .toList();
        untilCalled(5);

        beta.exit(desk, ExitReason.killed());

        assertThat(calls).allSatisfy(call -> assertThat(Steps.get(call, "call")).isEqualTo(ExitReason.killed()));
    }

    @Test
    void aCallThatTimesOutIsForgottenAtTheServer() {
        Pid desk = beta.start(new Desk());

        failsWith(new ExitReason.Timeout(SHORT), () -> alpha.call(desk, new Desk.Hold(), SHORT));

        Steps.until("the server to forget", () -> beta.servedCalls() == 0);
    }

    @Test
    void aRequestWhoseTimeIsUpIsNotHandled() {
        Pid desk = beta.start(new Desk());
        alpha.cast(desk, new Desk.Pause());

        failsWith(new ExitReason.Timeout(SHORT), () -> alpha.call(desk, new Desk.Hold(), SHORT));
        Steps.until("the request and its withdrawal", () -> beta.servedCalls() == 0);
        Steps.run(beta, () -> Self.sleep(SHORT.multipliedBy(2)));
        alpha.send(desk, "go on");

        assertThat(alpha.call(desk, new Desk.Count())).isZero();
    }

    @Test
    void aCutEndsAnOpenCallWithNoConnection() {
        Pid desk = beta.start(new Desk());
        CompletableFuture<ExitReason> call = inBackground(() -> alpha.call(desk, new Desk.Hold(), LIMIT));
        CompletableFuture<ExitReason> other = inBackground(() -> gamma.call(desk, new Desk.Hold(), LIMIT));
        untilCalled(2);

        network.cut(alpha, beta);

        assertThat(Steps.get(call, "call")).isEqualTo(new ExitReason.NoConnection(beta.name()));
        Steps.until("the server to forget one", () -> beta.servedCalls() == 1);
        assertThat(other).isNotDone();
        beta.exit(desk, FAILED);
        assertThat(Steps.get(other, "other call")).isEqualTo(FAILED);
    }

    @Test
    void anAnswerAfterACutIsDropped() {
        CompletableFuture<From<?>> address = new CompletableFuture<>();
        Pid clerk = beta.spawn(() -> {
            address.complete(Self.receive(From.class));
            Self.receive(String.class);
        });
        Pid desk = beta.start(new Desk());
        CompletableFuture<ExitReason> call = inBackground(() -> alpha.call(desk, new Desk.HandTo(clerk), LIMIT));
        @SuppressWarnings("unchecked")
        From<String> from = (From<String>) Steps.get(address, "from");

        network.cut(alpha, beta);
        assertThat(Steps.get(call, "call")).isEqualTo(new ExitReason.NoConnection(beta.name()));
        beta.reply(from, "too late");
        network.heal(alpha, beta);
        beta.reply(from, "far too late");

        assertThat(alpha.call(desk, new Desk.Echo("hi"))).isEqualTo("hi");
    }

    @Test
    void aProcessThatIsToldToExitLeavesItsCall() {
        Pid desk = beta.start(new Desk());
        Pid caller = alpha.spawn(() -> Self.call(desk, new Desk.Hold(), Node.FOREVER));
        untilCalled(1);

        assertThat(Steps.get(alpha, () -> {
                    Ref monitor = Self.monitor(caller);
                    Self.exit(caller, FAILED);
                    return Steps.end(monitor);
                }))
                .isEqualTo(FAILED);
        Steps.until("the server to forget", () -> beta.servedCalls() == 0);
    }

    @Test
    void aProcessOfAThirdNodeMayAnswer() {
        Pid clerk = gamma.spawn(() -> answer("from the third node"));
        Pid desk = beta.start(new Desk());

        assertThat(alpha.call(desk, new Desk.HandTo(clerk))).isEqualTo("from the third node");
        Steps.until("the server to forget", () -> beta.servedCalls() == 0);
    }

    @Test
    void aProcessOfTheCallersNodeMayAnswer() {
        Pid clerk = alpha.spawn(() -> answer("from home"));
        Pid desk = beta.start(new Desk());

        assertThat(alpha.call(desk, new Desk.HandTo(clerk))).isEqualTo("from home");
        Steps.until("the server to forget", () -> beta.servedCalls() == 0);
    }

    @SuppressWarnings("unchecked")
    private static void answer(String text) {
        ((From<String>) Self.receive(From.class)).reply(text);
    }

    // ---- what does not travel

    @Test
    void aMessageOfAnUnlistedTypeIsRefusedAtTheSenderByName() {
        Pid desk = beta.start(new Desk());

        refused(() -> alpha.send(desk, new Unlisted())).hasMessageContaining("Unlisted");
        refused(() -> alpha.send(DESK.on(beta.name()), List.of(new Unlisted()))).hasMessageContaining("Unlisted");
        refused(() -> alpha.call(desk, new Account.Balance())).hasMessageContaining("Account$Balance");
        refused(() -> alpha.exit(desk, ExitReason.Other.of(new Unlisted()))).hasMessageContaining("Unlisted");

        assertThat(alpha.call(desk, new Desk.Echo("hi"))).isEqualTo("hi");
        assertThat(beta.refusedFrames()).isZero();
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedAtTheSender() {
        Pid desk = beta.start(new Desk());
        String large = "x".repeat(Network.SIGNAL_BYTES_MAX);

        refused(() -> alpha.send(desk, large))
                .hasMessageContaining(String.valueOf(Network.SIGNAL_BYTES_MAX))
                .hasMessageContaining("beta");
        refused(() -> alpha.call(desk, new Desk.Echo(large)));

        String fits = "x".repeat(Network.SIGNAL_BYTES_MAX / 2);
        assertThat(alpha.call(desk, new Desk.Echo(fits))).isEqualTo(fits);
    }

    @Test
    void aMessageTheReceiverDoesNotListIsRefusedThereAndCounted() {
        try (Node delta = Node.start("delta")) {
            network.add(delta);
            Pid there = delta.start((ProcessBody) () -> Self.receive(String.class));

            alpha.send(there, new Desk.Add(1));
            alpha.send(there, "listed");

            assertThat(Steps.end(alpha, there)).isInstanceOfAny(ExitReason.Normal.class, ExitReason.NoProcess.class);
            assertThat(delta.refusedFrames()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatCannotTravelCrashesTheServerAndEndsTheCall() {
        Pid desk = beta.start(new Desk());

        assertThatThrownBy(() -> alpha.call(desk, new Desk.AnswerUnlisted(), LIMIT))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason().toString())
                                .contains("WireException")
                                .contains("Unlisted"));
    }

    @TestFactory
    Stream<DynamicTest> aReasonThatCannotTravelIsToldAsTextToEverybody() {
        return Stream.of(
                        ExitReason.Other.of(new Unlisted()),
                        ExitReason.Other.of("x".repeat(2 * Network.SIGNAL_BYTES_MAX)),
                        new ExitReason.Crash("Failure", "x".repeat(2 * Network.SIGNAL_BYTES_MAX), ""),
                        new ExitReason.Crash("Failure", "", "x".repeat(2 * Network.SIGNAL_BYTES_MAX)))
                .map(reason -> DynamicTest.dynamicTest(nameOf(reason), () -> {
                    Pid desk = beta.start(new Desk());
                    CompletableFuture<ExitReason> call = inBackground(() -> alpha.call(desk, new Desk.Hold(), LIMIT));
                    untilCalled(1);

                    Steps.run(alpha, () -> {
                        Self.trapExits(true);
                        Self.link(desk);
                        Ref monitor = Self.monitor(desk);
                        assertThat(Self.call(desk, new Desk.Echo("linked"))).isEqualTo("linked");
                        beta.exit(desk, reason);

                        assertThat(Steps.next(Exit.class).reason()).isInstanceOf(ExitReason.Crash.class);
                        assertThat(Steps.end(monitor)).isInstanceOf(ExitReason.Crash.class);
                        assertThat(Steps.get(call, "call")).isInstanceOf(ExitReason.Crash.class);
                    });
                }));
    }

    @Test
    void anUndecodableFrameIsCountedAndHurtsNobody() {
        Pid desk = beta.start(new Desk());

        network.inject(alpha, beta, new byte[] {1, 2, 3});
        network.inject(alpha, beta, new byte[0]);
        network.inject(alpha, beta, Codec.builder().build().encode("a value, but no signal"));

        assertThat(alpha.call(desk, new Desk.Echo("hi"))).isEqualTo("hi");
        assertThat(beta.refusedFrames()).isEqualTo(3);
        assertThat(alpha.refusedFrames()).isZero();
    }

    @Test
    void damagedSignalsHurtNobody() {
        Pid desk = beta.start(new Desk());
        Codec codec = PROTOCOLS.codec();
        Ref ref = new Ref(alpha.name(), alpha.incarnation(), 999_999);
        Pid stranger = new Pid(alpha.name(), alpha.incarnation(), 999_999);
        List<byte[]> frames = Stream.of(
                        new RemoteSignal.Send(DESK, new Payload("text")),
                        new RemoteSignal.Request(
                                ref, stranger, new Payload(new Desk.Count()), 1_000, List.of(), Optional.of(ref)),
                        new RemoteSignal.Reply(ref, new Payload(1)),
                        new RemoteSignal.Failed(ref, FAILED),
                        new RemoteSignal.Forget(ref),
                        new RemoteSignal.Link(stranger, stranger),
                        new RemoteSignal.Unlink(stranger, stranger),
                        new RemoteSignal.ExitSignal(stranger, stranger, FAILED, true),
                        new RemoteSignal.Monitor(ref, stranger, DESK),
                        new RemoteSignal.Demonitor(ref, DESK),
                        new RemoteSignal.Ended(ref, stranger, FAILED))
                .map(codec::encode)
                .toList();
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            byte[] frame = frames.get(i % frames.size()).clone();
            frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            network.inject(alpha, beta, frame);
        }
        // What beta has refused, and then the sessions that have ended by it.
        network.settle();
        network.settle();

        assertThat(alpha.call(desk, new Desk.Echo("hi"))).isEqualTo("hi");
        assertThat(beta.refusedFrames()).isPositive();
    }

    @Test
    void aNodeSpeaksWhatItLearns() {
        Pid there = beta.spawn(() -> Self.receive(String.class));
        refused(() -> alpha.send(there, new Unlisted()));

        alpha.speak(Protocols.of(Unlisted.class));

        alpha.send(there, new Unlisted());
        assertThat(alpha.call(beta.start(new Desk()), new Desk.Echo("still"))).isEqualTo("still");
        assertThat(beta.refusedFrames()).isEqualTo(1);
    }

    @Test
    void aNodeHasOneTransport() {
        assertThatThrownBy(() -> network.add(alpha))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("alpha");
    }

    // ---- monitors

    @Test
    void aMonitorTellsTheEndOfAProcessElsewhere() {
        Pid there = beta.start((ProcessBody) DistributionTest::obey, DESK);

        Steps.run(alpha, () -> {
            Ref byPid = Self.monitor(there);
            Ref byName = Self.monitor(DESK.on(beta.name()));
            Self.send(there, FAILED);

            assertThat(List.of(Steps.next(Down.class), Steps.next(Down.class)))
                    .containsExactly(new Down(byPid, there, FAILED), new Down(byName, DESK.on(beta.name()), FAILED));
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aMonitorOfNobodyElsewhereIsNoProcess() {
        Pid gone = ended(beta);

        Steps.run(alpha, () -> {
            assertThat(Steps.end(gone)).isEqualTo(new ExitReason.NoProcess(gone.toString()));
            assertThat(Steps.end(DESK.on(beta.name()))).isEqualTo(new ExitReason.NoProcess("desk"));
        });
    }

    @Test
    void aMessageArrivesBeforeTheDownOfItsSender() {
        Steps.run(alpha, () -> {
            Pid self = Self.pid();
            for (int i = 0; i < 100; i++) {
                Pid sender = beta.spawn(() -> {
                    Self.receive(String.class);
                    Self.send(self, "last words");
                });
                Self.monitor(sender);
                Self.send(sender, "speak");

                assertThat(Steps.next(Object.class)).isEqualTo("last words");
                assertThat(Steps.next(Object.class)).isInstanceOf(Down.class);
            }
        });
    }

    @Test
    void anEndedMonitorElsewhereHasNoDown() {
        Pid there = beta.start((ProcessBody) DistributionTest::obey, DESK);

        Steps.run(alpha, () -> {
            Self.demonitor(Self.monitor(there));
            Self.demonitor(Self.monitor(DESK.on(beta.name())));
            Ref kept = Self.monitor(there);
            Self.send(there, FAILED);

            assertThat(Steps.end(kept)).isEqualTo(FAILED);
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aCutIsOneDownPerMonitorAndTheWatchedLiveOn() {
        Pid there = beta.start((ProcessBody) DistributionTest::obey, DESK);

        Steps.run(alpha, () -> {
            Self.monitor(there);
            Self.monitor(there);
            Self.monitor(DESK.on(beta.name()));
            Ref elsewhere = Self.monitor(gamma.spawn(DistributionTest::obey));
            network.cut(alpha, beta);

            for (int i = 0; i < 3; i++) {
                assertThat(Steps.next(Down.class).reason()).isEqualTo(new ExitReason.NoConnection(beta.name()));
            }
            assertThat(beta.isAlive(there)).isTrue();

            network.heal(alpha, beta);
            Ref again = Self.monitor(there);
            Self.send(there, FAILED);
            assertThat(Steps.next(Down.class).ref()).isEqualTo(again).isNotEqualTo(elsewhere);
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();
        });
    }

    @Test
    void theEndOfAWatcherIsForgottenElsewhere() {
        Pid there = beta.spawn(DistributionTest::obey);
        Pid watcher = alpha.spawn(() -> {
            Self.monitor(there);
            Self.receive(String.class);
        });
        Steps.until("the monitor", () -> watchers(there) == 1);

        alpha.send(watcher, "end");

        Steps.until("the end of the monitor", () -> watchers(there) == 0);
    }

    // ---- links

    @Test
    void aLinkCrossesNodesInBothDirections() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid there = beta.spawn(DistributionTest::obey);
            Self.link(there);
            Self.send(there, FAILED);
            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(there, FAILED));

            Pid other = beta.spawn(DistributionTest::obey);
            Ref monitor = Self.monitor(other);
            Steps.end(Self.spawn(() -> {
                Self.link(other);
                Self.exit(FAILED);
            }));
            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
        });
    }

    @Test
    void aNormalEndElsewhereIsIgnoredUnlessTrapped() {
        Steps.run(alpha, () -> {
            Pid there = beta.spawn(DistributionTest::obey);
            Self.link(there);
            Self.send(there, ExitReason.normal());
            Steps.end(there);
            assertThat(Self.receive(Object.class, A_MOMENT)).isEmpty();

            Self.trapExits(true);
            Pid trapped = beta.spawn(DistributionTest::obey);
            Self.link(trapped);
            Self.send(trapped, ExitReason.normal());
            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(trapped, ExitReason.normal()));
        });
    }

    @Test
    void aLinkToNobodyElsewhereIsNoProcess() {
        Pid gone = ended(beta);

        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Self.link(gone);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(gone, new ExitReason.NoProcess(gone.toString())));
        });
    }

    @Test
    void aLinkThatFallsBetweenTwoSessionsIsOnNeitherSide() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid there = beta.spawn(DistributionTest::obey);
            network.blinkBeforeNextSend(alpha, beta);

            Self.link(there);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(there, new ExitReason.NoConnection(beta.name())));
            assertThat(Self.call(beta.start(new Desk()), new Desk.Echo("later")))
                    .isEqualTo("later");
            assertThat(links(there, Self.pid())).isFalse();
        });
    }

    @Test
    void aMonitorThatFallsBetweenTwoSessionsIsOnNeitherSide() {
        Steps.run(alpha, () -> {
            Pid there = beta.spawn(DistributionTest::obey);
            network.blinkBeforeNextSend(alpha, beta);

            Ref monitor = Self.monitor(there);

            assertThat(Steps.end(monitor)).isEqualTo(new ExitReason.NoConnection(beta.name()));
            assertThat(Self.call(beta.start(new Desk()), new Desk.Echo("later")))
                    .isEqualTo("later");
            assertThat(watchers(there)).isZero();
        });
    }

    @Test
    void aCutIsOneExitPerLinkOnBothSides() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
            Pid there = beta.spawn(() -> {
                Self.trapExits(true);
                Self.send(self, "trapping");
                while (true) {
                    exits.add(Self.receive(Exit.class));
                    Self.send(self, "told");
                }
            });
            Steps.next(String.class);
            Self.link(there);
            Self.link(there);
            Self.monitor(there);
            Steps.until("the link", () -> links(there, self));

            network.cut(alpha, beta);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(there, new ExitReason.NoConnection(beta.name())));
            assertThat(Steps.poll(exits)).isEqualTo(new Exit(self, new ExitReason.NoConnection(alpha.name())));
            network.heal(alpha, beta);
            Self.exit(there, ExitReason.killed());
            assertThat(Steps.end(there)).isInstanceOfAny(ExitReason.Killed.class, ExitReason.NoProcess.class);
            assertThat(Self.receive(Exit.class, A_MOMENT)).isEmpty();
            assertThat(exits).isEmpty();
        });
    }

    @Test
    void aCutEndsALinkedProcessThatDoesNotTrap() {
        Pid there = beta.spawn(DistributionTest::obey);
        CountDownLatch linked = new CountDownLatch(1);
        Pid here = alpha.spawn(() -> {
            Self.link(there);
            linked.countDown();
            Self.receive(String.class);
        });
        Steps.await(linked);

        ExitReason reason = Steps.get(alpha, () -> {
            Ref monitor = Self.monitor(here);
            network.cut(alpha, beta);
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(new ExitReason.NoConnection(beta.name()));
    }

    @Test
    void noExitArrivesAfterUnlink() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            for (int i = 0; i < 200; i++) {
                Pid there = beta.spawn(DistributionTest::obey);
                Self.link(there);
                Self.send(there, FAILED);
                Steps.spin(i % 20 * 5_000L);
                Self.unlink(there);
                Self.receive(Exit.class, Duration.ZERO);

                Steps.end(there);
                assertThat(Self.receive(Exit.class, Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void unlinkHoldsForTheOtherSideToo() {
        Steps.run(alpha, () -> {
            Pid there = beta.spawn(DistributionTest::obey);
            Pid linker = Self.spawn(() -> {
                Self.link(there);
                Self.unlink(there);
                Self.exit(FAILED);
            });
            Steps.end(linker);

            Ref monitor = Self.monitor(there);
            Self.send(there, ExitReason.shutdown());
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.shutdown());
        });
    }

    // ---- exit signals

    @Test
    void aKillCrossesNodes() {
        Steps.run(alpha, () -> {
            Pid there = beta.spawn(() -> {
                Self.trapExits(true);
                Self.receive(String.class);
            });
            Ref monitor = Self.monitor(there);

            Self.exit(there, ExitReason.killed());

            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
        });
    }

    @Test
    void killedThroughALinkCanBeTrappedElsewhere() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid there = beta.spawn(DistributionTest::obey);
            Self.link(there);

            Self.exit(there, ExitReason.killed());

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(there, ExitReason.killed()));
        });
    }

    @Test
    void anExitSignalCrossesNodes() {
        Steps.run(alpha, () -> {
            Pid there = beta.spawn(DistributionTest::obey);
            Ref monitor = Self.monitor(there);

            Self.exit(there, ExitReason.normal());
            Self.exit(there, FAILED);

            assertThat(Steps.end(monitor)).isEqualTo(FAILED);
        });
    }

    @Test
    void messagesAndExitSignalsOfOneSenderStayInOrder() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid self = Self.pid();
            beta.spawn(() -> IntStream.range(0, 200).forEach(number -> {
                Self.send(self, number);
                Self.exit(self, ExitReason.Other.of(number));
            }));

            for (int number = 0; number < 200; number++) {
                assertThat(Steps.next(Object.class)).isEqualTo(number);
                assertThat(Steps.next(Object.class))
                        .isInstanceOfSatisfying(
                                Exit.class, exit -> assertThat(exit.reason()).isInstanceOf(ExitReason.Other.class));
            }
        });
    }

    // ---- helpers

    private static String nameOf(ExitReason reason) {
        String text = reason.toString();
        return text.length() > 40 ? text.length() + " characters" : text;
    }

    /// Exits with the reason it is sent.
    private static void obey() {
        throw Self.exit(Self.receive(ExitReason.class));
    }

    private static Pid ended(Node node) {
        return Steps.get(node, () -> {
            Pid pid = Self.spawn(() -> {});
            Steps.end(pid);
            return pid;
        });
    }

    private static CompletableFuture<ExitReason> inBackground(ThrowingCallable call) {
        CompletableFuture<ExitReason> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                call.call();
                outcome.completeExceptionally(new AssertionError("answered"));
            } catch (ExitException exit) {
                outcome.complete(exit.reason());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    private void untilCalled(int callers) {
        Steps.until(callers + " callers", () -> beta.servedCalls() == callers);
    }

    private int watchers(Pid target) {
        return relations(target).watchers().size();
    }

    private boolean links(Pid one, Pid other) {
        return relations(one).links().contains(other);
    }

    private LocalProcess.Relations relations(Pid pid) {
        return Optional.ofNullable(beta.here(pid)).orElseThrow().relations();
    }

    private static void failsWith(ExitReason reason, ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOfSatisfying(
                        ExitException.class, exit -> assertThat(exit.reason()).isEqualTo(reason));
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable code) {
        return assertThatThrownBy(code).isInstanceOf(WireException.class);
    }
}
