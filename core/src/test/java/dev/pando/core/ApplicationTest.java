package dev.pando.core;

import static dev.pando.core.Restart.TEMPORARY;
import static dev.pando.core.Strategy.ONE_FOR_ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Applications on a machine that can be told to end without ending the tests.
final class ApplicationTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Machine machine = new Machine();
    private final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), machine.host());
    private final BlockingQueue<String> journal = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
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

    // ---- stopped in order

    @Test
    void aSignalStopsTheTreeInReverseOrderAndHaltsWithZero() {
        CompletableFuture<Ending> ending = run(tree(worker("a"), inner(worker("b"), worker("c"))));
        assertThat(entries(3)).containsExactly("+a", "+b", "+c");

        machine.signal();

        assertThat(Steps.get(machine.halted, "halt")).isZero();
        assertThat(journal).containsExactly("-c", "-b", "-a");
        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aRequestStopsTheTreeInOrderAndLeavesTheMachineAlone() {
        CompletableFuture<Ending> ending = run(tree(worker("a"), worker("b")));
        entries(2);

        Application.stop(node);

        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(journal).containsExactly("-b", "-a");
        assertThat(machine.halted).isNotDone();
        assertThat(machine.isHooked()).isFalse();
        assertThatThrownBy(() -> node.spawn(() -> {})).hasMessageContaining("closed");
    }

    @Test
    void anInterruptIsARequestAndKeepsItsFlag() {
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread runner = Thread.ofPlatform().start(() -> {
            application(tree(worker("a"))).run();
            flag.complete(Thread.currentThread().isInterrupted());
        });
        entries(1);

        runner.interrupt();

        assertThat(Steps.get(flag, "run")).isTrue();
        assertThat(journal).containsExactly("-a");
    }

    @Test
    void closingTheNodeStopsTheTreeInOrder() {
        CompletableFuture<Ending> ending = run(tree(worker("a"), worker("b")));
        entries(2);
        assertThat(node.isClosed()).isFalse();

        node.close();

        assertThat(node.isClosed()).isTrue();
        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(journal).containsExactly("-b", "-a");
    }

    @Test
    void anEndFromWithinStopsTheTreeAndKeepsItsOwnExitCode() {
        CompletableFuture<Ending> ending = run(tree(worker("a")));
        entries(1);

        Thread task = machine.end();

        Steps.join(task);
        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(journal).containsExactly("-a");
        assertThat(machine.halted).isNotDone();
    }

    @Test
    void aSignalDuringTheStartStopsWhatHasStarted() {
        CountDownLatch starting = new CountDownLatch(1);
        CompletableFuture<Ending> ending = run(tree(worker("a"), slow(starting), worker("c")));
        Steps.await(starting);

        machine.signal();
        assertThat(ending).isNotDone();
        release.countDown();

        assertThat(Steps.get(machine.halted, "halt")).isZero();
        assertThat(entries(4)).containsExactly("+a", "+c", "-c", "-a");
    }

    @Test
    void aMachineThatIsEndingStartsNothing() {
        machine.end();

        assertThat(Steps.get(run(tree(worker("a"))), "run")).isEqualTo(new Ending.Stopped());

        assertThat(journal).isEmpty();
    }

    @Test
    void aStopWithoutAnApplicationIsRefused() {
        assertThatThrownBy(() -> Application.stop(node))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no application runs on alpha");
    }

    @Test
    void aNodeRunsOneApplication() {
        CompletableFuture<Ending> first = run(tree(worker("a")));
        entries(1);

        assertThatThrownBy(() -> application(tree(worker("b"))).run()).isInstanceOf(IllegalStateException.class);

        assertThat(journal).isEmpty();
        assertThat(first).isNotDone();
    }

    // ---- before and after

    @Test
    void beforeStopRunsWhileTheTreeServesAndAfterStopWhenItHasEnded() {
        Name name = new Name("a");
        CompletableFuture<Boolean> before = new CompletableFuture<>();
        CompletableFuture<Boolean> after = new CompletableFuture<>();
        Application application = application(tree(worker("a").name(name)))
                .beforeStop(() -> before.complete(Self.node().whereis(name).isPresent()))
                .afterStop(() -> after.complete(Self.node().whereis(name).isPresent()));
        CompletableFuture<Ending> ending = run(application);
        entries(1);
        assertThat(before).isNotDone();

        machine.signal();

        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(before).isCompletedWithValue(true);
        assertThat(after).isCompletedWithValue(false);
    }

    @Test
    void aBeforeStopThatFailsHoldsNothingUp() {
        CompletableFuture<Ending> ending = run(application(tree(worker("a"))).beforeStop(() -> {
            throw new IllegalStateException("no load balancer");
        }));
        entries(1);

        machine.signal();

        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(journal).containsExactly("-a");
    }

    @Test
    void aBeforeStopThatHangsLeavesTheTreeHalfOfTheTime() {
        CompletableFuture<Ending> ending = run(
                application(tree(worker("a"))).deadline(Duration.ofSeconds(2)).beforeStop(release::await));
        entries(1);

        machine.signal();

        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.Stopped());
        assertThat(journal).containsExactly("-a");
        Steps.until("the end of its body", () -> node.leftovers() == 0);
    }

    @Test
    void afterStopRunsHoweverTheTreeEnded() {
        CompletableFuture<Boolean> after = new CompletableFuture<>();

        CompletableFuture<Ending> ending = run(application(tree(failing("a"))).afterStop(() -> after.complete(true)));

        assertThat(Steps.get(ending, "run").code()).isEqualTo(Application.NOT_STARTED);
        assertThat(after).isCompletedWithValue(true);
    }

    // ---- not in order

    @Test
    void aTreeThatDoesNotStartIsStoppedAndTheEndingNamesTheChild() {
        CompletableFuture<Ending> ending = run(tree(worker("a"), inner(worker("b"), failing("ledger"))));

        Ending found = Steps.get(ending, "run");

        assertThat(found.code()).isEqualTo(1);
        assertThat(found)
                .hasToString("not started: child 'inner' did not start: child 'ledger' did not start: " + FAILED);
        assertThat(journal).containsExactly("+a", "+b", "-b", "-a");
        assertThat(machine.halted).isNotDone();
    }

    @Test
    void aTopSupervisorThatGivesUpEndsTheApplicationWithACodeOfItsOwn() {
        Name name = new Name("a");
        CompletableFuture<Ending> ending = run(tree(worker("a").name(name)).intensity(0, LONG));
        entries(1);

        node.cast(name, new Worker.Leave(FAILED));

        assertThat(Steps.get(ending, "run")).isEqualTo(new Ending.GaveUp(ExitReason.shutdown()));
        assertThat(Steps.get(ending, "run").code()).isEqualTo(3);
    }

    @Test
    void whatIsLeftAtTheDeadlineIsNamedAndKilled() {
        CompletableFuture<Ending> ending = run(
                application(tree(worker("early"), deaf("stuck"), worker("late").restart(TEMPORARY)))
                        .deadline(Duration.ofSeconds(1))
                        .afterStop(() -> journal.add("after")));
        entries(3);

        machine.signal();

        assertThat(Steps.get(machine.halted, "halt")).isEqualTo(4);
        Ending found = Steps.get(ending, "run");
        assertThat(found.toString()).contains("'early'", "'stuck'", "PT1S").doesNotContain("'late'");
        Steps.until("the deaf one alone", () -> node.leftovers() == 1);
        assertThat(journal).startsWith("-late").doesNotContain("after");
    }

    @Test
    void anAfterStopThatHangsIsCutAtTheDeadline() {
        CompletableFuture<Ending> ending = run(
                application(tree(worker("a"))).deadline(Duration.ofSeconds(1)).afterStop(release::await));
        entries(1);

        machine.signal();

        assertThat(Steps.get(ending, "run").code()).isEqualTo(4);
        assertThat(journal).containsExactly("-a");
    }

    @Test
    void aSecondSignalHaltsAtOnce() {
        CompletableFuture<Ending> ending = run(tree(deaf("stuck"), worker("late")));
        entries(2);

        machine.signal();
        assertThat(entries(1)).containsExactly("-late");
        machine.signal();

        assertThat(Steps.get(machine.halted, "halt")).isEqualTo(4);
        assertThat(ending).isNotDone();
    }

    @Test
    void theEndOfTheLeaderEndsTheRun() {
        CompletableFuture<Ending> ending = run(tree(worker("a")));
        entries(1);

        node.exit(node.whereis(ApplicationLeader.NAME).orElseThrow(), ExitReason.killed());

        assertThat(Steps.get(ending, "run").code()).isEqualTo(4);
    }

    @Test
    void aDeadlineOfNothingIsRefused() {
        Application application = application(tree());

        assertThat(application.deadline()).isEqualTo(Duration.ofSeconds(25));
        assertThatThrownBy(() -> application.deadline(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    // ---- helpers

    private Application application(Supervisor tree) {
        return Application.of(node, tree);
    }

    private CompletableFuture<Ending> run(Supervisor tree) {
        return run(application(tree));
    }

    private static CompletableFuture<Ending> run(Application application) {
        CompletableFuture<Ending> ending = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> ending.complete(new ApplicationRun(application).run()));
        return ending;
    }

    private static Supervisor tree(ChildSpec... children) {
        return Supervisor.of(ONE_FOR_ONE, children);
    }

    private static ChildSpec inner(ChildSpec... children) {
        return ChildSpec.of("inner", tree(children));
    }

    private ChildSpec worker(String id) {
        return ChildSpec.of(id, new Worker(id, journal));
    }

    /// Does not start.
    private static ChildSpec failing(String id) {
        return ChildSpec.of(id, initialising(() -> Self.exit(FAILED)));
    }

    /// Starts once the test lets it.
    private ChildSpec slow(CountDownLatch starting) {
        return ChildSpec.of("slow", initialising(() -> {
            starting.countDown();
            Steps.awaitHeedless(release);
        }));
    }

    private static Behaviour initialising(ProcessBody init) {
        return new GenServer<Worker.Leave, Integer>() {
            @Override
            public Integer init() throws Exception {
                init.run();
                return 0;
            }

            @Override
            public Step<Integer> handle(Worker.Leave message, Integer state) {
                return Step.noReply(state);
            }
        };
    }

    /// Heeds neither its exit signal nor its interrupt, and may take ten minutes to stop.
    private ChildSpec deaf(String id) {
        ProcessBody body = () -> {
            journal.add("+" + id);
            Steps.awaitHeedless(release);
        };
        return ChildSpec.of(id, body).shutdown(LONG);
    }

    /// The next entries of the journal, as they come.
    private List<String> entries(int count) {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(Steps.poll(journal));
        }
        return entries;
    }
}
