package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.spi.Clock;
import dev.pando.core.spi.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Nodes of one cluster over a [Net].
final class Herd implements AutoCloseable {

    private static final Duration JOIN = Duration.ofSeconds(10);
    private static final List<Name> SERVERS = List.of(Supervisors.SERVER, Names.SERVER);

    final Net net = new Net();
    final Census census = new Census();
    final Gate gate = new Gate();
    /// One for each node.
    final List<Named.Directory> directories = new ArrayList<>();

    final List<Node> nodes = new ArrayList<>();
    final List<Cluster> clusters = new ArrayList<>();
    private final Set<Integer> lost = new HashSet<>();

    /// Nodes `n0`, `n1`, … that know each other.
    Herd(int count, Class<?>... spoken) {
        for (int i = 0; i < count; i++) {
            join(resources(), spoken);
        }
        awaitAll();
    }

    private Herd() {}

    /// Nodes whose wall clocks are ahead by so much each.
    static Herd skewed(List<Duration> ahead, Class<?>... spoken) {
        Herd herd = new Herd();
        ahead.forEach(skew -> herd.join(herd.resources(), ahead(skew), spoken));
        herd.awaitAll();
        return herd;
    }

    /// Nodes that have these regions as a label.
    static Herd inRegions(List<String> regions, Class<?>... spoken) {
        Herd herd = new Herd();
        regions.forEach(region -> herd.joinRegion(region, spoken));
        herd.awaitAll();
        return herd;
    }

    int joinRegion(String region, Class<?>... spoken) {
        NodeName name = NodeName.of("n" + nodes.size());
        SortedMap<String, String> labels = new TreeMap<>(Map.of("region", region));
        Cluster cluster = add(name, resources(), Host.jvm(), labels, spoken);
        cluster.node().start(cluster.childSpec().behaviour());
        return nodes.size() - 1;
    }

    private static Host ahead(Duration skew) {
        Host host = Host.jvm();
        Clock clock = host.clock();
        return new Host(
                host.scheduler(),
                new Clock() {
                    @Override
                    public long nanos() {
                        return clock.nanos();
                    }

                    @Override
                    public Instant now() {
                        return clock.now().plus(skew);
                    }
                },
                host.entropy(),
                host.shutdown());
    }

    /// Nodes that are to join by a supervision tree of theirs.
    static Herd waiting(int count, Class<?>... spoken) {
        Herd herd = new Herd();
        for (int i = 0; i < count; i++) {
            herd.add(herd.resources(), Host.jvm(), spoken);
        }
        return herd;
    }

    /// What the children of these tests need.
    Resources resources() {
        directories.add(new Named.Directory());
        return Resources.of(census, gate, directories.getLast());
    }

    /// One more node.
    int join(Resources resources, Class<?>... spoken) {
        return join(resources, Host.jvm(), spoken);
    }

    private int join(Resources resources, Host host, Class<?>... spoken) {
        Cluster cluster = add(resources, host, spoken);
        cluster.node().start(cluster.childSpec().behaviour());
        return nodes.size() - 1;
    }

    /// A node of the name of one that has crashed.
    int rejoin(int former, Class<?>... spoken) {
        Cluster cluster = add(name(former), resources(), Host.jvm(), spoken);
        cluster.node().start(cluster.childSpec().behaviour());
        return nodes.size() - 1;
    }

    private Cluster add(Resources resources, Host host, Class<?>... spoken) {
        return add(NodeName.of("n" + nodes.size()), resources, host, spoken);
    }

    private Cluster add(NodeName name, Resources resources, Host host, Class<?>... spoken) {
        return add(name, resources, host, Collections.emptySortedMap(), spoken);
    }

    private Cluster add(
            NodeName name, Resources resources, Host host, SortedMap<String, String> labels, Class<?>... spoken) {
        Node node = Node.start(name, Protocols.of(spoken), resources, host);
        Cluster cluster = Cluster.of(node, () -> net.engine(node.name()), labels);
        nodes.add(node);
        clusters.add(cluster);
        return cluster;
    }

    /// Returns when all nodes that are left have sessions with each other.
    void awaitAll() {
        for (int i : alive()) {
            if (!clusters.get(i).awaitMembers(alive().size(), JOIN)) {
                throw new IllegalStateException(
                        nodes.get(i) + " sees only " + clusters.get(i).nodes());
            }
        }
    }

    Node node(int i) {
        return nodes.get(i);
    }

    NodeName name(int i) {
        return nodes.get(i).name();
    }

    int indexOf(NodeName name) {
        return nodes.stream().map(Node::name).toList().indexOf(name);
    }

    /// All nodes but one that have not crashed.
    List<Integer> others(int i) {
        return alive().stream().filter(other -> other != i).toList();
    }

    List<NodeName> names(List<Integer> indices) {
        return indices.stream().map(this::name).toList();
    }

    /// The indices of the nodes that have not crashed.
    List<Integer> alive() {
        return IntStream.range(0, nodes.size())
                .filter(i -> !lost.contains(i))
                .boxed()
                .toList();
    }

    /// Ends a node as a power failure would: nothing that it does from now on reaches the others.
    void crash(int i) {
        lost.add(i);
        crash(nodes.get(i));
    }

    private void crash(Node node) {
        net.crash(node.name());
        // Nothing is put in order, so nothing waits for the others.
        for (Name server : SERVERS) {
            node.whereis(server).ifPresent(pid -> node.exit(pid, ExitReason.killed()));
        }
        node.close();
    }

    /// Closes a node in order.
    void close(int i) {
        lost.add(i);
        nodes.get(i).close();
    }

    void cut(List<Integer> side, List<Integer> other) {
        net.cut(names(side), names(other));
    }

    void heal() {
        net.heal();
    }

    /// Holds back what one node sends to others, until [Net#release].
    void hold(int from, List<Integer> to) {
        net.hold(name(from), names(to));
    }

    /// Whether the process lives, on a node that has not crashed.
    boolean isAlive(Pid pid) {
        return alive().stream().map(nodes::get).filter(node -> node.isHere(pid)).anyMatch(node -> node.isAlive(pid));
    }

    /// Whether all that is left of the process is to say where it has gone.
    private boolean hasMoved(String id, Pid pid) {
        return census.ends(id).stream()
                .anyMatch(end -> end.pid().equals(pid) && end.reason() instanceof ExitReason.Moved);
    }

    /// The living copies of a child on all nodes that have not crashed, whether their supervisors
    /// know them or not.
    List<Pid> copies(String id) {
        return census.births(id).stream()
                .map(Census.Birth::pid)
                .filter(this::isAlive)
                .filter(pid -> !hasMoved(id, pid))
                .toList();
    }

    /// All living copies by id.
    Map<String, List<Pid>> copies() {
        Map<String, List<Pid>> copies = new TreeMap<>();
        for (Census.Birth birth : census.births()) {
            if (isAlive(birth.pid()) && !hasMoved(birth.id(), birth.pid())) {
                copies.computeIfAbsent(birth.id(), _ -> new ArrayList<>()).add(birth.pid());
            }
        }
        return copies;
    }

    @Override
    public void close() {
        nodes.forEach(node -> net.crash(node.name()));
        nodes.forEach(this::crash);
    }
}
