package dev.pando.cluster;

import static dev.pando.core.Step.noReply;

import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Initialized;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Groups of processes that all nodes of a cluster know: one scope of them, which shares nothing with others.
///
/// A group is there while it has members. Each node decides about its own processes and tells the others, which
/// need not wait for each other: what a node knows of another one may be some milliseconds old. Members of a node
/// that is out of reach are not listed, and are again when it is back; a process is a member until it leaves or
/// ends, whatever happens to the server that speaks for its node. A group is called by something that travels: a
/// JDK value, or a record or enum that all nodes have listed.
///
/// What is read is what this node knows; reading waits for nobody and copies nothing. Joining and leaving wait for
/// no other process either, however large the group is.
public final class Groups {

    /// The scope unless told otherwise, as in OTP.
    public static final String SCOPE = "pg";

    private static final Pid NOBODY = new Pid(new NodeName("nobody", "nowhere.invalid"), 0, 0);

    private final Node node;
    private final Cluster cluster;
    private final Name server;
    private final GroupTable table;

    private Groups(Cluster cluster, String scope) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.server = new Name("pando.groups." + scope);
        this.table = new GroupTable(node, server);
        node.speak(Protocols.of(GroupSync.class));
    }

    /// The groups of the default scope, which live while their [#childSpec] runs.
    public static Groups of(Cluster cluster) {
        return of(cluster, SCOPE);
    }

    /// The groups of a scope. Scopes of the same name on all nodes of a cluster are one; a node has at most one of
    /// a name.
    public static Groups of(Cluster cluster, String scope) {
        return new Groups(cluster, scope);
    }

    /// Makes the default scope and starts it, outside of any supervision tree.
    public static Groups start(Cluster cluster) {
        return start(cluster, SCOPE);
    }

    /// Makes a scope and starts it, outside of any supervision tree.
    ///
    /// @throws IllegalStateException when the node has a scope of this name
    public static Groups start(Cluster cluster, String scope) {
        Groups groups = of(cluster, scope);
        cluster.node().start(groups.behaviour(), groups.server);
        return groups;
    }

    /// To be started after the cluster's. A start after a stop or a failure goes on with the members on this node.
    public ChildSpec childSpec() {
        return ChildSpec.of(server.value(), behaviour()).name(server);
    }

    private Server behaviour() {
        return new Server(this);
    }

    // ---- joining and leaving

    /// Makes a process of this node a member, once more if it is one. [#members] on this node lists it when this
    /// returns.
    ///
    /// @throws IllegalArgumentException when the process is on another node
    /// @throws ExitException with `NoProcess` when the process has ended, or the scope was not started or has been
    ///     stopped; that its server has failed is no obstacle
    /// @throws dev.pando.core.wire.WireException when the group's name cannot travel
    public void join(Object group, Pid pid) {
        if (join(group, List.of(pid)) == 0) {
            throw new ExitException(new ExitReason.NoProcess(pid.toString()));
        }
    }

    /// As [#join(Object, Pid)] for many at once, each as often as it is there. Those that have ended are left out.
    ///
    /// @return how many have joined
    public int join(Object group, Collection<Pid> pids) {
        requireHere(pids);
        if (!table.has(group)) {
            requireTravels(group);
        }
        return table.join(group, List.copyOf(pids));
    }

    /// Ends one membership of a process of this node; one that has joined twice still is a member. [#members] on
    /// this node lists it once less when this returns.
    ///
    /// @return `false` when it was no member
    /// @throws IllegalArgumentException when the process is on another node
    /// @throws ExitException with `NoProcess` when the scope was not started or has been stopped
    public boolean leave(Object group, Pid pid) {
        return leave(group, List.of(pid)) > 0;
    }

    /// As [#leave(Object, Pid)] for many at once, each as often as it is there.
    ///
    /// @return how many memberships have ended
    public int leave(Object group, Collection<Pid> pids) {
        requireHere(pids);
        return table.leave(group, List.copyOf(pids));
    }

    private void requireHere(Collection<Pid> pids) {
        for (Pid pid : pids) {
            if (!node.isHere(pid)) {
                throw new IllegalArgumentException(
                        pid + " is not on " + node + "; a process joins and leaves at its own node");
            }
        }
    }

    /// Fails here and now, not where the servers would have to tell each other: has it encoded, for a process that
    /// never was.
    private void requireTravels(Object group) {
        var change = new GroupSync.Change(new Payload(group), true, List.of(Long.MAX_VALUE));
        node.cast(NOBODY, new GroupSync.News(NOBODY, List.of(change)));
    }

    // ---- reading

    /// The members of a group on all nodes, node by node, and on each in the order of their starts; one that has
    /// joined twice is there twice. Empty for a group that nobody has joined. The list does not change any more;
    /// its size is known, and each of its elements is a few steps away.
    public List<Pid> members(Object group) {
        return table.members(group);
    }

    /// The members on this node.
    public List<Pid> localMembers(Object group) {
        return table.members(group).only(node.name());
    }

    /// The groups that have members, in the order in which this node got to know them. Looks at all groups.
    public List<Object> groups() {
        return table.groups();
    }

    /// The groups that have members on this node. Looks at all groups.
    public List<Object> localGroups() {
        return table.groups(node.name());
    }

    // ---- sending

    /// Sends a message to each member of a group, as [Node#send] does: one that has joined twice gets it twice.
    /// There is no promise that all get it; a bounded mailbox of this node that stays full is left out.
    ///
    /// @return to how many it was sent
    /// @throws dev.pando.core.wire.WireException when the message cannot travel and has to; nobody gets it then
    public int broadcast(Object group, Object message) {
        List<Pid> members = members(group);
        // Those elsewhere first: whether the message can travel shows at the first of them.
        return send(members, pid -> !node.isHere(pid), message) + send(members, node::isHere, message);
    }

    /// As [#broadcast], to the members on this node only.
    public int broadcastLocally(Object group, Object message) {
        return send(localMembers(group), _ -> true, message);
    }

    private int send(List<Pid> members, Predicate<Pid> which, Object message) {
        int sent = 0;
        for (Pid pid : members) {
            if (which.test(pid) && send(pid, message)) {
                sent++;
            }
        }
        return sent;
    }

    private boolean send(Pid pid, Object message) {
        try {
            node.send(pid, message);
            return true;
        } catch (ExitException e) {
            if (e.reason() instanceof ExitReason.Overloaded) {
                return false;
            }
            throw e;
        }
    }

    // ---- monitoring

    /// A group that is being monitored.
    ///
    /// @param members those there were at the beginning, as [Groups#members] lists them; every change since is told
    public record Monitor(Ref ref, List<Pid> members) {}

    /// All groups of a scope, being monitored.
    ///
    /// @param members those of each group there was at the beginning; every change since is told
    public record ScopeMonitor(Ref ref, Map<Object, List<Pid>> members) {}

    /// Has the calling process told of every change of a group from now on, with a [GroupNotice], until
    /// [#demonitor] or its end. Each call is a monitor of its own. Goes on when the scope is started anew.
    public Monitor monitor(Object group) {
        Watching made = watch(Optional.of(group));
        return new Monitor(made.ref(), made.snapshot().getOrDefault(group, List.of()));
    }

    /// As [#monitor(Object)] for all groups of the scope.
    public ScopeMonitor monitor() {
        Watching made = watch(Optional.empty());
        return new ScopeMonitor(made.ref(), Collections.unmodifiableMap(made.snapshot()));
    }

    private record Watching(Ref ref, Map<Object, List<Pid>> snapshot) {}

    private Watching watch(Optional<Object> group) {
        Pid watcher = Self.pid();
        Ref ref = node.newRef();
        Token token = node.nextToken();
        Map<Object, List<Pid>> snapshot = table.watch(ref, watcher, token, group);
        if (!node.grant(watcher, ref, token, () -> table.unwatch(ref, watcher))) {
            table.unwatch(ref, watcher);
        }
        return new Watching(ref, snapshot);
    }

    /// Ends a monitor of the calling process and removes its notices should some lie in the mailbox.
    ///
    /// @return `false` when this process has no such monitor
    public boolean demonitor(Ref ref) {
        Optional<Token> ended = table.unwatch(ref, Self.pid());
        ended.ifPresent(token -> node.revoke(Self.pid(), ref, token));
        while (Self.receive(GroupNotice.class, notice -> notice.ref().equals(ref), Duration.ZERO)
                .isPresent()) {
            // Until there are none.
        }
        return ended.isPresent();
    }

    /// How many monitors there are.
    int monitors() {
        return table.watches();
    }

    /// How many processes of this node are members.
    int kept() {
        return table.kept();
    }

    @Override
    public String toString() {
        return server.value();
    }

    /// The process that speaks for this node, and listens to others.
    private record Server(Groups groups) implements GenServer<GroupProtocol, GroupKeeper> {
        @Override
        public GroupKeeper init() {
            // Or an orderly stop would not come to `terminate`.
            Self.trapExits(true);
            GroupKeeper keeper = new GroupKeeper(groups.cluster, groups.server, groups.table);
            keeper.start();
            return keeper;
        }

        @Override
        public Step<GroupKeeper> handle(GroupProtocol message, GroupKeeper keeper) {
            switch (message) {
                case GroupProtocol.Changed _ -> keeper.changed();
                case GroupProtocol.Flush _ -> keeper.flush();
                case GroupProtocol.Overdue overdue -> keeper.overdue(overdue);
                case GroupSync sync -> keeper.heard(sync);
            }
            return noReply(keeper);
        }

        @Override
        public Step<GroupKeeper> handleInfo(Signal signal, GroupKeeper keeper) {
            switch (signal) {
                case Down down -> keeper.down(down);
                case NodeUp up -> keeper.nodeUp(up);
                case NodeDown down -> keeper.nodeDown(down);
                case Notice _, Exit _, Initialized _ -> {}
            }
            return noReply(keeper);
        }

        @Override
        public void terminate(ExitReason reason, GroupKeeper keeper) {
            keeper.stop(reason);
        }
    }
}
