package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import dev.pando.cluster.spi.Firewall;
import dev.pando.cluster.spi.Refusal;
import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/// A node's part in a cluster: who else is there.
///
/// Who is in the cluster is decided by each node for itself, from the engine's view and the sessions it
/// has; in a partition each side sees its own side. Once a cluster is made for a node, the node's verbs
/// reach the processes of all nodes listed here.
public final class Cluster {

    private static final Duration LEAVE = Duration.ofSeconds(10);

    private final Node node;
    private final Sessions sessions;
    private final Supplier<Engine> engines;

    private Cluster(Node node, Supplier<Engine> engines, SortedMap<String, String> labels, int messageBytesMax) {
        this.node = node;
        this.sessions = new Sessions(node, labels, messageBytesMax);
        this.engines = engines;
        node.speak(Member.PROTOCOLS);
        node.attach(sessions);
    }

    /// A cluster over JGroups. It is joined when its [#childSpec] is started.
    ///
    /// @throws IllegalStateException when the node has a cluster already
    public static Cluster of(Node node, ClusterConfig config) {
        return new Cluster(node, () -> new JGroupsEngine(config), config.labels(), config.messageBytesMax());
    }

    /// A cluster over another engine; each start of the child takes a new one.
    public static Cluster of(Node node, Supplier<Engine> engines) {
        return of(node, engines, Collections.emptySortedMap());
    }

    /// As [#of(Node, Supplier)], with labels that the other nodes see.
    public static Cluster of(Node node, Supplier<Engine> engines, SortedMap<String, String> labels) {
        return new Cluster(node, engines, labels, ClusterConfig.MESSAGE_BYTES_MAX);
    }

    /// A JGroups engine that hears only whom its firewall admits, for tests of partitions; give it to
    /// [#of(Node, Supplier)]. Whoever makes it may close it at any time, which ends its connections.
    public static Engine engine(ClusterConfig config, Firewall firewall) {
        return new JGroupsEngine(config, firewall);
    }

    /// Makes a cluster and joins it, outside of any supervision tree.
    ///
    /// @throws dev.pando.core.ExitException when joining fails, for instance because the port is taken
    public static Cluster join(Node node, ClusterConfig config) {
        Cluster cluster = of(node, config);
        node.start(cluster.member(), Member.NAME);
        return cluster;
    }

    /// Joins when it is started, leaves when it is stopped: the first child of an application's tree.
    public ChildSpec childSpec() {
        return ChildSpec.of("cluster", member()).shutdown(LEAVE).name(Member.NAME);
    }

    public Node node() {
        return node;
    }

    /// The other nodes that this one has a session with, by name.
    public List<NodeName> nodes() {
        return sessions.nodes();
    }

    // ---- connecting

