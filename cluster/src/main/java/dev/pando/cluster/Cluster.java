package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A node's part in a cluster: who else is there.
///
/// Who is in the cluster is decided by each node for itself, from the engine's view and the sessions it has; in a
/// partition each side sees its own side. Once a cluster is made for a node, the node's verbs reach the processes of
/// all nodes listed here.
public final class Cluster {

    private static final Duration LEAVE = Duration.ofSeconds(10);

    private final Node node;
    private final Sessions sessions;
    private final Supplier<Engine> engines;

    private Cluster(Node node, Supplier<Engine> engines) {
        this.node = node;
        this.sessions = new Sessions(node);
        this.engines = engines;
        node.attach(sessions);
    }

    /// A cluster over JGroups. It is joined when its [#childSpec] is started.
    ///
    /// @throws IllegalStateException when the node has a cluster already
    public static Cluster of(Node node, ClusterConfig config) {
        return of(node, () -> new JGroupsEngine(config));
    }

    /// A cluster over another engine; each start of the child takes a new one.
    public static Cluster of(Node node, Supplier<Engine> engines) {
        return new Cluster(node, engines);
    }

    /// Makes a cluster and joins it, outside of any supervision tree.
    ///
    /// @throws dev.pando.core.ExitException when joining fails, for instance because the port is taken
    public static Cluster join(Node node, ClusterConfig config) {
        Cluster cluster = of(node, config);
        node.start(cluster.member());
        return cluster;
    }

    /// Joins when it is started, leaves when it is stopped: the first child of an application's tree.
    public ChildSpec childSpec() {
        return ChildSpec.of("cluster", member()).shutdown(LEAVE);
    }

    public Node node() {
        return node;
    }

    /// The other nodes that this one has a session with, by name.
    public List<NodeName> nodes() {
        return sessions.nodes();
    }

    /// Waits until so many nodes, this one included, are connected.
    ///
    /// @return `false` when the time is up
    public boolean awaitMembers(int count, Duration timeout) {
        return sessions.awaitNodes(count - 1, timeout);
    }

    /// The node that has been in the engine's view for longest, as this node sees it: the one that installs new
    /// views. For operators and tests; nothing in Pando hangs on it.
    public Optional<NodeName> coordinator() {
        return sessions.oldest();
    }

    /// Sends [NodeUp] and [NodeDown] to a process of this node from now on. Ask for [#nodes] afterwards to know who was
    /// there before.
    ///
    /// @throws IllegalArgumentException when the process is of another node
    public void monitorNodes(Pid subscriber) {
        sessions.subscribe(subscriber);
    }

    public void demonitorNodes(Pid subscriber) {
        sessions.unsubscribe(subscriber);
    }

    /// Frames of the engine that were refused since the start.
    public long refusedFrames() {
        return sessions.refusedFrames();
    }

    private Member member() {
        return new Member(sessions, engines);
    }

    /// Holds the engine for as long as it lives. It is not spoken to.
    private record Member(Sessions sessions, Supplier<Engine> engines) implements GenServer<Cast, Sessions> {

        @Override
        public Sessions init() {
            Self.trapExits(true);
            sessions.join(engines.get());
            return sessions;
        }

        @Override
        public Step<Sessions> handle(Cast message, Sessions state) {
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, Sessions state) {
            state.leave();
        }
    }
}
