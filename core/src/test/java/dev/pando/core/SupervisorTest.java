package dev.pando.core;

import static dev.pando.core.Restart.PERMANENT;
import static dev.pando.core.Restart.TEMPORARY;
import static dev.pando.core.Restart.TRANSIENT;
import static dev.pando.core.Steps.A_MOMENT;
import static dev.pando.core.Steps.LIMIT;
import static dev.pando.core.Strategy.ONE_FOR_ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Pliable.Ask;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SupervisorTest {

    private static final ExitReason FAILED = ExitReason.Other.of("failed");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Node node = Node.start("alpha");
    private final BlockingQueue<String> journal = new LinkedBlockingQueue<>();
    private final BlockingQueue<Pid> pids = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        node.close();
    }

    /// Writes down that it starts and stops, and exits as it is told.
    record Worker(String id, BlockingQueue<String> journal, BlockingQueue<Pid> pids)
            implements GenServer<Worker.Leave, String> {

        record Leave(ExitReason reason) implements Cast {}

        @Override
        public String init() {
            Self.trapExits(true);
            journal.add("start " + id);
            pids.add(Self.pid());
            return id;
        }

        @Override
        public Step<String> handle(Leave message, String state) {
            throw Self.exit(message.reason());
        }

        @Override
        public void terminate(ExitReason reason, String state) {
            journal.add("stop " + id);
        }
    }

    // ---- starting and stopping

    @Test
    void childrenStartInOrderAndStopInReverseOrder() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b"), worker("c")));
        assertThat(journal).containsExactly("start a", "start b", "start c");
        journal.clear();

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(journal).containsExactly("stop c", "stop b", "stop a");
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aChildStartsAfterTheOneBeforeIsInitialised() {
        AtomicInteger ready = new AtomicInteger();

        node.start(Supervisor.of(
                ONE_FOR_ONE,
                ChildSpec.of("slow", initialising(() -> {
                    Self.sleep(A_MOMENT);
                    ready.set(1);
                })),
                ChildSpec.of("next", initialising(() -> assertThat(ready).hasValue(1)))));
    }

    @Test
    void aChildIsToldToStopWithShutdownOnceTheLaterOneHasEnded() {
        Pliable first = new Pliable(true);
        GenServer<Ask, Integer> last = new GenServer<>() {
            @Override
            public Integer init() {
                Self.trapExits(true);
                return 0;
            }

            @Override
            public Step<Integer> handle(Ask message, Integer state) {
                return Step.noReply(state);
            }

            @Override
            public void terminate(ExitReason reason, Integer state) {
                Self.sleep(A_MOMENT);
                journal.add("told of the first: " + first.terminated.size());
            }
        };
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("first", first), ChildSpec.of("last", last)));

        node.stop(supervisor, LIMIT);

        assertThat(journal).containsExactly("told of the first: 0");
        assertThat(first.terminated).containsExactly(new Pliable.Terminated(ExitReason.shutdown(), 0));
    }

    @Test
    void aFailedStartStopsTheStartedAndNamesTheChildInTheReason() {
        assertThatThrownBy(() -> node.start(Supervisor.of(
                        ONE_FOR_ONE,
                        worker("a"),
                        worker("b"),
                        ChildSpec.of("c", initialising(() -> Self.exit(FAILED))),
                        worker("d"))))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.NotStarted("c", FAILED)));

        assertThat(journal).containsExactly("start a", "start b", "stop b", "stop a");
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aFailedStartNamesTheChild() {
        Name taken = new Name("taken");
        node.start(new Pliable(), taken);

        assertThatThrownBy(() ->
                        node.start(Supervisor.of(ONE_FOR_ONE, worker("reef").name(taken))))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining("reef")
                .hasMessageContaining("taken");
    }

    @Test
    void aChildIsCalledByItsId() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("reef")));
        Pid reef = Steps.poll(pids);

        assertThat(node.here(reef)).hasToString(reef + " (Worker 'reef')");
    }

    @Test
    void aChildThatDoesNotStopInTimeIsKilled() {
        CountDownLatch release = new CountDownLatch(1);
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, deaf("deaf", release).shutdown(A_MOMENT), worker("b")));
        List<Pid> started = List.of(Steps.poll(pids), Steps.poll(pids));

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(journal).containsExactly("start b", "stop b");
        assertThat(started).noneMatch(node::isAlive);
        assertThat(node.leftovers()).isEqualTo(1);
        release.countDown();
    }

    @Test
    void aChildWithoutTimeToStopIsKilledAtOnce() {
        Pid supervisor = node.start(
                Supervisor.of(ONE_FOR_ONE, deaf("deaf", new CountDownLatch(1)).shutdown(Duration.ZERO)));

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(node.processCount()).isZero();
    }

    @Test
    void aChildThatHasEndedIsPassedOverWhenStopping() {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b").restart(TEMPORARY)));
        Steps.poll(pids);
        end(Steps.poll(pids), FAILED);

        assertThat(node.stop(supervisor, LIMIT)).isTrue();

        assertThat(journal).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void nestedTreesStopFromTheLeaves() {
        Pid root = node.start(Supervisor.of(
                ONE_FOR_ONE,
                worker("a"),
                ChildSpec.of("inner", Supervisor.of(ONE_FOR_ONE, worker("b"), worker("c"))),
                worker("d")));
        assertThat(journal).containsExactly("start a", "start b", "start c", "start d");
        journal.clear();

        assertThat(node.stop(root, LIMIT)).isTrue();

        assertThat(journal).containsExactly("stop d", "stop c", "stop b", "stop a");
        assertThat(node.processCount()).isZero();
    }

    @Test
    void aSupervisorGetsAllTheTimeItsChildrenNeed() {
        assertThat(ChildSpec.of("inner", Supervisor.of(ONE_FOR_ONE)).shutdown()).isEqualTo(Node.FOREVER);
        assertThat(worker("a").shutdown()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void closeStopsTheRootsInReverseOrder() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b")));
        node.start(new Worker("single", journal, pids));
        node.start(Supervisor.of(ONE_FOR_ONE, worker("c")));
        journal.clear();

        node.close();

        assertThat(journal).containsExactly("stop c", "stop single", "stop b", "stop a");
    }

    @Test
    void theExitOfItsParentEndsASupervisorEvenWhenNormal() {
        Steps.run(node, () -> {
            Pid parent = Self.spawn(() -> Self.startLink(Supervisor.of(ONE_FOR_ONE, worker("a"))));
            Steps.end(parent);
        });

        assertThat(Steps.poll(journal)).isEqualTo("start a");
        assertThat(Steps.poll(journal)).isEqualTo("stop a");
    }

    @Test
    void aSupervisorEndsWithTheReasonOfItsParent() {
        ExitReason reason = Steps.get(node, () -> {
            CompletableFuture<Pid> started = new CompletableFuture<>();
            Pid parent = Self.spawn(() -> {
                started.complete(Self.startLink(Supervisor.of(ONE_FOR_ONE, worker("a"))));
                Self.receive(String.class);
                throw Self.exit(FAILED);
            });
            Ref monitor = Self.monitor(Steps.get(started, "supervisor"));
            Self.send(parent, "go");
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(FAILED);
        assertThat(journal).containsExactly("start a", "stop a");
    }

    @Test
    void theExitOfAStrangerIsIgnored() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));

        node.exit(supervisor, FAILED);
        Steps.run(
                node,
                () -> Steps.end(Self.spawn(() -> {
                    Self.link(supervisor);
                    Self.exit(FAILED);
                })));
        end(Steps.poll(pids), FAILED);

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void theChildrenOfAKilledSupervisorEndWithIt() {
        Pid supervisor = node.start(Supervisor.of(
                ONE_FOR_ONE,
                worker("a"),
                ChildSpec.of("inner", Supervisor.of(ONE_FOR_ONE, worker("b"), ChildSpec.of("plain", plain())))));

        node.exit(supervisor, ExitReason.killed());

        Steps.allEnd(node);
        assertThat(journal).contains("stop a", "stop b");
    }

    @Test
    void aCallToASupervisorIsNotAccepted() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE));

        assertThatThrownBy(() -> node.call(supervisor, Ask.forState()))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason())
                                .isEqualTo(
                                        new ExitReason.NotAccepted(Supervisor.class.getName(), Ask.class.getName())));
    }

    @Test
    void otherMessagesToASupervisorAreIgnored() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));

        node.send(supervisor, "hello");
        node.cast(supervisor, new Worker.Leave(FAILED));

        assertThat(node.stop(supervisor, LIMIT)).isTrue();
    }

    // ---- restarting

    @Test
    void theFailedChildIsRestartedAloneUnderItsName() {
        Name name = new Name("b");
        node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b").name(name)));
        Pid a = Steps.poll(pids);
        Pid first = Steps.poll(pids);

        end(first, FAILED);
        Pid second = Steps.poll(pids);

        assertThat(second).isNotEqualTo(first);
        assertThat(node.whereis(name)).contains(second);
        assertThat(node.isAlive(a)).isTrue();
        assertThat(journal).containsExactly("start a", "start b", "stop b", "start b");
    }

    @Test
    void aKilledChildIsRestarted() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("a").restart(TRANSIENT)));
        Pid first = Steps.poll(pids);

        node.exit(first, ExitReason.killed());

        assertThat(Steps.poll(pids)).isNotEqualTo(first);
    }

    @Test
    void theRestartTypeAndTheReasonDecide() {
        List<ExitReason> quiet = List.of(ExitReason.normal(), ExitReason.shutdown());
        List<ExitReason> abnormal = List.of(
                FAILED,
                ExitReason.killed(),
                new ExitReason.NoProcess("x"),
                new ExitReason.NoConnection(node.name()),
                new ExitReason.Timeout(LONG),
                new ExitReason.NotAccepted("x", "y"),
                ExitReason.Crash.of(new IllegalStateException()));
        ExitReason conflict = new ExitReason.NameConflict(new Payload("key"), new Pid(node.name(), 1, 1));

        assertThat(quiet).allMatch(PERMANENT::after).noneMatch(TRANSIENT::after);
        assertThat(abnormal).allMatch(PERMANENT::after).allMatch(TRANSIENT::after);
        assertThat(Stream.of(Restart.values()).noneMatch(type -> type.after(conflict)))
                .isTrue();
        assertThat(TRANSIENT.after(new ExitReason.NotStarted("x", FAILED))).isTrue();
        assertThat(TRANSIENT.after(new ExitReason.NotStarted("x", ExitReason.shutdown())))
                .isFalse();
        assertThat(quiet).noneMatch(TEMPORARY::after);
        assertThat(abnormal).noneMatch(TEMPORARY::after);
    }

    @Test
    void aPermanentChildIsRestartedAfterANormalEnd() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("a")));

        end(Steps.poll(pids), ExitReason.normal());

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
    }

    @Test
    void aTransientChildThatIsDoneStaysDown() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("done").restart(TRANSIENT), worker("other")));
        Pid done = Steps.poll(pids);
        Pid other = Steps.poll(pids);

        end(done, ExitReason.normal());
        end(other, FAILED);
        Steps.poll(pids);

        assertThat(journal).filteredOn("start done"::equals).hasSize(1);
    }

    @Test
    void aTemporaryChildThatCrashesStaysDown() {
        node.start(Supervisor.of(ONE_FOR_ONE, worker("done").restart(TEMPORARY), worker("other")));
        Pid done = Steps.poll(pids);
        Pid other = Steps.poll(pids);

        end(done, FAILED);
        end(other, FAILED);
        Steps.poll(pids);

        assertThat(journal).filteredOn("start done"::equals).hasSize(1);
    }

    @Test
    void aChildThatCrashesAtOnceIsNotMissed() {
        AtomicInteger starts = new AtomicInteger();
        ProcessBody hasty = () -> {
            if (starts.incrementAndGet() < 3) {
                Self.exit(FAILED);
            }
            Self.receive(String.class);
        };

        node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("hasty", hasty), worker("next")));

        Steps.until("three starts", () -> starts.get() == 3);
    }

    // ---- intensity and escalation

    @Test
    void asManyRestartsAsAllowedAreMade() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(2, LONG));

        end(Steps.poll(pids), FAILED);
        end(Steps.poll(pids), FAILED);

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void oneRestartTooManyStopsAllChildrenAndEndsWithShutdown() {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b")).intensity(1, LONG));
        Pid a = Steps.poll(pids);
        Pid b = Steps.poll(pids);

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(supervisor);
            end(b, FAILED);
            end(Steps.poll(pids), FAILED);
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
        assertThat(node.isAlive(a)).isFalse();
        assertThat(journal).containsExactly("start a", "start b", "stop b", "start b", "stop b", "stop a");
    }

    @Test
    void restartsOfAllChildrenAreCountedTogether() {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b")).intensity(1, LONG));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(supervisor);
            Pid a = Steps.poll(pids);
            Pid b = Steps.poll(pids);
            end(a, FAILED);
            end(b, FAILED);
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void restartsOlderThanThePeriodAreForgotten() {
        Duration period = Duration.ofMillis(10);
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(1, period));

        Steps.run(node, () -> {
            for (int i = 0; i < 5; i++) {
                Self.sleep(period.multipliedBy(2));
                end(Steps.poll(pids), FAILED);
            }
        });

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void withoutRestartsTheFirstFailureEndsTheSupervisor() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(0, LONG));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(supervisor);
            end(Steps.poll(pids), FAILED);
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void anEndWithoutARestartIsNotCounted() {
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, worker("a").restart(TEMPORARY), worker("b"))
                .intensity(1, LONG));
        end(Steps.poll(pids), FAILED);

        end(Steps.poll(pids), FAILED);

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void anInnerSupervisorThatGivesUpIsRestartedByTheOuter() {
        Supervisor inner = Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b")).intensity(0, LONG);
        node.start(Supervisor.of(ONE_FOR_ONE, worker("outside"), ChildSpec.of("inner", inner)));
        Pid outside = Steps.poll(pids);
        Steps.poll(pids);
        Pid b = Steps.poll(pids);

        end(b, FAILED);
        Steps.poll(pids);
        Steps.poll(pids);

        assertThat(node.isAlive(outside)).isTrue();
        assertThat(journal)
                .containsExactly("start outside", "start a", "start b", "stop b", "stop a", "start a", "start b");
    }

    @Test
    void aTransientInnerSupervisorThatGivesUpStaysDown() {
        Supervisor inner = Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(0, LONG);
        Pid outer = node.start(
                Supervisor.of(ONE_FOR_ONE, ChildSpec.of("inner", inner).restart(TRANSIENT)));

        end(Steps.poll(pids), FAILED);
        Steps.until("only the outer one", () -> node.processCount() == 1);

        assertThat(node.isAlive(outer)).isTrue();
    }

    @Test
    void aFailureTooManyInEveryLevelReachesTheTop() {
        Supervisor leaf = Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(1, LONG);
        Supervisor middle =
                Supervisor.of(ONE_FOR_ONE, ChildSpec.of("leaf", leaf)).intensity(1, LONG);
        Pid top = node.start(
                Supervisor.of(ONE_FOR_ONE, ChildSpec.of("middle", middle)).intensity(0, LONG));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(top);
            for (int i = 0; i < 4; i++) {
                end(Steps.poll(pids), FAILED);
            }
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
        assertThat(journal).filteredOn("start a"::equals).hasSize(4);
        assertThat(node.processCount()).isZero();
    }

    @Test
    void eachFailedRestartIsAnAttempt() {
        AtomicInteger starts = new AtomicInteger();
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("once", onceOnly(starts)))
                .intensity(3, LONG));

        ExitReason reason = Steps.get(node, () -> {
            Ref monitor = Self.monitor(supervisor);
            end(Steps.poll(pids), FAILED);
            return Steps.end(monitor);
        });

        assertThat(reason).isEqualTo(ExitReason.shutdown());
        assertThat(starts).hasValue(1 + 3);
    }

    @Test
    void aSupervisorKilledWhileItRestartsInVainStops() {
        AtomicInteger starts = new AtomicInteger();
        Pid supervisor = node.start(Supervisor.of(ONE_FOR_ONE, ChildSpec.of("once", onceOnly(starts)))
                .intensity(Integer.MAX_VALUE, LONG));
        end(Steps.poll(pids), FAILED);
        Steps.until("a few attempts", () -> starts.get() > 5);

        node.exit(supervisor, ExitReason.killed());

        Steps.until("the end of its body", () -> node.leftovers() == 0);
    }

    // ---- a tree is a value

    @Test
    void equalTreesAreEqualAndPrintTheirChildren() {
        Supervisor one = Supervisor.of(
                ONE_FOR_ONE, ChildSpec.of("ada", new Account("ada")).restart(TRANSIENT));
        Supervisor other = Supervisor.of(
                ONE_FOR_ONE, ChildSpec.of("ada", new Account("ada")).restart(TRANSIENT));

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(other.intensity(9, LONG));
        assertThat(one.toString()).contains("ONE_FOR_ONE", "ada", "TRANSIENT", "Account[owner=ada]");
    }

    @Test
    void aSupervisorAllowsThreeRestartsInFiveSeconds() {
        assertThat(Supervisor.of(ONE_FOR_ONE))
                .isEqualTo(new Supervisor(ONE_FOR_ONE, List.of(), 3, Duration.ofSeconds(5), BackOff.NONE));
    }

    @Test
    void twoChildrenOfOneIdAreRefused() {
        assertThatThrownBy(() -> Supervisor.of(ONE_FOR_ONE, worker("a"), worker("b"), worker("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a'");
    }

    @Test
    void impossibleNumbersAreRefused() {
        Supervisor supervisor = Supervisor.of(ONE_FOR_ONE);

        assertThatThrownBy(() -> supervisor.intensity(-1, LONG)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> supervisor.intensity(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> worker(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> worker("a").shutdown(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("child a");
    }

    @Test
    void theLongestPeriodIsLegal() {
        Pid supervisor =
                node.start(Supervisor.of(ONE_FOR_ONE, worker("a")).intensity(1, Duration.ofSeconds(Long.MAX_VALUE)));

        end(Steps.poll(pids), FAILED);

        assertThat(node.isAlive(Steps.poll(pids))).isTrue();
        assertThat(node.isAlive(supervisor)).isTrue();
    }

    @Test
    void aListOfChildrenIsCopied() {
        List<ChildSpec> children = new ArrayList<>(List.of(worker("a")));
        Supervisor supervisor = new Supervisor(ONE_FOR_ONE, children, 3, LONG, BackOff.NONE);

        children.clear();

        assertThat(supervisor.children()).hasSize(1);
    }

    // ---- helpers

    private ChildSpec worker(String id) {
        return ChildSpec.of(id, new Worker(id, journal, pids));
    }

    /// Ends a worker and waits for its end.
    private void end(Pid worker, ExitReason reason) {
        Steps.run(node, () -> {
            Ref monitor = Self.monitor(worker);
            Self.cast(worker, new Worker.Leave(reason));
            assertThat(Steps.end(monitor)).isEqualTo(reason);
        });
    }

    private ChildSpec deaf(String id, CountDownLatch release) {
        ProcessBody body = () -> {
            pids.add(Self.pid());
            Steps.awaitHeedless(release);
        };
        return ChildSpec.of(id, body);
    }

    private static ProcessBody plain() {
        return () -> Self.receive(String.class);
    }

    private static Behaviour initialising(ProcessBody init) {
        return new GenServer<Ask, Integer>() {
            @Override
            public Integer init() throws Exception {
                init.run();
                return 0;
            }

            @Override
            public Step<Integer> handle(Ask message, Integer state) {
                return Step.noReply(state);
            }
        };
    }

    /// A server that starts once and never again.
    private Behaviour onceOnly(AtomicInteger starts) {
        return new GenServer<Worker.Leave, Integer>() {
            @Override
            public Integer init() {
                if (starts.incrementAndGet() > 1) {
                    throw new IllegalStateException("only once");
                }
                pids.add(Self.pid());
                return 0;
            }

            @Override
            public Step<Integer> handle(Worker.Leave message, Integer state) {
                throw Self.exit(message.reason());
            }
        };
    }
}
