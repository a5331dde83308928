package dev.pando.core;

import static dev.pando.core.Restart.TEMPORARY;
import static dev.pando.core.Restart.TRANSIENT;
import static dev.pando.core.Steps.LIMIT;
import static dev.pando.core.Strategy.ONE_FOR_ALL;
import static dev.pando.core.Strategy.ONE_FOR_ONE;
import static dev.pando.core.Strategy.REST_FOR_ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildCount;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import dev.pando.core.Supervisor.CountChildren;
import dev.pando.core.Supervisor.DeleteChild;
import dev.pando.core.Supervisor.RestartChild;
import dev.pando.core.Supervisor.StartChild;
import dev.pando.core.Supervisor.TerminateChild;
import dev.pando.core.Supervisor.WhichChildren;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Strategies that restart several children, and what a running supervisor can be asked.
final class SupervisorGroupTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Node node = Node.start("alpha");
    private final BlockingQueue<String> journal = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        node.close();
    }

    /// Writes down that it starts and stops, and exits as it is told.
    record Worker(String id, BlockingQueue<String> journal) implements GenServer<Worker.Leave, String> {

        record Leave(ExitReason reason) implements Cast {}

        @Override
        public String init() {
            Self.trapExits(true);
            journal.add("+" + id);
            return id;
        }

        @Override
        public Step<String> handle(Leave message, String state) {
            throw Self.exit(message.reason());
        }

        @Override
        public void terminate(ExitReason reason, String state) {
            journal.add("-" + id);
        }
    }

    // ---- strategies

    @Test
    void oneForAllStopsTheOthersInReverseOrderAndStartsAllInOrder() throws InterruptedException {
        node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b"), worker("c")));
        assertThat(entries(3)).containsExactly("+a", "+b", "+c");

        fail("b");

        assertThat(entries(6)).containsExactly("-b", "-c", "-a", "+a", "+b", "+c");
    }

    @Test
    void restForOneLeavesTheEarlierOnesAlone() throws InterruptedException {
        node.start(Supervisor.of(REST_FOR_ONE, worker("a"), worker("b"), worker("c"), worker("d")));
        entries(4);

        fail("b");

        assertThat(entries(6)).containsExactly("-b", "-d", "-c", "+b", "+c", "+d");
        assertThat(journal).isEmpty();
    }

    @Test
    void aGroupRestartCountsOnce() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b"), worker("c"))
                .intensity(1, LONG));
        entries(3);

        fail("a");
        entries(6);

        assertThat(node.isAlive(supervisor)).isTrue();
        fail("a");
        assertThat(Steps.end(node, supervisor))
                .isIn(ExitReason.shutdown(), new ExitReason.NoProcess(supervisor.toString()));
    }

    @Test
    void temporarySiblingsAreStoppedAndForgotten() throws InterruptedException {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b").restart(TEMPORARY), worker("c")));
        entries(3);

        fail("a");

        assertThat(entries(5)).containsExactly("-a", "-c", "-b", "+a", "+c");
        assertThat(ids(supervisor)).containsExactly("a", "c");
    }

    @Test
    void aTemporaryChildThatFailsRestartsNobodyAndIsForgotten() throws InterruptedException {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b").restart(TEMPORARY), worker("c")));
        entries(3);

        fail("b");

        assertThat(ids(supervisor)).containsExactly("a", "c");
        assertThat(entries(1)).containsExactly("-b");
        assertThat(journal).isEmpty();
    }

    @Test
    void aGroupRestartStartsTheFinishedToo() throws InterruptedException {
        node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b").restart(TRANSIENT)));
        entries(2);
        leave("b", ExitReason.normal());
        assertThat(entries(1)).containsExactly("-b");

        fail("a");

        assertThat(entries(3)).containsExactly("-a", "+a", "+b");
    }

    @Test
    void aFinishedChildCanBeStartedAgain() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a").restart(TRANSIENT)));
        entries(1);
        leave("a", ExitReason.normal());

        assertThat(node.call(supervisor, new StartChild(worker("a")))).isEqualTo(new ChildStart.AlreadyPresent());
        assertThat(node.call(supervisor, new RestartChild("a"))).isInstanceOf(ChildStart.Running.class);

        assertThat(entries(2)).containsExactly("-a", "+a");
    }

    @Test
    void aTemporaryChildWithNothingToDoIsForgotten() {
        ChildSpec idle = ChildSpec.of("idle", (ProcessServer) () -> Self.exit(ExitReason.normal()))
                .restart(TEMPORARY);
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, idle));
        assertThat(ids(supervisor)).isEmpty();

        assertThat(node.call(supervisor, new StartChild(idle))).isEqualTo(new ChildStart.Ignored());

        assertThat(ids(supervisor)).isEmpty();
    }

    @Test
    void aNormalEndOfATransientChildRestartsNobody() throws InterruptedException {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ALL, worker("a"), worker("b").restart(TRANSIENT)));
        entries(2);

        leave("b", ExitReason.normal());

        assertThat(entries(1)).containsExactly("-b");
        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(2, 1, 0, 2));
        assertThat(journal).isEmpty();
    }

    @Test
    void aGroupWhoseRestartFailsIsTriedAgainFromTheOneThatFailed() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        node.start(Supervisor.of(
                ONE_FOR_ALL,
                worker("a"),
                ChildSpec.of("flaky", (ProcessServer) () -> {
                    if (attempts.incrementAndGet() == 2) {
                        throw new IllegalStateException("second start fails");
                    }
                }),
                worker("c")));
        entries(2);

        fail("a");

        assertThat(entries(4)).containsExactly("-a", "-c", "+a", "+c");
        assertThat(attempts).hasValue(3);
    }

    /// A server without messages, as a lambda.
    @FunctionalInterface
    interface ProcessServer extends GenServer<Cast, Integer> {
        void initialise();

        @Override
        default Integer init() {
            initialise();
            return 0;
        }

        @Override
        default Step<Integer> handle(Cast message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void aChildBacksOffBeforeItIsStartedAgain() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b"))
                .backOff(Duration.ofMillis(50), Duration.ofSeconds(1)));
        entries(2);

        fail("a");

        assertThat(entries(1)).containsExactly("-a");
        ChildStatus waiting = statusOf(supervisor, "a");
        // It waits, or has been started again when this machine is slow.
        assertThat(waiting.restarting()).isNotEqualTo(waiting.pid().isPresent());
        assertThat(entries(1)).containsExactly("+a");
    }

    @Test
    void backOffDoublesUpToItsMaximum() {
        BackOff backOff = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(1));

        assertThat(backOff.delay(0)).isEqualTo(Duration.ofMillis(100));
        assertThat(backOff.delay(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backOff.delay(3)).isEqualTo(Duration.ofMillis(800));
        assertThat(backOff.delay(4)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backOff.delay(1_000_000)).isEqualTo(Duration.ofSeconds(1));
        assertThatThrownBy(() -> new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoeverHasWaitedLongestGoesOnWaitingThatLong() throws InterruptedException {
        CountDownLatch starts = new CountDownLatch(11);
        ProcessBody failing = () -> {
            starts.countDown();
            throw new IllegalStateException("again");
        };
        long begun = System.nanoTime();

        node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("failing", failing))
                .intensity(20, Duration.ofMinutes(1))
                .backOff(Duration.ofMillis(1), Duration.ofMillis(40)));

        assertThat(starts.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("1, 2, 4, 8, 16 and 32 ms, and four times 40")
                .isGreaterThanOrEqualTo(Duration.ofMillis(223));
    }

    // ---- requests

    @Test
    void childrenAreAddedAtTheEnd() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));

        ChildStart started = node.call(supervisor, new StartChild(worker("b")));

        assertThat(started).isInstanceOf(ChildStart.Running.class);
        assertThat(ids(supervisor)).containsExactly("a", "b");
        assertThat(node.stop(supervisor, LIMIT)).isTrue();
        assertThat(entries(4)).containsExactly("+a", "+b", "-b", "-a");
    }

    @Test
    void anIdIsStartedOnce() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));
        Pid running = pidOf(supervisor, "a");

        assertThat(node.call(supervisor, new StartChild(worker("a"))))
                .isEqualTo(new ChildStart.AlreadyStarted(running));
        assertThat(node.call(supervisor, new RestartChild("a"))).isEqualTo(new ChildStart.AlreadyStarted(running));
    }

    @Test
    void aTerminatedChildIsKeptUntilItIsDeleted() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));

        assertThat(node.call(supervisor, new DeleteChild("a"))).isEqualTo(ChildChange.RUNNING);
        assertThat(node.call(supervisor, new TerminateChild("a"))).isEqualTo(ChildChange.DONE);
        assertThat(node.call(supervisor, new StartChild(worker("a")))).isEqualTo(new ChildStart.AlreadyPresent());
        assertThat(node.call(supervisor, new RestartChild("a"))).isInstanceOf(ChildStart.Running.class);
        assertThat(node.call(supervisor, new TerminateChild("a"))).isEqualTo(ChildChange.DONE);
        assertThat(node.call(supervisor, new DeleteChild("a"))).isEqualTo(ChildChange.DONE);
        assertThat(ids(supervisor)).isEmpty();
        assertThat(entries(4)).containsExactly("+a", "-a", "+a", "-a");
    }

    @Test
    void aTerminatedTemporaryChildIsForgotten() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a").restart(TEMPORARY)));

        assertThat(node.call(supervisor, new TerminateChild("a"))).isEqualTo(ChildChange.DONE);

        assertThat(ids(supervisor)).isEmpty();
        assertThat(node.call(supervisor, new RestartChild("a"))).isEqualTo(new ChildStart.NotFound());
    }

    @Test
    void unknownChildrenAreNotFound() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE));

        assertThat(node.call(supervisor, new TerminateChild("x"))).isEqualTo(ChildChange.NOT_FOUND);
        assertThat(node.call(supervisor, new DeleteChild("x"))).isEqualTo(ChildChange.NOT_FOUND);
        assertThat(node.call(supervisor, new RestartChild("x"))).isEqualTo(new ChildStart.NotFound());
    }

    @Test
    void aChildThatDoesNotStartIsNotAdded() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE));
        ChildSpec broken = ChildSpec.of("broken", (ProcessServer) () -> Self.exit(FAILED));

        assertThat(node.call(supervisor, new StartChild(broken))).isEqualTo(new ChildStart.Failed(FAILED));

        assertThat(ids(supervisor)).isEmpty();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void aRestartOnRequestThatFailsIsToldAndTheChildStays() {
        AtomicInteger starts = new AtomicInteger();
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("once", (ProcessServer) () -> {
            if (starts.incrementAndGet() > 1) {
                Self.exit(FAILED);
            }
        })));
        node.call(supervisor, new TerminateChild("once"));

        assertThat(node.call(supervisor, new RestartChild("once"))).isEqualTo(new ChildStart.Failed(FAILED));

        assertThat(ids(supervisor)).containsExactly("once");
        assertThat(statusOf(supervisor, "once").pid()).isEmpty();
    }

    @Test
    void aChildThatWaitsToBeRestartedIsNeitherStartedNorDeleted() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).backOff(LONG, LONG));
        entries(1);

        fail("a");

        assertThat(statusOf(supervisor, "a").restarting()).isTrue();
        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(1, 0, 0, 1));
        assertThat(node.call(supervisor, new StartChild(worker("a")))).isEqualTo(new ChildStart.AlreadyPresent());
        assertThat(node.call(supervisor, new RestartChild("a"))).isEqualTo(new ChildStart.Restarting());
        assertThat(node.call(supervisor, new DeleteChild("a"))).isEqualTo(ChildChange.RESTARTING);
    }

    @Test
    void aChildThatWaitsToBeRestartedIsTerminatedAndThenDeleted() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).backOff(LONG, LONG));
        entries(1);
        fail("a");

        assertThat(node.call(supervisor, new TerminateChild("a"))).isEqualTo(ChildChange.DONE);

        assertThat(statusOf(supervisor, "a").restarting()).isFalse();
        assertThat(node.call(supervisor, new DeleteChild("a"))).isEqualTo(ChildChange.DONE);
    }

    @Test
    void childrenAreCountedByKind() {
        Pid supervisor = node.start(
                Supervisor.of(ONE_FOR_ONE, worker("a"), ChildSpec.of("tree", Supervisor.of(ONE_FOR_ONE)), worker("b")));
        node.call(supervisor, new TerminateChild("b"));

        assertThat(node.call(supervisor, new CountChildren())).isEqualTo(new ChildCount(3, 2, 1, 2));
        assertThat(statusOf(supervisor, "tree").supervisor()).isTrue();
        assertThat(statusOf(supervisor, "b").pid()).isEmpty();
    }

    @Test
    void aChildWithNoTimeToStopIsKilledAtOnce() throws InterruptedException {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a").shutdown(Duration.ZERO)));
        entries(1);

        node.call(supervisor, new TerminateChild("a"));

        assertThat(journal).as("a killed server does not run terminate").isEmpty();
    }

    // ---- helpers

    private ChildSpec worker(String id) {
        return ChildSpec.of(id, new Worker(id, journal)).name(new Name(id));
    }

    private void fail(String id) {
        leave(id, FAILED);
    }

    /// Ends a worker and waits for its end: its supervisor, being linked, has been told by then.
    private void leave(String id, ExitReason reason) {
        Steps.run(node, () -> {
            Ref monitor = Self.monitor(new Name(id));
            Self.cast(new Name(id), new Worker.Leave(reason));
            Steps.end(monitor);
        });
    }

    /// The next entries of the journal, as they come.
    private List<String> entries(int count) throws InterruptedException {
        List<String> entries = new ArrayList<>();
        while (entries.size() < count) {
            String entry = journal.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(entry).as("after " + entries).isNotNull();
            entries.add(entry);
        }
        return entries;
    }

    private List<String> ids(Pid supervisor) {
        return node.call(supervisor, new WhichChildren()).stream()
                .map(ChildStatus::id)
                .toList();
    }

    private ChildStatus statusOf(Pid supervisor, String id) {
        return node.call(supervisor, new WhichChildren()).stream()
                .filter(child -> child.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Pid pidOf(Pid supervisor, String id) {
        Optional<Pid> pid = statusOf(supervisor, id).pid();
        return pid.orElseThrow();
    }

    @Test
    void aChildThatCannotBeRestartedDoesNotKeepItsSiblingFromIt() {
        BlockingQueue<Pid> broken = new LinkedBlockingQueue<>();
        BlockingQueue<Pid> sound = new LinkedBlockingQueue<>();
        node.start(Supervisor.of(
                        ONE_FOR_ONE,
                        ChildSpec.of("broken", new Starter(new AtomicInteger(), 2, broken)),
                        ChildSpec.of("sound", new Starter(new AtomicInteger(), 99, sound)))
                .intensity(Integer.MAX_VALUE, Duration.ofMinutes(1))
                .backOff(Duration.ofMillis(5), Duration.ofMillis(10)));

        node.cast(Steps.poll(broken), new Starter.Go());
        node.cast(Steps.poll(sound), new Starter.Go());

        assertThat(node.isAlive(Steps.poll(sound))).isTrue();
    }

    /// Starts only so often.
    private record Starter(AtomicInteger starts, int failing, BlockingQueue<Pid> pids)
            implements GenServer<Starter.Go, Integer> {
        record Go() implements Cast {}

        @Override
        public Integer init() {
            if (starts.incrementAndGet() >= failing) {
                throw new IllegalStateException("does not start again");
            }
            pids.add(Self.pid());
            return 0;
        }

        @Override
        public Step<Integer> handle(Go message, Integer state) {
            throw Self.exit(ExitReason.Other.of("failed"));
        }
    }
}
