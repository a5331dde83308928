package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Processes that one node starts on another.
final class RemoteStartTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Duration SHORT = Duration.ofMillis(50);

    /// Where a start waits, so that a test can do something meanwhile.
    private record Gate(CountDownLatch entered, CountDownLatch open) {}

    /// Tells who it is, and ends when told.
    record Guest() implements GenServer<Guest.Message, Integer> {
        sealed interface Message {}

        record Where() implements Message, Call<String> {}

        record Leave(ExitReason reason) implements Message, Cast {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer state) {
            return switch (message) {
                case Where ask -> Step.reply(ask, Self.node().name().toString(), state);
                case Leave(ExitReason reason) -> Step.stop(reason, state);
            };
        }
    }

    /// Waits in `init` at the gate of its node.
    record Slow() implements GenServer<Guest.Message, Integer> {
        @Override
        public Integer init() throws InterruptedException {
            Gate gate = Self.resource(Gate.class);
            gate.entered().countDown();
            gate.open().await();
            return 0;
        }

        @Override
        public Step<Integer> handle(Guest.Message message, Integer state) {
            return Step.noReply(state);
        }
    }

    record Failing(String why) implements GenServer<Guest.Message, Integer> {
        @Override
        public Integer init() {
            throw new IllegalStateException(why);
        }

        @Override
        public Step<Integer> handle(Guest.Message message, Integer state) {
            return Step.noReply(state);
        }
    }

    record Rich() implements GenServer<Guest.Message, Integer> {
        @Override
        public List<Class<?>> resources() {
            return List.of(Thread.class);
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Guest.Message message, Integer state) {
            return Step.noReply(state);
        }
    }

    /// A plain process that ends at once.
    record Flash() implements ProcessBody {
        @Override
        public void run() {
            throw new ExitException(FAILED);
        }
    }

    private record Unlisted() implements ProcessBody {
        @Override
        public void run() {}
    }

    /// A clock of which a thread's next look takes long: something happens meanwhile.
    private static final class Glass implements Clock {
        private final Clock jvm = Host.jvm().clock();
        private final AtomicLong ahead = new AtomicLong();
        private final AtomicReference<Optional<Runnable>> meanwhile = new AtomicReference<>(Optional.empty());
        private volatile Optional<Thread> looking = Optional.empty();

        Host host() {
            Host host = Host.jvm();
            return new Host(host.scheduler(), this, host.entropy());
        }

        void atNextLook(Thread thread, Duration lasts, Runnable event) {
            meanwhile.set(Optional.of(() -> {
                event.run();
                ahead.addAndGet(lasts.toNanos());
            }));
            looking = Optional.of(thread);
        }

        @Override
        public long nanos() {
            if (looking.filter(Thread.currentThread()::equals).isPresent()) {
                meanwhile.getAndSet(Optional.empty()).ifPresent(Runnable::run);
            }
            return jvm.nanos() + ahead.get();
        }

        @Override
        public Instant now() {
            return jvm.now();
        }
    }

    private static final Protocols PROTOCOLS =
            Protocols.of(Guest.class, Slow.class, Failing.class, Rich.class, Flash.class);

    private final Node alpha = Node.start("alpha", PROTOCOLS);
    private final Gate gate = new Gate(new CountDownLatch(1), new CountDownLatch(1));
    private final Node beta = Node.start("beta", PROTOCOLS, Resources.of(gate));
    private final Network network = Network.of(alpha, beta);

    @AfterEach
    void close() {
        alpha.close();
        beta.close();
        network.close();
    }

    @Test
    void aProcessRunsOnTheNodeThatIsNamed() {
        Pid guest = alpha.spawn(beta.name(), new Guest());

        assertThat(guest.node()).isEqualTo(beta.name());
        assertThat(alpha.call(guest, new Guest.Where())).isEqualTo(beta.name().toString());
        assertThat(beta.isAlive(guest)).isTrue();
    }

    @Test
    void aProcessCanBeStartedOnTheNodeItselfInTheSameWay() {
        Pid guest = alpha.spawn(alpha.name(), new Guest());

        assertThat(alpha.isAlive(guest)).isTrue();
    }

    @Test
    void aLinkIsThereOnBothSides() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid guest = Self.spawnLink(beta.name(), new Guest());
            assertThat(info(beta, guest).parent()).contains(Self.pid());

            Self.cast(guest, new Guest.Leave(FAILED));

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(guest, FAILED));
        });
    }

    @Test
    void theEndOfWhoHasLinkedEndsTheProcess() {
        CompletableFuture<Pid> started = new CompletableFuture<>();
        alpha.spawn(() -> {
            started.complete(Self.spawnLink(beta.name(), new Guest()));
            Self.exit(FAILED);
        });
        Pid guest = Steps.get(started, "guest");

        Steps.until("the guest ends", () -> !beta.isAlive(guest));
    }

    @Test
    void aMonitorTellsTheReasonHoweverSoonTheEnd() {
        Steps.run(alpha, () -> {
            for (int i = 0; i < 200; i++) {
                Monitored flash = Self.spawnMonitor(beta.name(), new Flash());

                assertThat(Steps.end(flash.monitor())).isEqualTo(FAILED);
            }
        });
    }

    @Test
    void aLinkTellsTheReasonHoweverSoonTheEnd() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            for (int i = 0; i < 200; i++) {
                Pid flash = Self.spawnLink(beta.name(), new Flash());

                assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(flash, FAILED));
            }
        });
    }

    @Test
    void aMonitorOfAProcessOfTheSameNodeIsThereBeforeItRuns() {
        Steps.run(alpha, () -> {
            Monitored flash = Self.spawnMonitor(alpha.name(), new Flash());

            assertThat(Steps.end(flash.monitor())).isEqualTo(FAILED);
        });
    }

    @Test
    void whatFailsToStartIsTheCallersToKnowAndLeavesNothingBehind() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            assertThatThrownBy(() -> Self.spawnLink(beta.name(), new Failing("no paper")))
                    .isInstanceOf(ExitException.class)
                    .hasMessageContaining("no paper");
            assertThatThrownBy(() -> Self.spawnMonitor(beta.name(), new Failing("no ink")))
                    .isInstanceOf(ExitException.class)
                    .hasMessageContaining("no ink");
            assertThatThrownBy(() -> Self.spawnMonitor(alpha.name(), new Failing("no pen")))
                    .isInstanceOf(ExitException.class)
                    .hasMessageContaining("no pen");

            assertThat(Self.receive(Object.class, SHORT)).isEmpty();
        });
        Steps.allEnd(beta);
    }

    @Test
    void aNodeWithoutTheResourceSaysSo() {
        assertThatThrownBy(() -> alpha.spawn(beta.name(), new Rich()))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void aNodeOutOfReachIsSaidToBeAtOnce() {
        NodeName nowhere = NodeName.of("nowhere");

        assertThatThrownBy(() -> alpha.spawn(nowhere, new Guest()))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(new ExitReason.NoConnection(nowhere)));
    }

    @Test
    void whatIsNotListedDoesNotTravel() {
        assertThatThrownBy(() -> alpha.spawn(beta.name(), new Unlisted()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Unlisted");
    }

    @Test
    void aStartThatTakesTooLongIsGivenUpOnBothSides() {
        assertThatThrownBy(() -> alpha.spawn(beta.name(), new Slow(), SHORT))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(new ExitReason.Timeout(SHORT)));

        Steps.allEnd(beta);
    }

    /// The process is the caller's who then has it, or nobody's who then runs.
    @Test
    void aStartThatIsAnsweredAtTheLastMomentIsTheCallers() {
        Glass glass = new Glass();
        try (Node gamma = Node.start(NodeName.of("gamma"), PROTOCOLS, Resources.none(), glass.host())) {
            network.add(gamma);
            network.hold(gamma);
            CompletableFuture<Monitored> outcome = new CompletableFuture<>();
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            gamma.spawn(() -> {
                caller.complete(Thread.currentThread());
                outcome.complete(Self.spawnMonitor(beta.name(), new Guest()));
                Self.receive(Object.class);
            });
            Thread calling = Steps.get(caller, "caller");
            Steps.until("the answer is on its way", () -> network.isHolding(gamma));

            glass.atNextLook(calling, Node.CALL, () -> network.handOver(gamma));
            LockSupport.unpark(calling);

            Monitored guest = Steps.get(outcome, "start");
            assertThat(beta.isAlive(guest.pid())).isTrue();
        }
    }

    @Test
    void aStartThatIsAnsweredWhenItsCallerIsToldToExitLeavesNothingBehind() {
        Glass glass = new Glass();
        try (Node gamma = Node.start(NodeName.of("gamma"), PROTOCOLS, Resources.none(), glass.host())) {
            network.add(gamma);
            network.hold(gamma);
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            Pid pid = gamma.spawn(() -> {
                caller.complete(Thread.currentThread());
                Self.spawn(beta.name(), new Guest());
            });
            Thread calling = Steps.get(caller, "caller");
            Steps.until("the answer is on its way", () -> network.isHolding(gamma));

            glass.atNextLook(calling, Duration.ZERO, () -> {
                network.handOver(gamma);
                gamma.exit(pid, ExitReason.shutdown());
            });
            LockSupport.unpark(calling);

            Steps.until("the caller ends", () -> !gamma.isAlive(pid));
            Steps.allEnd(beta);
        }
    }

    @Test
    void aStartWhoseSessionEndsIsGivenUpOnBothSides() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Task<Pid> start = Task.async(() -> {
                Self.trapExits(true);
                return Self.spawnLink(beta.name(), new Slow());
            });
            Steps.await(gate.entered());
            network.cut(alpha, beta);

            assertThatThrownBy(start::await)
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            failure ->
                                    assertThat(failure.reason()).isEqualTo(new ExitReason.NoConnection(beta.name())));
        });
        Steps.allEnd(beta);
    }

    @Test
    void aProcessThatNobodyIsLinkedToOutlivesTheSession() {
        Steps.run(alpha, () -> {
            Pid guest = Self.spawn(beta.name(), new Guest());
            Ref monitor = Self.monitor(guest);
            network.cut(alpha, beta);
            assertThat(Steps.end(monitor)).isEqualTo(new ExitReason.NoConnection(beta.name()));
            network.heal(alpha, beta);

            assertThat(Self.call(guest, new Guest.Where()))
                    .isEqualTo(beta.name().toString());
        });
    }

    @Test
    void aLinkMadeAtTheStartEndsWithTheSessionOnBothSides() {
        Steps.run(alpha, () -> {
            Self.trapExits(true);
            Pid guest = Self.spawnLink(beta.name(), new Guest());
            network.cut(alpha, beta);

            assertThat(Steps.next(Exit.class)).isEqualTo(new Exit(guest, new ExitReason.NoConnection(beta.name())));
            Steps.until("the guest ends", () -> !beta.isAlive(guest));
        });
    }

    private static ProcessInfo info(Node node, Pid pid) {
        return node.processes().stream()
                .filter(process -> process.pid().equals(pid))
                .findAny()
                .orElseThrow();
    }
}
