package dev.pando.cluster;

import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps the table of a scope in step with those of other nodes: tells its namesakes of the members on its own
/// node, and takes over what they tell of theirs. Lives in the server's process.
///
/// What is known of a node ends with the session, or with an orderly stop of its scope. When its server has
/// failed, the members are still there, so they stay listed until the next server has told all, for a time.
final class GroupKeeper {

    private static final Duration FLUSH = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MEMBERSHIPS_MAX = 10_000;

    private final Node node;
    private final GroupTable table;
    private final GroupTable.Pen pen;
    private final Namesakes<GroupSync.Introduction> peers;
    /// Of nodes that are telling all: what they have told so far.
    private final Map<NodeName, Map<Object, Roll>> copies = new LinkedHashMap<>();
    /// Nodes whose members are listed though no server speaks for them, and since when.
    private final Map<NodeName, Long> orphaned = new LinkedHashMap<>();

    private long orphanings;

    GroupKeeper(Cluster cluster, Name server, GroupTable table) {
        this.node = cluster.node();
        this.table = table;
        this.pen = table.take();
        this.peers = new Namesakes<>(cluster, server, () -> new GroupSync.Introduction(Self.pid()));
    }

    /// Goes on with what an earlier server has left.
    void start() {
        List<NodeName> there = peers.start();
        for (NodeName owner : table.nodes()) {
            if (there.contains(owner)) {
                orphan(owner);
            } else if (!owner.equals(node.name())) {
                pen.drop(owner);
            }
        }
    }

    /// Leaves the members on this node to the next server, and after a failure all others, too.
    void stop(ExitReason reason) {
        if (!reason.abnormal()) {
            pen.close();
        }
    }

    // ---- what the peers are told

    void changed() {
        Self.sendAfter(FLUSH, new GroupProtocol.Flush());
    }

    void flush() {
        tell(peers.servers(), pen.takeUntold());
    }

    private void tell(List<Pid> servers, List<GroupTable.Event> events) {
        if (!servers.isEmpty()) {
            peers.tell(servers, events, MEMBERSHIPS_MAX, some -> new GroupSync.News(Self.pid(), changes(some)));
        }
    }

    /// What follows each other in one group goes together.
    private static List<GroupSync.Change> changes(List<GroupTable.Event> events) {
        List<GroupSync.Change> changes = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= events.size(); to++) {
            GroupTable.Event first = events.get(from);
            if (to == events.size() || !first.goesWith(events.get(to))) {
                changes.add(new GroupSync.Change(
                        new Payload(first.group()),
                        first.joins(),
                        events.subList(from, to).stream()
                                .map(event -> event.pid().serial())
                                .toList()));
                from = to;
            }
        }
        return changes;
    }

    // ---- what the peers tell

    void heard(GroupSync sync) {
        switch (sync) {
            case GroupSync.Introduction introduction -> introduced(introduction);
            case GroupSync.News(Pid server, var changes)
            when peers.knows(server) -> changes.forEach(change -> heard(server, change));
            case GroupSync.Told(Pid server) when peers.knows(server) -> told(server.node());
            // From before or after its time: a full copy has told the same, or will.
            case GroupSync.News _, GroupSync.Told _ -> {}
        }
    }

    private void introduced(GroupSync.Introduction introduction) {
        Pid server = introduction.server();
        peers.replacedBy(server).ifPresent(_ -> orphan(server.node()));
        if (peers.knows(server)) {
            return;
        }
        List<Pid> others = peers.servers();
        copies.put(server.node(), new LinkedHashMap<>());
        peers.met(server, introduction);
        GroupTable.Cut cut = pen.cut();
        tell(others, cut.untold());
        tell(List.of(server), cut.whole());
        Self.cast(server, new GroupSync.Told(Self.pid()));
    }

    private void heard(Pid server, GroupSync.Change change) {
        Object group = change.group().value();
        List<Pid> pids = change.serials().stream()
                .map(serial -> new Pid(server.node(), server.incarnation(), serial))
                .toList();
        Map<Object, Roll> copy = copies.get(server.node());
        if (copy != null) {
            Roll roll = copy.getOrDefault(group, Roll.of(server.node()));
            for (Pid pid : pids) {
                roll = roll.plus(pid);
            }
            copy.put(group, roll);
        } else if (change.joins()) {
            pen.join(group, pids);
        } else {
            pen.leave(group, pids);
        }
    }

    private void told(NodeName owner) {
        Map<Object, Roll> copy = copies.remove(owner);
        if (copy != null) {
            pen.replace(owner, copy);
            orphaned.remove(owner);
        }
    }

    // ---- ends

    void nodeUp(NodeUp up) {
        peers.nodeUp(up);
    }

    /// Comes before anything of the next session.
    void nodeDown(NodeDown down) {
        drop(down.node());
    }

    void down(Down down) {
        peers.lost(down).ifPresent(peer -> lost(peer.server().node(), down.reason()));
    }

    private void lost(NodeName owner, ExitReason reason) {
        if (reason.abnormal() && !(reason instanceof ExitReason.NoConnection)) {
            orphan(owner);
        } else {
            drop(owner);
        }
    }

    private void orphan(NodeName owner) {
        copies.remove(owner);
        orphaned.put(owner, ++orphanings);
        Self.sendAfter(PATIENCE, new GroupProtocol.Overdue(owner, orphanings));
    }

    void overdue(GroupProtocol.Overdue overdue) {
        if (Optional.of(overdue.since()).equals(Optional.ofNullable(orphaned.get(overdue.node())))) {
            drop(overdue.node());
        }
    }

    private void drop(NodeName owner) {
        copies.remove(owner);
        orphaned.remove(owner);
        pen.drop(owner);
    }
}
