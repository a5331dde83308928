package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Address;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.Dest;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.HandOver;
import dev.pando.core.Initialized;
import dev.pando.core.Listeners;
import dev.pando.core.MultiReply;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Start;
import dev.pando.core.Step;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.core.Via;
import dev.pando.horde.SupervisorProtocol.Ensured;
import dev.pando.horde.SupervisorProtocol.Terminated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Children that run somewhere in the cluster, one of each id, and go on elsewhere when their node
/// is lost.
///
/// Every node that runs the supervisor has the records of all children. A child's node decides
/// about it while it lives; when the node is lost, the one that placement names claims the child
/// and starts it afresh. In a partition each side does so with the children of the other, and both
/// run a copy; when the sides meet, one copy stays – the one that was never taken over, else the
/// older one – and the other is ended with `NameConflict`. So there is one child per id after
/// convergence, not at every moment: what must not happen twice needs an idempotency key at its
/// sink.
///
/// With a placement that has a [Quorum], a node that sees too few of the voters runs no children
/// instead: it stops them, refuses to start or terminate any, with `NoQuorum`, and finds none. When
/// it sees enough again it starts those that nobody has taken over. The others take over from a
/// node that ended without a word, or is cut off, only after the quorum's margin, and those of a
/// node that has left in order or was started anew at once. So, when a cut parts the cluster in
/// sides, two copies of a child run between the cut and its detection at most, and not later. Two
/// nodes that do not see each other while both see the majority may still start a child on both;
/// one copy stays, as above, when they meet.
///
/// A child's restarts are counted apart from others': more than 3 in 5 seconds, unless told
/// otherwise, leave it in state `CRASHED`, on its node.
public final class DistributedSupervisor {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);
    private static final int PAGE = 1000;
    private static final Pid NOBODY = new Pid(new NodeName("nobody", "nowhere.invalid"), 0, 0);

    private final Node node;
    private final Cluster cluster;
    private final Name server;
    private final SupervisorOptions options;
    private final Listeners listeners;
    private final View view;
    private final Registry children = new Children();

    private DistributedSupervisor(Cluster cluster, String name, SupervisorOptions options) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.server = new Name("pando.supervisor." + name);
        this.options = options;
        this.listeners = new Listeners(node);
        this.view = new View(name, listeners);
        node.speak(Protocols.of(SupervisorProtocol.class));
    }

    /// A supervisor that lives while its [#childSpec] runs. Supervisors of the same name on all
    /// nodes of a cluster are one, and must be given the same placement.
    public static DistributedSupervisor of(Cluster cluster, String name, Placement placement) {
        return of(cluster, name, SupervisorOptions.of(placement));
    }

    /// As the shorter form, with all that can be chosen.
    public static DistributedSupervisor of(Cluster cluster, String name, SupervisorOptions options) {
        return new DistributedSupervisor(cluster, name, options);
    }

    /// Makes a supervisor and starts it, outside of any supervision tree.
    public static DistributedSupervisor start(Cluster cluster, String name, Placement placement) {
        DistributedSupervisor supervisor = of(cluster, name, placement);
        cluster.node().start(supervisor.behaviour());
        return supervisor;
    }

    /// To be started after the cluster's. When it stops, its children on this node are handed over
    /// to others, see [SupervisorOptions]; those that nobody has taken within the time are stopped,
    /// and go on elsewhere.
    public ChildSpec childSpec() {
        return ChildSpec.of(server.value(), behaviour());
    }

    /// The server, and who sees to it that its children are handed over before it stops. A failure is
    /// the business of the tree that both are in: what comes after them may have to start again too.
    private Supervisor behaviour() {
        return Supervisor.of(
                        Strategy.ONE_FOR_ALL,
                        ChildSpec.of("server", new Server(this)).name(server).shutdown(Duration.ofSeconds(30)),
                        ChildSpec.of("drain", new Drain(this))
                                .shutdown(options.drain().plusSeconds(1)))
                .intensity(0, Duration.ofSeconds(1));
    }

    /// The child with this id, wherever it runs; started where placement says when it runs nowhere.
    /// Once this returns, [#lookup] on this node finds it, and the loss of one node, be it this one
    /// or the child's, does not lose it: two nodes know its record, unless this one is alone.
    ///
    /// When the node it is started on is lost meanwhile, another takes its place within the time.
    /// Waits 5 seconds at most.
    ///
    /// @throws ExitException when it could not be started: the reason for which its `init` failed, `NoQuorum`, or
    ///     `Timeout` – it may have been started then, and asking again is safe
    /// @throws dev.pando.core.wire.WireException when the spec cannot travel, or is too large to
    public Start startOrGet(ChildSpec spec) {
        return startOrGet(spec, Node.CALL);
    }

    /// As [#startOrGet(ChildSpec)], with a deadline.
    public Start startOrGet(ChildSpec spec, Duration timeout) {
        Optional<Pid> known = lookup(spec.id());
        if (known.isPresent()) {
            return new Start.AlreadyStarted(known.get());
        }
        requireTravels(spec);
        return switch (node.call(server, new SupervisorProtocol.Ensure(spec, timeout.toNanos()), timeout)) {
            case Ensured.Runs(Pid pid, boolean started) ->
                started ? new Start.Started(pid) : new Start.AlreadyStarted(pid);
            case Ensured.NotStarted(ExitReason reason) -> throw new ExitException(reason);
        };
    }

    /// Fails here and now, not on the servers that would have to tell each other of the spec: has
    /// it encoded, for a process that never was.
    private void requireTravels(ChildSpec spec) {
        spec.behaviour().resources();
        node.cast(NOBODY, new SupervisorProtocol.Place(spec, NOBODY, 0));
    }

    /// Stops a child, wherever it runs, and forgets its record. Once this returns, [#lookup] on
    /// this node does not find it, and two nodes know of its end, unless this one is alone. A start
    /// that happens meanwhile on the other side of a partition is not undone.
    ///
    /// @return `false` when there is no such child
    /// @throws ExitException with `Timeout` when it has not been confirmed in time, `NoConnection`,
    ///     or `NoQuorum`
    public boolean terminate(String id, Duration timeout) {
        long deadline = node.host().clock().nanos() + timeout.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - node.host().clock().nanos());
            if (left.isNegative()) {
                throw new ExitException(new ExitReason.Timeout(timeout));
            }
            NodeName owner = ownerOf(id);
            Terminated outcome = node.call(server.on(owner), new SupervisorProtocol.Terminate(id), left);
            if (outcome == Terminated.NO_QUORUM) {
                throw new ExitException(new ExitReason.NoQuorum(owner));
            }
            if (outcome != Terminated.ELSEWHERE) {
                node.call(server, new SupervisorProtocol.CatchUp(), left);
                return outcome == Terminated.DONE;
            }
        }
    }

    private NodeName ownerOf(String id) {
        return view.get(id)
                .filter(entry -> !entry.isLost())
                .map(entry -> entry.claim().owner())
                .orElse(node.name());
    }

    /// Moves a child to a node, with its state when its behaviour is a [dev.pando.core.Handoff],
    /// and else stopped here and started there. It stays there until placement is asked again.
    ///
    /// @return `false` when there is no such child, or it cannot go there: the node does not take
    ///     it, or not in time. It goes on where it was then
    /// @throws ExitException when its node does not answer in time
    public boolean move(String id, NodeName to, Duration timeout) {
        long deadline = node.host().clock().nanos() + timeout.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - node.host().clock().nanos());
            if (left.isNegative()) {
                throw new ExitException(new ExitReason.Timeout(timeout));
            }
            SupervisorProtocol.Moved outcome =
                    node.call(server.on(ownerOf(id)), new SupervisorProtocol.Move(id, to), left);
            if (outcome != SupervisorProtocol.Moved.ELSEWHERE) {
                return outcome == SupervisorProtocol.Moved.DONE;
            }
        }
    }

    /// Has all nodes move the children that placement would give to others now; returns how many
    /// are to move, without waiting until they have.
    ///
    /// @throws ExitException when a node does not answer in time
    public int redistribute(Duration timeout) {
        return redistribute(false, timeout);
    }

    /// How many children [#redistribute] would move.
    ///
    /// @throws ExitException when a node does not answer in time
    public int misplaced(Duration timeout) {
        return redistribute(true, timeout);
    }

    private int redistribute(boolean dry, Duration timeout) {
        List<Dest> servers = new ArrayList<>();
        servers.add(server);
        cluster.nodes().forEach(other -> servers.add(server.on(other)));
        MultiReply<Integer> replies = node.multiCall(servers, new SupervisorProtocol.Redistribute(dry), timeout);
        replies.failures().values().forEach(reason -> {
            if (!(reason instanceof ExitReason.NoProcess)) {
                throw new ExitException(reason);
            }
        });
        return replies.replies().values().stream().mapToInt(Integer::intValue).sum();
    }

    private void drain() {
        if (options.drain().isZero()) {
            return;
        }
        try {
            int left = node.call(server, new SupervisorProtocol.Leave(), options.drain());
            if (left > 0) {
                log.warn("{} stops {} children of {}: no other node takes them", node, left, server);
            }
        } catch (ExitException e) {
            if (!(e.reason() instanceof ExitReason.NoProcess)) {
                log.warn("{} has not handed all children of {} over: {}", node, server, e.reason());
            }
        }
    }

    /// Returns once this node sees the voters that the placement's [Quorum] asks for; at once when it asks for none.
    ///
    /// @throws ExitException with `Timeout` when they are not there in time
    public void waitForQuorum(Duration timeout) {
        node.call(server, new SupervisorProtocol.WaitForQuorum(timeout.toNanos()), timeout);
    }

    /// The running child with this id, as this node knows it; never leaves the node, never blocks.
    public Optional<Pid> lookup(String id) {
        return view.get(id)
                .filter(Entry::serves)
                .flatMap(Entry::pid)
                .filter(pid -> !node.isHere(pid) || node.isAlive(pid));
    }

    /// Has a process of this node told, with a [ChildNotice], of each change of a child that this
    /// node comes to know of, whichever node it runs on. A name is looked up anew for each notice,
    /// so that a restarted listener goes on; a pid is forgotten when its process has ended. When
    /// this node's server is started anew, all children are told of once more. Whoever wants a copy
    /// listens first and reads [#children] then: what changes in between is in both.
    ///
    /// @throws IllegalArgumentException when the process is on another node
    public void listen(Address listener) {
        listeners.add(listener);
    }

    /// Ends [#listen]. Notices of changes that are being made may still come.
    public void unlisten(Address listener) {
        listeners.remove(listener);
    }

    /// An id that no other child has or will have, for one that nobody has to find by a name of its
    /// own. It is the caller's to keep: starting it again after a `Timeout` with the same id does
    /// not start it twice.
    public String newId() {
        return node.newRef().toString();
    }

    /// The child with this id as a destination for every verb.
    public Dest via(String id) {
        return new Via(children, id);
    }

    /// All children of the cluster, as this node knows them.
    public List<Child> children() {
        return view.all().stream().map(Child::of).toList();
    }

    /// The children that a node owns, as it knows itself; asked for in pages.
    ///
    /// @throws ExitException when the node does not answer in time
    public List<Child> childrenOn(NodeName owner, Duration timeout) {
        List<Child> children = new ArrayList<>();
        List<Child> page;
        do {
            String after = children.isEmpty() ? "" : children.getLast().id();
            page = node.call(server.on(owner), new SupervisorProtocol.ListOwned(after, PAGE), timeout);
            children.addAll(page);
        } while (page.size() == PAGE);
        return children;
    }

    /// How a node's copy of the records stands.
    ///
    /// @throws ExitException when the node does not answer in time
    public SupervisorStatus statusOf(NodeName asked, Duration timeout) {
        return node.call(server.on(asked), new SupervisorProtocol.Count(), timeout);
    }

    Node node() {
        return node;
    }

    @Override
    public String toString() {
        return server.value();
    }

    /// The process that keeps the records.
    private record Server(DistributedSupervisor supervisor) implements GenServer<SupervisorProtocol, ChildKeeper> {
        @Override
        public ChildKeeper init() {
            ChildKeeper keeper =
                    new ChildKeeper(supervisor.cluster, supervisor.server, supervisor.options, supervisor.view);
            keeper.start();
            return keeper;
        }

        @Override
        public Step<ChildKeeper> handle(SupervisorProtocol message, ChildKeeper keeper) {
            keeper.handle(message);
            return Step.noReply(keeper);
        }

        @Override
        public Step<ChildKeeper> handleInfo(Signal signal, ChildKeeper keeper) {
            switch (signal) {
                case Initialized(Pid pid) -> keeper.initialized(pid);
                case Exit(Pid pid, ExitReason reason) -> keeper.ended(pid, reason);
                case Down down -> keeper.down(down);
                case NodeUp up -> keeper.nodeUp(up);
                case HandOver.Suspended suspended -> keeper.suspended(suspended);
                case Notice _ -> {}
            }
            return Step.noReply(keeper);
        }

        @Override
        public void terminate(ExitReason reason, ChildKeeper keeper) {
            supervisor.view.clear();
            keeper.stopAll();
        }
    }

    /// Stops before the server does.
    private record Drain(DistributedSupervisor supervisor) implements GenServer<Drain.Nothing, Drain.State> {

        /// What it is sent.
        record Nothing() implements Cast {}

        record State() {}

        @Override
        public State init() {
            Self.trapExits(true);
            return new State();
        }

        @Override
        public Step<State> handle(Nothing nothing, State state) {
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, State state) {
            supervisor.drain();
        }
    }

    /// Children as names, for [Via].
    private final class Children implements Registry {
        @Override
        public Registration register(Object key, Pid pid, Object value) {
            throw new UnsupportedOperationException("children are started, not registered; use startOrGet");
        }

        @Override
        public void unregister(Object key, Pid pid) {
            throw new UnsupportedOperationException("children are terminated, not unregistered; use terminate");
        }

        @Override
        public Optional<Pid> lookup(Object key) {
            return key instanceof String id ? DistributedSupervisor.this.lookup(id) : Optional.empty();
        }

        @Override
        public Optional<Object> value(Object key) {
            return Optional.empty();
        }

        @Override
        public int count() {
            return view.size();
        }

        @Override
        public String toString() {
            return server.value();
        }
    }
}
