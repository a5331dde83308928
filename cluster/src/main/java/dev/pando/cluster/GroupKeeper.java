package dev.pando.cluster;

import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps the table of a scope: decides about the members on its own node, which it monitors, and takes over what
/// its namesakes tell of theirs. Lives in the server's process.
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
    private final Map<Pid, Own> members = new LinkedHashMap<>();
    private final List<Event> untold = new ArrayList<>();
    /// Of nodes that are telling all: what they have told so far.
    private final Map<NodeName, Map<Object, Roll>> copies = new LinkedHashMap<>();
    /// Nodes whose members are listed though no server speaks for them, and since when.
    private final Map<NodeName, Long> orphaned = new LinkedHashMap<>();

    private long orphanings;

    /// A member on this node: how often it is in which group.
    private record Own(Ref monitor, Map<Object, Integer> joined) {}

    /// One membership of this node has come or gone.
    private record Event(Object group, boolean joins, long serial) {
        boolean goesWith(Event next) {
            return joins == next.joins && group.equals(next.group);
        }
    }

    GroupKeeper(Cluster cluster, Name server, GroupTable table) {
        this.node = cluster.node();
        this.table = table;
        this.pen = table.take();
        this.peers = new Namesakes<>(cluster, server, () -> new GroupSync.Introduction(Self.pid()));
    }

    /// Goes on with the members that an earlier server has left: those on this node live, or their monitors tell
    /// at once that they do not.
    void start() {
        table.of(node.name()).forEach(one -> own(one.pid()).joined().merge(one.group(), 1, Integer::sum));
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
            table.nodes().stream().filter(owner -> !owner.equals(node.name())).forEach(pen::drop);
        }
    }

    // ---- members on this node

    int join(GroupProtocol.Join request) {
        List<Pid> living = request.pids().stream().filter(node::isAlive).toList();
        living.forEach(pid -> own(pid).joined().merge(request.group(), 1, Integer::sum));
        pen.join(request.group(), living);
        tellLater(request.group(), true, living);
        return living.size();
    }

    private Own own(Pid pid) {
        return members.computeIfAbsent(pid, _ -> new Own(Self.monitor(pid), new LinkedHashMap<>()));
    }

    int leave(GroupProtocol.Leave request) {
        List<Pid> left = pen.leave(request.group(), request.pids());
        left.forEach(pid -> forget(pid, request.group()));
        tellLater(request.group(), false, left);
        return left.size();
    }

    private void forget(Pid pid, Object group) {
        Own own = own(pid);
        own.joined().merge(group, -1, (before, less) -> before + less == 0 ? null : before + less);
        if (own.joined().isEmpty()) {
            Self.demonitor(own.monitor());
            members.remove(pid);
        }
    }

    private void ended(Pid pid, Own own) {
        members.remove(pid);
        own.joined().forEach((group, times) -> {
            List<Pid> left = pen.leave(group, Collections.nCopies(times, pid));
            tellLater(group, false, left);
        });
    }

    // ---- what the peers are told

    private void tellLater(Object group, boolean joins, List<Pid> pids) {
        if (pids.isEmpty() || peers.count() == 0) {
            return;
        }
        if (untold.isEmpty()) {
            Self.sendAfter(FLUSH, new GroupProtocol.Flush());
        }
        pids.forEach(pid -> untold.add(new Event(group, joins, pid.serial())));
    }

    void flush() {
        tell(peers.servers(), List.copyOf(untold));
        untold.clear();
    }

    private void tell(List<Pid> servers, List<Event> events) {
        peers.tell(servers, events, MEMBERSHIPS_MAX, some -> new GroupSync.News(Self.pid(), changes(some)));
    }

    /// What follows each other in one group goes together.
    private static List<GroupSync.Change> changes(List<Event> events) {
        List<GroupSync.Change> changes = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= events.size(); to++) {
            Event first = events.get(from);
            if (to == events.size() || !first.goesWith(events.get(to))) {
                changes.add(new GroupSync.Change(
                        new Payload(first.group()),
                        first.joins(),
                        events.subList(from, to).stream().map(Event::serial).toList()));
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
        // The full copy has it already.
        flush();
        copies.put(server.node(), new LinkedHashMap<>());
        peers.met(server, introduction);
        List<Event> whole = table.of(node.name()).stream()
                .map(one -> new Event(one.group(), true, one.pid().serial()))
                .toList();
        tell(List.of(server), whole);
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
        Optional<Own> own = Optional.of(down.target())
                .filter(Pid.class::isInstance)
                .map(members::get)
                .filter(member -> member.monitor().equals(down.ref()));
        if (own.isPresent()) {
            ended((Pid) down.target(), own.get());
        } else {
            peers.lost(down).ifPresent(peer -> lost(peer.server().node(), down.reason()));
        }
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
