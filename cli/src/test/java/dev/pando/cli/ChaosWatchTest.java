package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.core.GenServer;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class ChaosWatchTest {

    private static final Duration WHILE = Duration.ofSeconds(20);

    private final List<ChaosLog> logs = List.of(new ChaosLog(), new ChaosLog());
    private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();

    /// Says where it is, but for some of the questions, by their number.
    private record Forgetful(Set<Integer> unanswered) implements GenServer<ChaosProbe.Where, Integer> {
        @Override
        public Integer init() {
            Self.trapExits(true);
            return 0;
        }

        @Override
        public Step<Integer> handle(ChaosProbe.Where where, Integer asked) {
            return unanswered.contains(asked + 1) ? Step.noReply(asked + 1) : Step.reply(where, Self.pid(), asked + 1);
        }
    }

    private SimulatedNodes<ChaosLog> start() {
        return SimulatedNodes.start(Simulation.of(1), 2, ChaosProbe.PROTOCOLS, Resources::none, this::boot);
    }

    private ChaosLog boot(Node node, Cluster cluster) {
        boolean first = node.name().name().equals("n1");
        ChaosLog log = logs.get(first ? 0 : 1);
        if (first) {
            cluster.monitorNodes(node.start(new ChaosWatch(NodeName.of("n2"), log)));
        } else {
            node.start(new Forgetful(unanswered), ChaosProbe.NAME);
        }
        return log;
    }

    private List<ChaosSnapshot.Arm> arms() {
        return logs.getFirst().snapshot(1, List.of()).arms();
    }

    @Test
    void aLinkIsMadeAndConfirmedOnce() {
        try (var nodes = start()) {
            nodes.runFor(WHILE);

            assertThat(arms()).singleElement().matches(arm -> arm.confirmed() && arm.certain() && !arm.isSpent());
        }
    }

    @Test
    void whatGotNoAnswerIsAskedAgain() {
        unanswered.addAll(List.of(1, 3, 4));
        try (var nodes = start()) {
            nodes.runFor(WHILE);

            assertThat(arms()).singleElement().matches(ChaosSnapshot.Arm::confirmed);
        }
    }

    @Test
    void aLinkThatFiredIsMadeAnewAndConfirmed() {
        try (var nodes = start()) {
            nodes.runFor(WHILE);
            nodes.partition(List.of("n1"));
            nodes.runFor(WHILE);
            nodes.heal();
            nodes.runFor(WHILE);

            assertThat(arms()).hasSize(2).allMatch(ChaosSnapshot.Arm::confirmed);
            assertThat(arms()).first().matches(ChaosSnapshot.Arm::isSpent);
            assertThat(arms()).last().matches(arm -> !arm.isSpent());
        }
    }
}
