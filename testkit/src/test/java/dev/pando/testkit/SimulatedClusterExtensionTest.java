package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.pando.cluster.Cluster;
import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;
import org.opentest4j.TestAbortedException;

/// What JUnit reports of tests of clusters. The samples are nested, so that the build does not run them
/// by themselves.
final class SimulatedClusterExtensionTest {

    private static final String SEED = "pando.seed";

    private static EngineTestKit.Builder kit(Class<?> sample) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(sample));
    }

    private static EngineExecutionResults run(Class<?> sample) {
        return kit(sample).execute();
    }

    static Throwable thrown(Events events) {
        assertThat(events.stream()).hasSize(1);
        return events.stream()
                .findFirst()
                .flatMap(event -> event.getPayload(TestExecutionResult.class))
                .flatMap(TestExecutionResult::getThrowable)
                .orElseThrow();
    }

    private static List<String> names(Events events) {
        return events.started().stream()
                .map(Event::getTestDescriptor)
                .map(descriptor -> descriptor.getDisplayName())
                .toList();
    }

    // ---- seeds

    static final class FiveSeeds extends Idle {
        @SimulatedCluster(nodes = 2, seeds = 5)
        void areTwo(TestCluster<String> cluster) {
            assertThat(cluster.names()).containsExactly("n1", "n2");
            assertThat(cluster.member("n2").app()).isEqualTo("n2");
        }
    }

    @Test
    void eachSeedIsAnInvocationThatShowsItsSeed() {
        Events tests = run(FiveSeeds.class).testEvents();

        tests.assertStatistics(counted -> counted.started(5).succeeded(5));
        assertThat(names(tests)).containsExactly("seed 1", "seed 2", "seed 3", "seed 4", "seed 5");
    }

    static final class FailsFromTheThirdOn extends Idle {
        static final Map<Long, Long> HASHES = new LinkedHashMap<>();

        @SimulatedCluster(nodes = 3, seeds = 200)
        void failsInTheEnd(SimulatedNodes<String> nodes) {
            nodes.partition(List.of("n1"));
            nodes.faults(3, Duration.ofSeconds(10));
            HASHES.put(nodes.seed(), nodes.simulation().trace().hash());
            assertThat(nodes.seed()).isLessThan(3);
        }
    }

    @Test
    void theFirstSeedThatFailsIsTheLastAndSaysHowToRunItAgain() {
        Events tests = run(FailsFromTheThirdOn.class).testEvents();

        tests.assertStatistics(counted -> counted.started(3).succeeded(2).failed(1));
        assertThat(thrown(tests.failed()))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("less than:\n  3L")
                .hasMessageContaining("\nseed 3; run the same again with -Dpando.seed=3\nthe last events:\n")
                .hasMessageContaining("network      cut [n1] from [n2, n3]")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void aSeedThatIsAskedForRunsAloneAndExactlyAsBefore() {
        FailsFromTheThirdOn.HASHES.clear();
        run(FailsFromTheThirdOn.class);
        Map<Long, Long> first = new LinkedHashMap<>(FailsFromTheThirdOn.HASHES);
        FailsFromTheThirdOn.HASHES.clear();
        Events tests = kit(FailsFromTheThirdOn.class)
                .configurationParameter(SEED, "3")
                .execute()
                .testEvents();

        tests.assertStatistics(counted -> counted.started(1).failed(1));
        assertThat(names(tests)).containsExactly("seed 3");
        assertThat(first).containsOnlyKeys(1L, 2L, 3L).containsAllEntriesOf(FailsFromTheThirdOn.HASHES);
        assertThat(FailsFromTheThirdOn.HASHES).containsOnlyKeys(3L);
    }

    @Test
    void theSeedMayBeASystemProperty() {
        String before = System.setProperty(SEED, "2");
        try {
            Events tests = kit(FiveSeeds.class)
                    .enableImplicitConfigurationParameters(true)
                    .execute()
                    .testEvents();

            assertThat(names(tests)).containsExactly("seed 2");
        } finally {
            if (before == null) {
                System.clearProperty(SEED);
            } else {
                System.setProperty(SEED, before);
            }
        }
    }

    @Test
    void aSeedThatIsNoNumberIsRefused() {
        Throwable refused = thrown(kit(FiveSeeds.class)
                .configurationParameter(SEED, "seventeen")
                .execute()
                .containerEvents()
                .failed());

        assertThat(refused).hasMessage("pando.seed: 'seventeen' is not a whole number");
    }

    static final class NoSeeds extends Idle {
        @SimulatedCluster(seeds = 0)
        void doesNothing() {}
    }

    @Test
    void aTestWithoutSeedsIsRefused() {
        assertThat(thrown(run(NoSeeds.class).containerEvents().failed()))
                .hasMessage("seeds = 0 of @SimulatedCluster; run at least one");
    }

    // ---- failures

    static final class NeverConverges extends Idle {
        @SimulatedCluster(nodes = 2)
        void converges(TestCluster<String> cluster) {
            cluster.converge(Duration.ofSeconds(1), () -> new Verdict(List.of("k is lost")));
        }
    }

    @Test
    void whatTheClusterHasToldIsNotToldAgain() {
        assertThat(thrown(run(NeverConverges.class).testEvents().failed()))
                .hasNoCause()
                .message()
                .startsWith("not converged within PT1S:\nk is lost\nseed 1; run the same again with -Dpando.seed=1\n")
                .containsOnlyOnce("the last events");
    }

    static final class Blocks extends Idle {
        @SimulatedCluster(nodes = 1)
        void sleepsInRealTime(TestCluster<String> cluster) {
            cluster.run(cluster.member("n1").node(), () -> Thread.sleep(20_000));
        }
    }

    @Test
    void whatTheSimulationSaysComesWithTheSeed() {
        assertThat(thrown(run(Blocks.class).testEvents().failed()))
                .hasMessageContaining("blocks")
                .hasMessageContaining("-Dpando.seed=1")
                .hasCauseInstanceOf(SimulationFailure.class);
    }

    static final class LeavesSomethingBehind extends Idle {
        @SimulatedCluster(nodes = 1)
        void startsWhatNeverEnds(TestCluster<String> cluster) {
            Scheduler scheduler = cluster.simulation().host("n1").scheduler();
            scheduler.start("stays", () -> {
                while (true) {
                    scheduler.park();
                }
            });
            cluster.runFor(Duration.ofSeconds(1));
        }
    }

    @Test
    void whatIsFoundWhenTheClusterIsClosedFailsTheTest() {
        Events tests = run(LeavesSomethingBehind.class).testEvents();

        tests.assertStatistics(counted -> counted.started(1).failed(1));
        assertThat(thrown(tests.failed())).hasMessageContaining("n1: stays").hasMessageContaining("-Dpando.seed=1");
    }

    static final class CannotBoot extends Idle {
        @Override
        public String boot(Node node, Cluster cluster) {
            if (node.name().name().equals("n2")) {
                throw new IllegalStateException("no ledger");
            }
            return super.boot(node, cluster);
        }

        @SimulatedCluster
        void isNotReached(TestCluster<String> cluster) {
            fail("ran with " + cluster);
        }
    }

    @Test
    void aBootThatFailsIsNamedAndEndsTheTestAtOnce() {
        Events tests = run(CannotBoot.class).testEvents();

        tests.assertStatistics(counted -> counted.started(1).failed(1));
        assertThat(thrown(tests.failed()))
                .hasMessageStartingWith("n2 has not booted: java.lang.IllegalStateException: no ledger\nseed 1;")
                .hasRootCauseMessage("no ledger");
    }

    static final class BootsOnce extends Idle {
        private final AtomicInteger boots = new AtomicInteger();

        @Override
        public String boot(Node node, Cluster cluster) {
            if (boots.incrementAndGet() > 2) {
                throw new IllegalStateException("the port is taken");
            }
            return super.boot(node, cluster);
        }

        @SimulatedCluster(nodes = 2)
        void comesBack(TestCluster<String> cluster) {
            cluster.crash("n1");
            cluster.heal();
            cluster.converge(Duration.ofSeconds(30), Verdict::sound);
        }
    }

    @Test
    void aRestartThatFailsIsNamed() {
        assertThat(thrown(run(BootsOnce.class).testEvents().failed()))
                .hasMessageContaining("n1 has not booted: java.lang.IllegalStateException: the port is taken");
    }

    // ---- the setup

    static final class HasNoSetup {
        @SimulatedCluster
        void isNotReached() {}
    }

    @Test
    void aClassWithoutASetupIsRefused() {
        assertThat(thrown(run(HasNoSetup.class).testEvents().failed()))
                .hasMessageContaining("HasNoSetup")
                .hasMessageContaining("must implement Setup");
    }

    static final class HasALedger implements Setup<List<String>> {
        private final List<String> ledger = new ArrayList<>();

        @BeforeEach
        void open() {
            ledger.add("opened");
        }

        @Override
        public Protocols protocols() {
            return Protocols.none();
        }

        @Override
        public Resources resources() {
            return Resources.of(ledger);
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> boot(Node node, Cluster cluster) {
            List<String> found = Self.resource(List.class);
            found.add(node.name().name());
            return found;
        }

        @SimulatedCluster(nodes = 1, seeds = 3)
        void startsFromScratch(TestCluster<List<String>> cluster) {
            assertThat(cluster.member("n1").app()).isSameAs(ledger).containsExactly("opened", "n1");
        }
    }

    @Test
    void eachSeedHasAnInstanceOfTheTestWhichIsPreparedBeforeTheNodesBoot() {
        run(HasALedger.class).testEvents().assertStatistics(counted -> counted.succeeded(3));
    }

    static final class Outer extends Idle {
        @Nested
        final class Inner {
            @SimulatedCluster(seeds = 2)
            void usesTheSetupAroundIt(TestCluster<String> cluster) {
                assertThat(cluster.member("n1").app()).isEqualTo("n1");
            }
        }

        @Nested
        final class Other extends Idle {
            @Override
            public String boot(Node node, Cluster cluster) {
                return "other";
            }

            @SimulatedCluster(seeds = 2)
            void usesItsOwn(TestCluster<String> cluster) {
                assertThat(cluster.member("n1").app()).isEqualTo("other");
            }
        }
    }

    @Test
    void theInnermostSetupCounts() {
        run(Outer.class).testEvents().assertStatistics(counted -> counted.succeeded(4));
    }

    // ---- real nodes

    @Test
    void whatNeedsTheSimulatorIsAbortedOnRealNodes() {
        Events tests = kit(FailsFromTheThirdOn.class)
                .configurationParameter(TestEngine.PROPERTY, "jgroups")
                .execute()
                .testEvents();

        tests.assertStatistics(counted -> counted.started(1).aborted(1));
        assertThat(names(tests)).containsExactly("real nodes, seed 1");
        assertThat(thrown(tests.aborted()))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("only a simulation can do this, not real nodes: run it with"
                        + " -Dpando.testkit.engine=simulator");
    }

    @Test
    void anEngineThatThereIsNotIsRefused() {
        Throwable refused = thrown(kit(FiveSeeds.class)
                .configurationParameter(TestEngine.PROPERTY, "akka")
                .execute()
                .containerEvents()
                .failed());

        assertThat(refused).hasMessage("pando.testkit.engine: 'akka' is neither 'simulator' nor 'jgroups'");
    }

    // ---- a race is found

    private static final Name DIRECTORY = new Name("directory");

    sealed interface Question {}

    record IsTaken(String name) implements Question, Call<Boolean> {}

    /// Answers whether it was taken before.
    record Take(String name) implements Question, Call<Boolean> {}

    record Directory() implements GenServer<Question, List<String>> {
        @Override
        public List<String> init() {
            return List.of();
        }

        @Override
        public Step<List<String>> handle(Question question, List<String> taken) {
            return switch (question) {
                case IsTaken is -> Step.reply(is, taken.contains(is.name()), taken);
                case Take take -> {
                    List<String> more = new ArrayList<>(taken);
                    more.add(take.name());
                    yield Step.reply(take, taken.contains(take.name()), more);
                }
            };
        }
    }

    /// Each node wants the one worker to run, which it starts when there is none.
    abstract static class Workers implements Setup<AtomicInteger> {
        @Override
        public Protocols protocols() {
            return Protocols.of(Directory.class);
        }

        @Override
        public AtomicInteger boot(Node node, Cluster cluster) {
            AtomicInteger started = new AtomicInteger();
            if (node.name().name().equals("n1")) {
                node.start(new Directory(), DIRECTORY);
            }
            return started;
        }

        abstract boolean mayStart();

        @SimulatedCluster(seeds = 200)
        void thereIsOneWorker(TestCluster<AtomicInteger> cluster) {
            for (var member : cluster.alive()) {
                member.node().spawn(() -> {
                    Self.sleep(Duration.ofMillis(
                            member.node().host().entropy().random().nextInt(100)));
                    if (mayStart()) {
                        member.app().incrementAndGet();
                    }
                });
            }
            cluster.runFor(Duration.ofSeconds(5));

            int workers = cluster.alive().stream()
                    .mapToInt(member -> member.app().get())
                    .sum();
            assertThat(workers).as("workers").isEqualTo(1);
        }
    }

    static final class InOneStep extends Workers {
        @Override
        boolean mayStart() {
            return !Self.call(DIRECTORY.on(NodeName.of("n1")), new Take("worker"));
        }
    }

    static final class CheckThenAct extends Workers {
        @Override
        boolean mayStart() {
            if (Self.call(DIRECTORY.on(NodeName.of("n1")), new IsTaken("worker"))) {
                return false;
            }
            Self.call(DIRECTORY.on(NodeName.of("n1")), new Take("worker"));
            return true;
        }
    }

    @Test
    void aWorkerThatIsStartedByCheckThenActIsFound() {
        run(InOneStep.class).testEvents().assertStatistics(counted -> counted.succeeded(200));

        Events tests = run(CheckThenAct.class).testEvents();
        tests.assertStatistics(counted -> counted.failed(1));
        assertThat(thrown(tests.failed())).hasMessageContaining("[workers]").hasMessageContaining("-Dpando.seed=");
    }
}
