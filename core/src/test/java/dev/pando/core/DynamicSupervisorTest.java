package dev.pando.core;

import static dev.pando.core.Restart.TEMPORARY;
import static dev.pando.core.Restart.TRANSIENT;
import static dev.pando.core.Steps.LIMIT;
import static dev.pando.core.Strategy.ONE_FOR_ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.DynamicSupervisor.CountChildren;
import dev.pando.core.DynamicSupervisor.StartChild;
import dev.pando.core.DynamicSupervisor.TerminateChild;
import dev.pando.core.DynamicSupervisor.WhichChildren;
import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildCount;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DynamicSupervisorTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    /// Exits as it is told, and tells of its start.
    record Worker(Runnable started) implements GenServer<Worker.Leave, Integer> {

        record Leave(ExitReason reason) implements Cast {}

        @Override
        public Integer init() {
            started.run();
            return 0;
        }

        @Override
        public Step<Integer> handle(Leave message, Integer state) {
            throw Self.exit(message.reason());
        }
    }

    private static ChildSpec worker() {
        return worker(() -> {});
    }

    private static ChildSpec worker(Runnable started) {
        return ChildSpec.of("worker", new Worker(started));
    }

    private Pid running(Pid supervisor, ChildSpec spec) {
        return ((ChildStart.Running) node.call(supervisor, new StartChild(spec))).pid();
    }

    private ExitReason leave(Pid child, ExitReason reason) {
        node.cast(child, new Worker.Leave(reason));
        return Steps.end(node, child);
    }

    @Test
    void manyChildrenMayBearOneId() {
        Pid supervisor = node.start(DynamicSupervisor.of());

        Pid one = running(supervisor, worker());
        Pid other = running(supervisor, worker());

        assertThat(one).isNotEqualTo(other);
        assertThat(node.call(supervisor, new WhichChildren()))
                .extracting(ChildStatus::pid)
                .containsExactly(Optional.of(one), Optional.of(other));
        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(2, 2, 0, 2));
    }

    @Test
    void eachChildIsRestartedByItself() throws InterruptedException {
        Pid supervisor = node.start(DynamicSupervisor.of());
        CountDownLatch twice = new CountDownLatch(2);
        Pid failing = running(supervisor, worker(twice::countDown));
        Pid bystander = running(supervisor, worker());

        leave(failing, FAILED);

        Steps.await(twice);
        assertThat(node.isAlive(bystander)).isTrue();
        assertThat(node.call(supervisor, new CountChildren()).active()).isEqualTo(2);
    }

    @Test
    void temporaryAndFinishedChildrenAreForgotten() {
        Pid supervisor = node.start(DynamicSupervisor.of());

        leave(running(supervisor, worker().restart(TEMPORARY)), FAILED);
        leave(running(supervisor, worker().restart(TRANSIENT)), ExitReason.normal());

        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(0, 0, 0, 0));
    }

    @Test
    void tooManyRestartsEndTheSupervisor() {
        Pid supervisor = node.start(DynamicSupervisor.of().intensity(0, LONG));
        Pid child = running(supervisor, worker());
        Pid bystander = running(supervisor, worker());

        leave(child, FAILED);

        assertThat(Steps.end(node, bystander))
                .isIn(ExitReason.shutdown(), new ExitReason.NoProcess(bystander.toString()));
        assertThat(Steps.end(node, supervisor))
                .isIn(ExitReason.shutdown(), new ExitReason.NoProcess(supervisor.toString()));
    }

    @Test
    void aRestartThatFailsIsTriedAgain() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        AtomicInteger starts = new AtomicInteger();
        CountDownLatch third = new CountDownLatch(3);
        Pid child = running(supervisor, worker(() -> {
            third.countDown();
            if (starts.incrementAndGet() == 2) {
                throw new IllegalStateException("second start fails");
            }
        }));

        leave(child, FAILED);

        Steps.await(third);
        assertThat(node.call(supervisor, new CountChildren()).specs()).isEqualTo(1);
    }

    @Test
    void eachFailedRestartIsAnAttempt() {
        AtomicInteger starts = new AtomicInteger();
        Pid supervisor = node.start(DynamicSupervisor.of().intensity(3, LONG));
        Pid child = running(supervisor, onceOnly(starts));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(supervisor);
            Self.cast(child, new Worker.Leave(FAILED));
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
        assertThat(starts).hasValue(1 + 3);
    }

    @Test
    void requestsAreAnsweredBetweenFailedRestarts() {
        AtomicInteger starts = new AtomicInteger();
        Pid supervisor = node.start(DynamicSupervisor.of().intensity(Integer.MAX_VALUE, LONG));
        leave(running(supervisor, onceOnly(starts)), FAILED);
        Steps.until("a few attempts", () -> starts.get() > 5);

        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(1, 0, 0, 1));
        assertThat(node.call(supervisor, new WhichChildren()))
                .singleElement()
                .returns(true, ChildStatus::restarting)
                .returns(Optional.empty(), ChildStatus::pid);
        assertThat(node.call(supervisor, new StartChild(worker()))).isInstanceOf(ChildStart.Running.class);
        assertThat(node.stop(supervisor, LIMIT)).isTrue();
    }

    private static ChildSpec onceOnly(AtomicInteger starts) {
        return worker(() -> {
            if (starts.incrementAndGet() > 1) {
                throw new IllegalStateException("only once");
            }
        });
    }

    @Test
    void aChildThatDoesNotStartIsToldAndForgotten() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        ChildSpec broken = worker(() -> {
            throw new IllegalStateException("broken");
        });

        assertThat(node.call(supervisor, new StartChild(broken)))
                .isInstanceOfSatisfying(
                        ChildStart.Failed.class,
                        failed -> assertThat(failed.reason())
                                .hasToString("Crash[java.lang.IllegalStateException: broken]"));

        assertThat(node.call(supervisor, new WhichChildren())).isEmpty();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void childrenAreStartedOneAfterTheOther() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        BlockingQueue<String> order = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        node.spawn(() -> Self.call(supervisor, new StartChild(worker(() -> {
            order.add("first begins");
            Steps.await(release);
            order.add("first ends");
        }))));
        assertThat(Steps.poll(order)).isEqualTo("first begins");
        node.spawn(() -> Self.call(supervisor, new StartChild(worker(() -> order.add("second begins")))));

        Steps.until("the second request", () -> waiting(supervisor) == 1);
        release.countDown();

        assertThat(Steps.poll(order)).isEqualTo("first ends");
        assertThat(Steps.poll(order)).isEqualTo("second begins");
    }

    private int waiting(Pid server) {
        return Optional.ofNullable(node.here(server)).orElseThrow().mailbox.length();
    }

    @Test
    void aChildIsTerminatedByPidAndForgotten() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        Pid child = running(supervisor, worker());

        assertThat(node.call(supervisor, new TerminateChild(child))).isEqualTo(ChildChange.DONE);

        assertThat(node.isAlive(child)).isFalse();
        assertThat(node.call(supervisor, new TerminateChild(child))).isEqualTo(ChildChange.NOT_FOUND);
        assertThat(node.call(supervisor, new WhichChildren())).isEmpty();
    }

    @Test
    void thereIsRoomForNoMoreThanTheMaximum() {
        Pid supervisor = node.start(DynamicSupervisor.of().childrenMax(1));
        Pid child = running(supervisor, worker());

        assertThat(node.call(supervisor, new StartChild(worker()))).isInstanceOf(ChildStart.Failed.class);

        node.call(supervisor, new TerminateChild(child));
        assertThat(node.call(supervisor, new StartChild(worker()))).isInstanceOf(ChildStart.Running.class);
    }

    @Test
    void anInitThatHasNothingToDoLeavesNoChild() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        ChildSpec idle = worker(() -> Self.exit(ExitReason.normal()));

        assertThat(node.call(supervisor, new StartChild(idle))).isEqualTo(new ChildStart.Ignored());

        assertThat(node.call(supervisor, new WhichChildren())).isEmpty();
    }

    @Test
    void aStaticSupervisorKeepsAChildThatHasNothingToDo() {
        ChildSpec idle = worker(() -> Self.exit(ExitReason.normal()));

        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, idle));

        assertThat(node.call(supervisor, new Supervisor.CountChildren())).isEqualTo(new ChildCount(1, 0, 0, 1));
        assertThat(node.call(supervisor, new Supervisor.RestartChild("worker"))).isEqualTo(new ChildStart.Ignored());
    }

    @Test
    void allChildrenAreStoppedAtOnce() {
        Pid supervisor = node.start(DynamicSupervisor.of());
        CountDownLatch both = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            running(supervisor, ChildSpec.of("meeting", new Meeting(both)));
        }

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(both.getCount()).as("each waited for the other in terminate").isZero();
    }

    /// Ends only when its like ends too.
    record Meeting(CountDownLatch both) implements GenServer<Cast, Integer> {
        @Override
        public Integer init() {
            Self.trapExits(true);
            return 0;
        }

        @Override
        public Step<Integer> handle(Cast message, Integer state) {
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, Integer state) throws InterruptedException {
            both.countDown();
            Steps.await(both);
        }
    }

    @Test
    void aChildThatDoesNotStopInTimeIsKilled() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Pid supervisor = node.start(DynamicSupervisor.of());
        ProcessBody deaf = () -> {
            entered.countDown();
            Steps.awaitHeedless(release);
        };
        Pid child = running(supervisor, ChildSpec.of("deaf", deaf).shutdown(Steps.A_MOMENT));
        Pid patient = running(supervisor, worker());
        Steps.await(entered);

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(node.isAlive(child)).isFalse();
        assertThat(node.isAlive(patient)).isFalse();
        assertThat(node.leftovers()).isEqualTo(1);
        release.countDown();
    }

    @Test
    void theExitOfItsParentEndsItWithTheSameReason() {
        CompletableFuture<Pid> started = new CompletableFuture<>();
        CompletableFuture<Pid> child = new CompletableFuture<>();

        ExitReason reason = Steps.get(node, () -> {
            Pid parent = Self.spawn(() -> {
                started.complete(Self.startLink(DynamicSupervisor.of()));
                Self.receive(String.class);
            });
            Pid supervisor = Steps.get(started, "supervisor");
            child.complete(running(supervisor, worker()));
            Ref monitor = Self.monitor(supervisor);
            Self.send(parent, "end");
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.normal());
        assertThat(node.isAlive(Steps.get(child, "child"))).isFalse();
    }

    @Test
    void itAllowsThreeRestartsInFiveSecondsAndAnyNumberOfChildren() {
        assertThat(DynamicSupervisor.of())
                .isEqualTo(new DynamicSupervisor(3, Duration.ofSeconds(5), Integer.MAX_VALUE));
    }

    @Test
    void partitionsShareTheChildrenByKey() {
        Name name = new Name("workers");
        node.start(DynamicSupervisor.of().partitions(name, 4));
        Set<Name> used = new LinkedHashSet<>();

        for (int i = 0; i < 100; i++) {
            Name partition = DynamicSupervisor.partition(name, 4, "key " + i);
            assertThat(partition).isEqualTo(DynamicSupervisor.partition(name, 4, "key " + i));
            used.add(partition);
            assertThat(node.call(partition, new StartChild(worker()))).isInstanceOf(ChildStart.Running.class);
        }

        assertThat(used).hasSize(4);
    }

    @Test
    void aSlowStartHoldsUpItsOwnPartitionOnly() {
        Name name = new Name("workers");
        node.start(DynamicSupervisor.of().partitions(name, 2));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        node.spawn(() -> node.call(new Name("workers.0"), new StartChild(worker(() -> {
            entered.countDown();
            Steps.await(release);
        }))));
        Steps.await(entered);

        assertThat(node.call(new Name("workers.1"), new StartChild(worker()))).isInstanceOf(ChildStart.Running.class);

        release.countDown();
    }

    @Test
    void senselessSettingsAreRefused() {
        assertThatThrownBy(() -> DynamicSupervisor.of().childrenMax(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DynamicSupervisor.of().intensity(-1, LONG))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
