package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Clusters under faults that are scripted and drawn.
final class SimulatedNodesTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(2);

    private static SimulatedNodes<List<CallOutcomes.Made>> callers(Simulation simulation, int count) {
        return SimulatedNodes.start(simulation, count, Protocols.of(Echo.class), Resources::none, (node, cluster) -> {
            node.start(new Echo(), Echo.NAME);
            List<CallOutcomes.Made> calls = new ArrayList<>();
            node.spawn(() -> {
                int number = 0;
                while (true) {
                    Self.sleep(Duration.ofMillis(node.host().entropy().random().nextInt(500)));
                    var others = cluster.nodes();
                    if (!others.isEmpty()) {
                        var other = others.get(node.host().entropy().random().nextInt(others.size()));
                        String what = node.name() + " to " + other;
                        long begun = node.host().clock().nanos();
                        // Open until it has ended: one that never does must show.
                        calls.add(new CallOutcomes.Made(what, begun, CALL, Optional.empty(), Optional.empty()));
                        Optional<ExitReason> failure = Optional.empty();
                        try {
                            assertThat(Self.call(Echo.NAME.on(other), new Echo.Say(++number), CALL))
                                    .isEqualTo(number);
                        } catch (ExitException e) {
                            failure = Optional.of(e.reason());
                        }
                        Optional<Long> ended = Optional.of(node.host().clock().nanos());
                        calls.set(calls.size() - 1, new CallOutcomes.Made(what, begun, CALL, ended, failure));
                    }
                }
            });
            return calls;
        });
    }

    private static Trace faults(Simulation simulation) {
        return faults(simulation, 4);
    }

    private static Trace faults(Simulation simulation, int count) {
        try (var nodes = callers(simulation, count)) {
            nodes.faults(6, WINDOW);
            nodes.heal();
            nodes.converge(BOUND, Verdict::sound);
        }
        return simulation.trace();
    }

    @Test
    void drawnFaultsAreTheSameForTheSameSeedWithBothDrivers() {
        Set<Long> hashes = new LinkedHashSet<>();
        for (long seed = 0; seed < 40; seed++) {
            Trace baton = faults(new Simulation(seed, true, new BatonDriver()));
            Trace executor = faults(new Simulation(seed, true, new ExecutorDriver()));

            assertThat(executor.lines()).isEqualTo(baton.lines());
            assertThat(executor.hash()).isEqualTo(baton.hash());
            hashes.add(baton.hash());
        }
        assertThat(hashes).hasSize(40);
    }

    /// All kinds of faults come up, or the last test shows little.
    @Test
    void everyKindOfFaultIsDrawn() {
        Set<FaultPlan.Kind> kinds = new LinkedHashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            FaultPlan plan = FaultPlan.draw(
                    new Chance(seed).stream("faults"),
                    List.of(FaultPlan.Kind.values()),
                    List.of("a", "b", "c"),
                    5,
                    WINDOW);
            plan.faults().forEach(fault -> {
                kinds.add(fault.kind());
                assertThat(fault.at().plus(fault.lasts())).isLessThanOrEqualTo(WINDOW);
                assertThat(fault.first()).isNotEmpty().doesNotContainAnyElementsOf(fault.others());
                assertThat(fault.others()).isNotEmpty();
            });
            assertThat(plan.faults().stream()
                            .filter(fault ->
                                    fault.kind() == FaultPlan.Kind.CRASH || fault.kind() == FaultPlan.Kind.MID_VIEW))
                    .hasSizeLessThanOrEqualTo(1);
        }

        assertThat(kinds).containsExactlyInAnyOrder(FaultPlan.Kind.values());
    }

    /// A caller whose own machine stood still comes late; that is what the slack is for.
    @Test
    void everyCallEndsWithAReplyOrAReason() {
        for (long seed = 0; seed < 40; seed++) {
            try (var nodes = callers(Simulation.traced(seed), 4)) {
                nodes.faults(6, WINDOW);
                nodes.heal();
                nodes.simulation().runFor(Duration.ofSeconds(20));
                for (var member : nodes.alive()) {
                    assertThat(member.app()).isNotEmpty();
                    nodes.require(CallOutcomes.check(
                            member.app(), member.node().host().clock().nanos(), WINDOW));
                }
            }
        }
    }

    // ---- single faults

    /// Each says who was up and down for it.
    private static SimulatedNodes<List<String>> observers(long seed, int count) {
        return SimulatedNodes.start(
                Simulation.traced(seed), count, Protocols.none(), Resources::none, (node, cluster) -> {
                    List<String> seen = new ArrayList<>();
                    cluster.monitorNodes(node.spawn(() -> {
                        while (true) {
                            switch (Self.receive(Signal.class)) {
                                case NodeUp up -> seen.add("up " + up.node().name());
                                case NodeDown down ->
                                    seen.add("down " + down.node().name());
                                default -> {}
                            }
                        }
                    }));
                    return seen;
                });
    }

    @Test
    void aFalseSuspicionEndsTheSessionOnBothSidesAndIsGotOver() {
        for (long seed = 0; seed < 20; seed++) {
            try (var nodes = observers(seed, 3)) {
                nodes.simulation().suspect("n1", "n2", Duration.ofSeconds(3));
                nodes.simulation().runFor(Duration.ofSeconds(20));

                assertThat(nodes.isWhole())
                        .as(nodes.simulation().trace().last(20))
                        .isTrue();
                assertThat(nodes.member("n1").app()).contains("down n2").endsWith("up n2");
                assertThat(nodes.member("n2").app()).contains("down n1").endsWith("up n1");
                assertThat(nodes.member("n3").app()).doesNotContain("down n1", "down n2");
            }
        }
    }

    @Test
    void aViewThatRepeatsItselfIsNoNews() {
        try (var nodes = observers(1, 3)) {
            nodes.simulation().runFor(Duration.ofSeconds(1));
            int before = nodes.member("n1").app().size();
            nodes.simulation().repeatViews();
            nodes.simulation().runFor(Duration.ofSeconds(10));

            assertThat(nodes.member("n1").app()).hasSize(before);
        }
    }

    @Test
    void anOldestMemberThatCrashesInMidViewLeavesTheOthersTogether() {
        for (long seed = 0; seed < 50; seed++) {
            try (var nodes = observers(seed, 4)) {
                List<String> crashed = new ArrayList<>();
                for (String name : nodes.names()) {
                    if (crashed.isEmpty()) {
                        nodes.simulation().crashInMidView(name).ifPresent(crashed::add);
                    }
                }
                nodes.simulation().runFor(Duration.ofSeconds(20));

                assertThat(crashed).hasSize(1);
                for (String name : nodes.names()) {
                    assertThat(
                                    name.equals(crashed.getFirst())
                                            ? List.of("a", "b")
                                            : nodes.member(name).cluster().nodes())
                            .as("%s of seed %d", name, seed)
                            .hasSize(2);
                }
            }
        }
    }

    /// That was sent by a connection of its own, and is as stuck as a cut leaves it.
    @Test
    void whatAnEarlierStartHadSentDoesNotHoldUpALaterOne() {
        try (var nodes = callers(Simulation.traced(1), 2)) {
            nodes.simulation().runFor(Duration.ofSeconds(1));
            nodes.simulation().cutOneWay(Set.of("n1"), Set.of("n2"));
            nodes.simulation().runFor(Duration.ofSeconds(3));
            nodes.crash("n1");
            nodes.simulation().runFor(Duration.ofSeconds(1));
            nodes.restart("n1");
            nodes.simulation().runFor(Duration.ofSeconds(1));
            nodes.heal();

            nodes.converge(BOUND, Verdict::sound);
        }
    }

    // ---- what is said when something is wrong

    @Test
    void whatDoesNotConvergeIsToldWithTheSeedAndTheLastEvents() {
        try (var nodes = observers(7, 2)) {
            assertThatThrownBy(() -> nodes.converge(Duration.ofSeconds(1), () -> new Verdict(List.of("k is lost"))))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("not converged within PT1S:\nk is lost\n")
                    .hasMessageContaining("-Dpando.seed=7")
                    .hasMessageContaining("n1           starts");
        }
    }

    @Test
    void whatCannotBeDoneIsNamed() {
        try (var nodes = observers(1, 2)) {
            assertThatThrownBy(() -> nodes.restart("n1")).hasMessageContaining("n1 has not crashed");
            assertThatThrownBy(() -> nodes.crash("n9"))
                    .hasMessageContaining("no node is called n9; there are [n1, n2]");
        }
        assertThatThrownBy(() -> observers(1, 0)).hasMessage("0 nodes; a cluster has at least one");
    }

    // ---- nothing stays

    @Test
    void manyClustersLeaveNoThreadAndNoMemory() {
        clusters(0, 100);
        Leftovers before = Leftovers.now();
        clusters(100, 500);
        Leftovers after = Leftovers.now();

        after.assertNoMoreThan(before);
    }

    private static void clusters(long firstSeed, long endSeed) {
        for (long seed = firstSeed; seed < endSeed; seed++) {
            Driver driver = seed % 2 == 0 ? new BatonDriver() : new ExecutorDriver();
            faults(new Simulation(seed, false, driver), 5);
        }
    }
}
