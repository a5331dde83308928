package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What `init` does to whoever waits for it.
final class GenServerStartTest {

    private static final Name ADA = new Name("ada");

    private final Hands hands = new Hands();
    private final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), hands.host());

    @AfterEach
    void close() {
        node.close();
    }

    /// Does in its `init` what it is given.
    record Starting(ProcessBody body, BlockingQueue<ExitReason> terminated) implements GenServer<Cast, Integer> {

        Starting(ProcessBody body) {
            this(body, new LinkedBlockingQueue<>());
        }

        @Override
        public Integer init() throws Exception {
            body.run();
            return 0;
        }

        @Override
        public Step<Integer> handle(Cast message, Integer state) {
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, Integer state) {
            terminated.add(reason);
        }
    }

    @Test
    void aStartWaitsUntilInitHasReturned() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Pid> started = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> started.complete(node.start(new Starting(() -> {
                    entered.countDown();
                    release.await();
                }))));

        Steps.await(entered);
        assertThat(started).isNotDone();
        release.countDown();

        assertThat(node.isAlive(Steps.get(started, "start"))).isTrue();
    }

    @Test
    void aStartThatTakesTooLongKillsTheServerAndFreesItsName() {
        CompletableFuture<Pid> initialising = new CompletableFuture<>();
        Starting never = new Starting(() -> {
            initialising.complete(Self.pid());
            Self.receive(String.class);
        });
        Thread starter = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            Steps.get(initialising, "init");
            Steps.until("the starter's wait", () -> starter.getState() == Thread.State.TIMED_WAITING);
            hands.advance(Duration.ofSeconds(60), starter);
        });

        assertThatThrownBy(() -> node.start(never, ADA))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.Timeout(Duration.ofSeconds(60))))
                .hasMessageContaining("start of Starting");
        assertThat(node.isAlive(Steps.get(initialising, "init"))).isFalse();
        assertThat(node.whereis(ADA)).isEmpty();
        assertThat(never.terminated()).isEmpty();
    }

    @Test
    void anInitWithNothingToDoIsANormalExitToItsStarterAndFreesTheName() {
        Starting idle = new Starting(() -> Self.exit(ExitReason.normal()));

        assertThatThrownBy(() -> node.start(idle, ADA))
                .isInstanceOfSatisfying(
                        ExitException.class, exit -> assertThat(exit.reason()).isEqualTo(ExitReason.normal()));
        assertThat(node.whereis(ADA)).isEmpty();
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aFailedInitRunsNoTerminate() {
        Starting failing = new Starting(() -> {
            throw new IllegalStateException("no state");
        });

        assertThatThrownBy(() -> node.start(failing)).isInstanceOf(ExitException.class);

        assertThat(failing.terminated()).isEmpty();
    }
}