    /// Connects to the node that listens at an address, and with it to all that are in a cluster with it:
    /// the two become one. Waits until there is a session with it; goes on looking for it afterwards, too,
    /// when there is none.
    ///
    /// @param endpoint `host:port`; `name@host:port` is understood
    /// @return the node there, which may be this one; empty when the time is up, or the thread is
    ///     interrupted. A node with another cookie, another cluster name or without the same TLS is not
    ///     found
    /// @throws IllegalArgumentException when that is no address, or its host is unknown
    /// @throws IllegalStateException when the cluster's child has not been started
    public Optional<NodeName> connect(String endpoint, Duration timeout) {
        InetSocketAddress address = ClusterConfig.parse("connect", endpoint);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("connect: the host of '" + endpoint + "' is unknown");
        }
        return connect(address, timeout);
    }

    /// As [#connect(String, Duration)].
    ///
    /// @throws IllegalArgumentException when the address is not resolved
    public Optional<NodeName> connect(InetSocketAddress address, Duration timeout) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("connect: " + address + " is not resolved");
        }
        return sessions.connect(address, timeout);
    }

    /// Looks no longer for whoever listens at an address that was given to [#connect]. Ends no session. Does nothing
    /// when the cluster's child does not run.
    public void forget(InetSocketAddress address) {
        sessions.forget(address);
    }

    /// Where this node listens; empty over an engine that has no addresses.
    ///
    /// @throws IllegalStateException when the cluster's child has not been started
    public Optional<InetSocketAddress> address() {
        return sessions.address();
    }

    /// Connects to a node that is in the cluster and was disconnected, and waits until there is a session
    /// with it.
    ///
    /// @return `false` when the time is up, or the thread is interrupted
    public boolean connect(NodeName other, Duration timeout) {
        return sessions.connect(other, timeout);
    }

    /// Ends the session with a node; both get a [NodeDown] with `DISCONNECTED`, and links, monitors and
    /// calls between them end with `NoConnection`. Both stay in the cluster, and have no session until one
    /// of them connects to the other, or one is out of the engine's view for a while, as in a partition.
    /// Does not wait.
    ///
    /// @return whether there was a session
    public boolean disconnect(NodeName other) {
        return sessions.disconnect(other);
    }

    /// Whether a node answers in time. A node without a session does not.
    public boolean ping(NodeName other, Duration timeout) {
        try {
            return node.call(Member.NAME.on(other), new Member.Ping(), timeout);
        } catch (ExitException e) {
            return false;
        }
    }

    /// Runs a job on a node, this one or another, in a process of its own, and waits for its result. When
    /// the caller gives up, the job goes on.
    ///
    /// @throws ExitException when there is no result: the reason for which the job failed, `Timeout` or
    ///     `NoConnection` (it may have been done), `NoProcess` when the node is not part of a cluster
    public <R> R call(NodeName on, Job<R> job, Duration timeout) {
        Object answer = node.<Object>call(Member.NAME.on(on), asCall(job), timeout);
        if (answer instanceof Member.Failed(ExitReason reason)) {
            throw new ExitException(reason);
        }
        return result(answer);
    }

    @SuppressWarnings("unchecked")
    private static Call<Object> asCall(Job<?> job) {
        return (Call<Object>) job;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the job's own type says so
    private static <R> R result(Object answer) {
        return (R) answer;
    }

    // ---- who is there

    /// The other nodes with their labels and what has gone through their sessions, by name.
    public List<PeerInfo> peers() {
        return sessions.peers();
    }

    /// The labels of this node.
    public SortedMap<String, String> labels() {
        return sessions.labels();
    }

    /// The labels of a node, this one or one that there is a session with.
    public Optional<SortedMap<String, String>> labels(NodeName of) {
        return sessions.labels(of);
    }

    /// Waits until so many nodes, this one included, are connected.
    ///
    /// @return `false` when the time is up
    public boolean awaitMembers(int count, Duration timeout) {
        return sessions.awaitNodes(count - 1, timeout);
    }

    /// The node that has been in the engine's view for longest, as this node sees it: the one that installs
    /// new views. For operators and tests; nothing in Pando hangs on it.
    public Optional<NodeName> coordinator() {
        return sessions.oldest();
    }

    /// Sends [NodeUp] and [NodeDown] to a process of this node from now on. Ask for [#nodes] afterwards to
    /// know who was there before.
    ///
    /// @throws IllegalArgumentException when the process is of another node
    public void monitorNodes(Pid subscriber) {
        sessions.subscribe(subscriber);
    }

    public void demonitorNodes(Pid subscriber) {
        sessions.unsubscribe(subscriber);
    }

    /// What was refused of what came over the network since the start, by its kind. Each kind is also logged, with its
    /// origin, at most once a second.
    public Map<Refusal, Long> refused() {
        return sessions.refused();
    }

    /// How much of one kind was refused since the start.
    public long refused(Refusal kind) {
        return sessions.refused(kind);
    }

    private Member member() {
        return new Member(sessions, engines);
    }
}
