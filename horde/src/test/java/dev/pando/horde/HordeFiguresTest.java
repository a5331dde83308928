package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.PeerInfo;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.testkit.Setup;
import dev.pando.testkit.SimulatedCluster;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.SingleOwner;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Figures that Horde was measured by, in simulated time. Its own are in the comments.
class HordeFiguresTest implements Setup<HordeFiguresTest.Horde> {

    private static final int CHILDREN = 40;

    private final Census census = new Census();

    /// A node's registry and supervisor.
    record Horde(HordeRegistry names, DistributedSupervisor workers) {}

    @Override
    public Protocols protocols() {
        return Protocols.of(Named.class);
    }

    @Override
    public Resources resources() {
        return Resources.of(census, new Named.Directory());
    }

    @Override
    public Horde boot(Node node, Cluster cluster) {
        HordeRegistry names = HordeRegistry.start(cluster, "names");
        Self.resource(Named.Directory.class).open(names);
        return new Horde(names, DistributedSupervisor.start(cluster, "workers", Placement.consistentHash()));
    }

    /// Of 40 named children 0 to 22 outlived that. A cut as short as this is hardly ever noticed by both sides.
    @SimulatedCluster(nodes = 4, seeds = 10)
    void fortyNamedChildrenOutliveACutOfFourSeconds(SimulatedNodes<Horde> nodes) {
        fortyOutlive(nodes, Duration.ofSeconds(4));
    }

    /// The same cut, long enough that each side starts what the other has.
    @SimulatedCluster(nodes = 4, seeds = 10)
    void fortyNamedChildrenOutliveACutThatBothSidesNotice(SimulatedNodes<Horde> nodes) {
        fortyOutlive(nodes, Duration.ofSeconds(15));
        assertThat(census.births()).hasSize(2 * CHILDREN);
    }

    private void fortyOutlive(SimulatedNodes<Horde> nodes, Duration cut) {
        Set<String> ids = start(nodes, CHILDREN);

        nodes.partition(List.of("n1", "n2"));
        nodes.runFor(cut);
        nodes.heal();

        nodes.converge(Duration.ofSeconds(30), () -> oneEach(nodes, ids));
    }

    /// It took Horde less than half a second, from the moment at which the others know.
    @SimulatedCluster(nodes = 3, seeds = 10)
    void theChildrenOfALostNodeRunElsewhereHalfASecondAfterItIsMissed(SimulatedNodes<Horde> nodes) {
        Set<String> ids = start(nodes, CHILDREN);
        nodes.crash("n2");
        assertThat(nodes.until(nodes::isWhole, Duration.ofSeconds(20))).isTrue();

        nodes.converge(Duration.ofMillis(500), () -> oneEach(nodes, ids));
    }

    /// A child could be missed for 300 ms on the very node that had started it.
    @SimulatedCluster(nodes = 3, seeds = 10)
    void aChildIsFoundOnItsCallersNodeAtOnce(SimulatedNodes<Horde> nodes) {
        for (TestCluster.Member<Horde> member : nodes.alive()) {
            nodes.run(member.node(), () -> {
                for (int i = 0; i < CHILDREN; i++) {
                    String id = member.name() + "-" + i;
                    Pid pid = member.app().workers().startOrGet(Named.spec(id)).pid();
                    assertThat(member.app().workers().lookup(id)).contains(pid);
                }
            });
        }
    }

    /// 20 idle nodes of Horde say about 5,000 things a second to each other.
    @SimulatedCluster(nodes = 20, seeds = 1)
    void twentyIdleNodesSayFewerThanAHundredThingsASecond(SimulatedNodes<Horde> nodes) {
        start(nodes, 10 * CHILDREN);
        nodes.runFor(Duration.ofSeconds(30));
        long before = said(nodes);

        nodes.runFor(Duration.ofSeconds(60));

        assertThat(said(nodes) - before).isLessThan(60 * 100);
    }

    private static long said(SimulatedNodes<Horde> nodes) {
        return nodes.alive().stream()
                .flatMap(member -> member.cluster().peers().stream())
                .mapToLong(PeerInfo::signalsSent)
                .sum();
    }

    /// Starts children from all nodes in turn.
    private static Set<String> start(SimulatedNodes<Horde> nodes, int count) {
        Set<String> ids = new LinkedHashSet<>();
        List<TestCluster.Member<Horde>> members = nodes.alive();
        for (int i = 0; i < count; i++) {
            TestCluster.Member<Horde> member = members.get(i % members.size());
            ChildSpec spec = Named.spec("c" + i);
            nodes.call(member.node(), () -> member.app().workers().startOrGet(spec));
            ids.add(spec.id());
        }
        nodes.converge(Duration.ofSeconds(5), () -> knownEverywhere(nodes, ids));
        return ids;
    }

    private static Verdict knownEverywhere(SimulatedNodes<Horde> nodes, Set<String> ids) {
        return new Verdict(nodes.alive().stream()
                .filter(member ->
                        !found(member.app().workers()::lookup, ids).keySet().equals(ids))
                .map(member -> member + " does not know all children")
                .toList());
    }

    /// One living process for each id, which all nodes find as child and by name.
    private Verdict oneEach(SimulatedNodes<Horde> nodes, Set<String> ids) {
        Map<String, List<Pid>> living = new LinkedHashMap<>();
        for (String id : ids) {
            living.put(id, living(nodes, id));
        }
        Map<String, Map<String, Pid>> known = new LinkedHashMap<>();
        for (TestCluster.Member<Horde> member : nodes.alive()) {
            known.put(member + "'s supervisor", found(member.app().workers()::lookup, ids));
            known.put(member + "'s registry", found(member.app().names()::lookup, ids));
        }
        return SingleOwner.check(ids, living, known);
    }

    private List<Pid> living(SimulatedNodes<Horde> nodes, String id) {
        return census.births(id).stream()
                .map(Census.Birth::pid)
                .filter(pid -> nodes.alive().stream()
                        .map(TestCluster.Member::node)
                        .anyMatch(node -> node.isHere(pid) && node.isAlive(pid)))
                .toList();
    }

    private static Map<String, Pid> found(Function<String, Optional<Pid>> lookup, Set<String> ids) {
        Map<String, Pid> found = new LinkedHashMap<>();
        ids.forEach(id -> lookup.apply(id).ifPresent(pid -> found.put(id, pid)));
        return found;
    }
}
