package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Starts the same supervisor on the nodes of a herd.
final class Supervisors {

    static final Name SERVER = new Name("pando.supervisor.workers");
    /// The cluster's part in a supervision tree.
    static final Name CLUSTER = new Name("cluster");

    static final Duration LIMIT = Duration.ofSeconds(10);

    static List<DistributedSupervisor> on(Herd herd) {
        return on(herd, (_, _, _) -> true);
    }

    static List<DistributedSupervisor> on(Herd herd, TakeOvers takeOvers) {
        return on(herd, Placement.consistentHash(), takeOvers);
    }

    static List<DistributedSupervisor> on(Herd herd, Placement placement, TakeOvers takeOvers) {
        return on(herd, SupervisorOptions.of(placement).takeOvers(takeOvers));
    }

    static List<DistributedSupervisor> on(Herd herd, SupervisorOptions options) {
        List<DistributedSupervisor> supervisors =
                herd.clusters.stream().map(cluster -> on(cluster, options)).toList();
        // One that has not met another yet places nothing there.
        for (int i = 0; i < supervisors.size(); i++) {
            Cluster cluster = herd.clusters.get(i);
            DistributedSupervisor supervisor = supervisors.get(i);
            Eventually.holds(() -> assertThat(
                            supervisor.statusOf(cluster.node().name(), LIMIT).nodes())
                    .isEqualTo(cluster.nodes().size() + 1));
        }
        return supervisors;
    }

    /// Returns once a node's supervisor knows so many, itself included.
    static void awaitNodes(DistributedSupervisor supervisor, int nodes) {
        Eventually.holds(
                TillJvm.LIMIT,
                () -> assertThat(supervisor
                                .statusOf(supervisor.node().name(), TillJvm.LIMIT)
                                .nodes())
                        .isEqualTo(nodes));
    }

    static DistributedSupervisor on(Herd herd, int i) {
        return on(herd.clusters.get(i), Placement.consistentHash());
    }

    static DistributedSupervisor on(Cluster cluster, Placement placement) {
        return on(cluster, SupervisorOptions.of(placement));
    }

    static DistributedSupervisor on(Cluster cluster, SupervisorOptions options) {
        DistributedSupervisor supervisor = DistributedSupervisor.of(cluster, "workers", options);
        cluster.node().start(supervisor.childSpec().behaviour());
        return supervisor;
    }

    /// The same on nodes that wait to join, each below the cluster in a supervision tree that
    /// restarts both.
    static List<DistributedSupervisor> inTrees(Herd herd) {
        List<DistributedSupervisor> supervisors = herd.clusters.stream()
                .map(cluster -> DistributedSupervisor.of(cluster, "workers", Placement.consistentHash()))
                .toList();
        for (int i : herd.alive()) {
            herd.node(i)
                    .start(Supervisor.of(
                                    Strategy.ONE_FOR_ONE,
                                    herd.clusters.get(i).childSpec().name(CLUSTER),
                                    supervisors.get(i).childSpec())
                            .intensity(100, Duration.ofSeconds(5)));
        }
        herd.awaitAll();
        return supervisors;
    }

    /// Starts workers `c0`, `c1`, … through all nodes in turn.
    static List<Pid> start(List<DistributedSupervisor> supervisors, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> supervisors
                        .get(i % supervisors.size())
                        .startOrGet(Worker.spec("c" + i), LIMIT)
                        .pid())
                .toList();
    }

    /// Where a node finds these workers; those it does not find are left out.
    static List<Pid> pids(DistributedSupervisor supervisor, int count) {
        return IntStream.range(0, count)
                .boxed()
                .flatMap(i -> supervisor.lookup("c" + i).stream())
                .toList();
    }

    /// The state of a child as a node knows it; empty when it knows none.
    static List<ChildState> state(DistributedSupervisor supervisor, String id) {
        return supervisor.children().stream()
                .filter(child -> child.id().equals(id))
                .map(Child::state)
                .toList();
    }

    static List<String> ids(DistributedSupervisor supervisor) {
        return supervisor.children().stream().map(Child::id).sorted().toList();
    }

    /// Waits until every node knows so many running children, and no others.
    static void awaitRunning(List<DistributedSupervisor> supervisors, int count) {
        Eventually.holds(() -> assertThat(supervisors)
                .allSatisfy(supervisor -> assertThat(supervisor.children())
                        .hasSize(count)
                        .allMatch(child -> child.state() == ChildState.RUNNING)));
    }

    /// Waits until there are so many children, each lives exactly once, and all nodes that are left
    /// know where.
    static void awaitOneEach(Herd herd, List<DistributedSupervisor> supervisors, int count) {
        Eventually.holds(() -> assertOneEach(herd, supervisors, count));
    }

    static void assertOneEach(Herd herd, List<DistributedSupervisor> supervisors, int count) {
        Map<String, List<Pid>> copies = herd.copies();
        assertThat(copies.keySet()).hasSize(count);
        assertThat(copies.values()).allMatch(pids -> pids.size() == 1);
        for (int i : herd.alive()) {
            assertThat(supervisors.get(i).children()).hasSize(count);
            assertThat(copies)
                    .allSatisfy((id, pids) ->
                            assertThat(supervisors.get(i).lookup(id)).contains(pids.getFirst()));
        }
    }

    /// Waits until no node knows of another one that runs the supervisor.
    static void awaitAlone(Herd herd, List<DistributedSupervisor> supervisors) {
        for (int i : herd.alive()) {
            Eventually.holds(() -> assertThat(
                            supervisors.get(i).statusOf(herd.name(i), LIMIT).nodes())
                    .isOne());
        }
    }

    /// Nodes without labels and children.
    static List<Candidate> candidates(Collection<NodeName> nodes) {
        return nodes.stream()
                .map(node -> new Candidate(node, Collections.emptySortedMap(), 0))
                .toList();
    }

    /// So many ids that placement gives to a node as long as all nodes of the herd are there.
    static List<String> placedOn(Herd herd, int i, int count) {
        List<NodeName> all = herd.nodes.stream().map(Node::name).toList();
        return IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> "p" + n)
                .filter(id ->
                        Placement.consistentHash().place(id, candidates(all)).equals(Optional.of(herd.name(i))))
                .limit(count)
                .toList();
    }

    /// Waits until a node knows a running copy of a child that is not on a given node.
    static void awaitRunningWithout(DistributedSupervisor supervisor, String id, NodeName without) {
        Eventually.holds(() -> assertThat(supervisor.lookup(id).map(Pid::node))
                .isPresent()
                .hasValueSatisfying(node -> assertThat(node).isNotEqualTo(without)));
    }

    private Supervisors() {}
}
