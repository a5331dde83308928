package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TargetsTest {

    private static final Endpoint A = new Endpoint("10.0.0.1", 7800);
    private static final Endpoint B = new Endpoint("10.0.0.2", 7800);
    private static final NodeName NODE_A = NodeName.of("a@h");
    private static final NodeName NODE_B = NodeName.of("b@h");
    private static final int MISSES = 3;
    private static final long HOUR = Duration.ofHours(1).toNanos();

    /// Targets and what they have decided so far.
    private static final class Run {
        private final SplittableRandom chance = new SplittableRandom(1);
        private Targets targets = Targets.none();
        private long nanos = Long.MAX_VALUE - HOUR;

        List<Targets.Effect> on(Targets.Event event) {
            Targets.Move move = targets.on(event, nanos, chance);
            targets = move.next();
            return move.effects();
        }

        List<Targets.Effect> answer(Endpoint... endpoints) {
            return on(new Targets.Event.Answer(List.of(endpoints), MISSES));
        }

        List<Targets.Effect> looked(NodeName... connected) {
            return on(new Targets.Event.Looked(Set.of(connected)));
        }

        List<Targets.Effect> reached(Endpoint endpoint, NodeName node) {
            return on(new Targets.Event.Tried(endpoint, Optional.of(address(endpoint)), Optional.of(node)));
        }

        List<Targets.Effect> failed(Endpoint endpoint) {
            return on(new Targets.Event.Tried(endpoint, Optional.of(address(endpoint)), Optional.empty()));
        }

        Targets.Target target(Endpoint endpoint) {
            return Objects.requireNonNull(targets.known().get(endpoint));
        }

        Run pass(Duration time) {
            nanos += time.toNanos();
            return this;
        }
    }

    private static InetSocketAddress address(Endpoint endpoint) {
        return new InetSocketAddress(InetAddress.ofLiteral(endpoint.host()), endpoint.port());
    }

    @Test
    void whoIsNamedIsConnectedToAllAtOnce() {
        assertThat(new Run().answer(A, B))
                .containsExactly(new Targets.Effect.Connect(A), new Targets.Effect.Connect(B));
    }

    @Test
    void anAttemptThatRunsIsNotMadeTwice() {
        Run run = new Run();
        run.answer(A);

        assertThat(run.answer(A)).isEmpty();
        assertThat(run.pass(Duration.ofMinutes(10)).looked()).isEmpty();
    }

    @Test
    void whoIsConnectedIsLeftAlone() {
        Run run = new Run();
        run.answer(A);
        run.pass(Duration.ofMillis(20));

        assertThat(run.reached(A, NODE_A))
                .containsExactly(new Targets.Effect.Connected(A, NODE_A, Duration.ofMillis(20)));
        assertThat(run.answer(A)).isEmpty();
        assertThat(run.pass(Duration.ofHours(2)).looked(NODE_A)).isEmpty();
    }

    @Test
    void aFailedAttemptIsMadeAgainForEverWithGrowingPauses() {
        Run run = new Run();
        run.answer(A);
        Duration longest = Duration.ZERO;
        for (int failures = 1; failures <= 20; failures++) {
            assertThat(run.failed(A)).containsExactly(new Targets.Effect.Unreachable(A, failures));
            long pause = run.target(A).dueNanos() - run.nanos;
            longest = Duration.ofNanos(Math.max(longest.toNanos(), pause));
            assertThat(run.pass(Duration.ofNanos(pause - 1)).looked()).isEmpty();
            assertThat(run.pass(Duration.ofNanos(1)).looked()).containsExactly(new Targets.Effect.Connect(A));
        }
        assertThat(longest).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(45));
    }

    @Test
    void aLostSessionIsLookedForAgain() {
        Run run = new Run();
        run.answer(A);
        run.reached(A, NODE_A);

        assertThat(run.looked()).containsExactly(new Targets.Effect.Disconnected(A, NODE_A));
        assertThat(run.pass(Duration.ofSeconds(1)).looked()).containsExactly(new Targets.Effect.Connect(A));
    }

    @Test
    void whoIsConnectedIsNotGivenUpHoweverOftenAnswersLackIt() {
        Run run = new Run();
        run.answer(A, B);
        run.reached(A, NODE_A);
        run.reached(B, NODE_B);
        for (int i = 0; i < 100; i++) {
            assertThat(run.answer(B)).isEmpty();
        }

        assertThat(run.looked(NODE_B)).containsExactly(new Targets.Effect.Disconnected(A, NODE_A));
        assertThat(run.answer(B)).contains(new Targets.Effect.GiveUp(A), new Targets.Effect.Forget(address(A)));
        assertThat(run.targets.known()).containsOnlyKeys(B);
    }

    @Test
    void whoIsNotConnectedIsGivenUpAfterSeveralAnswersInARowWithoutIt() {
        Run run = new Run();
        run.answer(A);
        run.failed(A);
        run.answer();
        run.answer();
        run.answer(A);
        run.answer();
        run.answer();
        assertThat(run.targets.known()).containsKey(A);

        run.answer();

        assertThat(run.targets.known()).isEmpty();
    }

    @Test
    void anAttemptThatRunsIsAwaitedBeforeItsPlaceIsGivenUp() {
        Run run = new Run();
        run.answer(A);
        for (int i = 0; i < MISSES; i++) {
            assertThat(run.answer()).isEmpty();
        }
        run.reached(A, NODE_A);

        assertThat(run.answer()).isEmpty();
        assertThat(run.target(A).connected()).isTrue();
    }

    @Test
    void anAddressThatAHostNoLongerStandsForIsForgotten() {
        Run run = new Run();
        Endpoint named = new Endpoint("db", 7800);
        run.answer(named);
        run.on(new Targets.Event.Tried(named, Optional.of(address(A)), Optional.of(NODE_A)));
        run.looked();
        run.pass(Duration.ofSeconds(1)).looked();

        assertThat(run.on(new Targets.Event.Tried(named, Optional.of(address(B)), Optional.of(NODE_B))))
                .contains(new Targets.Effect.Forget(address(A)));
    }

    /// Whatever comes in whatever order: an attempt ends before the next one at the same place begins, and a place with
    /// a session is never given up.
    @Test
    void noOrderOfEventsBreaksIt() {
        for (long seed = 0; seed < 500; seed++) {
            Random chance = new Random(seed);
            Run run = new Run();
            List<Endpoint> trying = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                run.pass(Duration.ofMillis(chance.nextInt(2_000)));
                List<Targets.Effect> effects = switch (chance.nextInt(5)) {
                    case 0 -> run.answer(A, B);
                    case 1 -> run.answer(chance.nextBoolean() ? A : B);
                    case 2 -> run.answer();
                    case 3 -> chance.nextBoolean() ? run.looked(NODE_A, NODE_B) : run.looked(NODE_B);
                    default -> {
                        if (trying.isEmpty()) {
                            yield List.of();
                        }
                        Endpoint tried = trying.remove(chance.nextInt(trying.size()));
                        yield chance.nextBoolean()
                                ? run.reached(tried, tried.equals(A) ? NODE_A : NODE_B)
                                : run.failed(tried);
                    }
                };
                for (Targets.Effect effect : effects) {
                    switch (effect) {
                        case Targets.Effect.Connect(Endpoint endpoint) -> {
                            assertThat(trying).as("seed %d", seed).doesNotContain(endpoint);
                            trying.add(endpoint);
                        }
                        case Targets.Effect.GiveUp(Endpoint endpoint) ->
                            assertThat(trying).as("seed %d", seed).doesNotContain(endpoint);
                        default -> {}
                    }
                }
            }
        }
    }
}
