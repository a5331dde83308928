package dev.pando.cluster.discovery;

import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The topologies of a node, each a process that asks its strategy where nodes listen, and connects to them.
///
/// What discovery says only ever leads to a connection: whoever is there and has another cookie or no certificate is
/// not connected to, and whoever is missing from an answer is not disconnected from. Who is in the cluster is decided
/// by [Cluster] as ever.
public final class Topologies {

    private static final Duration ASK = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final List<Topology> all;
    private final TopologyListener listener;

    private Topologies(Cluster cluster, List<Topology> all, TopologyListener listener) {
        this.cluster = cluster;
        this.all = List.copyOf(all);
        this.listener = listener;
        Set<String> names = new HashSet<>();
        for (Topology topology : all) {
            if (!names.add(topology.name())) {
                throw new IllegalArgumentException("two topologies are called '" + topology.name() + "'");
            }
        }
    }

    /// The topologies of a node, each under a name of its own.
    ///
    /// @throws IllegalArgumentException when two have the same name
    public static Topologies of(Cluster cluster, Topology... all) {
        return of(cluster, List.of(all));
    }

    /// As [#of(Cluster, Topology...)].
    public static Topologies of(Cluster cluster, List<Topology> all) {
        return new Topologies(cluster, all, TopologyListener.none());
    }

    /// With somebody who is told what becomes of attempts to connect.
    public Topologies listener(TopologyListener listener) {
        return new Topologies(cluster, all, listener);
    }

    /// To be started after the cluster's child. Starting does not wait for anybody to be found, see
    /// [Cluster#awaitMembers]; when it is stopped – before the cluster's child, as the tree has it – no more
    /// connections are made.
    public ChildSpec childSpec() {
        ChildSpec[] children = all.stream().map(this::child).toArray(ChildSpec[]::new);
        return ChildSpec.of("topologies", Supervisor.of(Strategy.ONE_FOR_ONE, children));
    }

    private ChildSpec child(Topology topology) {
        return ChildSpec.of(topology.name(), new TopologyServer(cluster, topology, listener))
                .name(server(topology));
    }

    private static Name server(Topology topology) {
        return new Name("pando.topology." + topology.name());
    }

    /// How each topology stands, in the order in which they were given. Waits for up to 5 seconds for each.
    ///
    /// @throws ExitException with `NoProcess` when they have not been started
    public List<TopologyStatus> status() {
        Node node = cluster.node();
        List<TopologyStatus> found = new ArrayList<>();
        for (Topology topology : all) {
            found.add(node.call(server(topology), new TopologyServer.Status(), ASK));
        }
        return found;
    }
}
