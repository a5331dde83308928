package dev.pando.cluster;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// What one node knows of the groups of a scope, and who is told of its changes. Outlives the scope's server.
///
/// Readers take what there is, without waiting. Changes, and the notices of them, are made under the table's
/// lock, so that a snapshot and the notices after it fit together; nothing is waited for under it. Only the server
/// that took the pen last can make them: the code of one that was killed may go on for a moment beside that of
/// the next.
final class GroupTable {

    private static final Members NOBODY = Members.none(0);

    private final Node node;
    private final ConcurrentHashMap<Object, Members> groups = new ConcurrentHashMap<>();
    private final Map<Ref, Watch> watches = new LinkedHashMap<>();
    private final Map<Ref, Watch> watchesOfAll = new LinkedHashMap<>();
    private final Map<Object, Map<Ref, Watch>> watchesOfOne = new HashMap<>();
    private long numbers;
    private long pens;

    /// @param group empty for all of them
    private record Watch(Ref ref, Pid watcher, Optional<Object> group) {}

    GroupTable(Node node) {
        this.node = node;
    }

    // ---- what is read

    /// Nobody for a group that is not known.
    Members members(Object group) {
        Members known = groups.get(group);
        return known == null ? NOBODY : known;
    }

    boolean has(Object group) {
        return groups.containsKey(group);
    }

    /// Those that have members, in the order in which this node got to know them.
    List<Object> groups() {
        return inOrder().map(Map.Entry::getKey).toList();
    }

    /// Those that have members on a node.
    List<Object> groups(NodeName owner) {
        return inOrder()
                .filter(entry -> !entry.getValue().on(owner).isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private Stream<Map.Entry<Object, Members>> inOrder() {
        return groups.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().number()));
    }

    // ---- who is told

    /// Has a process of this node told of every change from now on, and returns the members there are.
    ///
    /// @return the members of each group, or of the one asked for, should it have any
    synchronized Map<Object, List<Pid>> watch(Ref ref, Pid watcher, Optional<Object> group) {
        Watch watch = new Watch(ref, watcher, group);
        watches.put(ref, watch);
        group.ifPresentOrElse(
                one -> watchesOfOne
                        .computeIfAbsent(one, _ -> new LinkedHashMap<>())
                        .put(ref, watch),
                () -> watchesOfAll.put(ref, watch));
        Map<Object, List<Pid>> snapshot = new LinkedHashMap<>();
        group.<Stream<Object>>map(Stream::of)
                .orElseGet(() -> groups().stream())
                .filter(this::has)
                .forEach(one -> snapshot.put(one, members(one)));
        return snapshot;
    }

    /// No notice is sent after this; `false` when that is so already, or another process is told.
    synchronized boolean unwatch(Ref ref, Pid watcher) {
        Watch watch = watches.get(ref);
        if (watch == null || !watch.watcher().equals(watcher)) {
            return false;
        }
        watches.remove(ref);
        watchesOfAll.remove(ref);
        watch.group().ifPresent(group -> {
            Map<Ref, Watch> others = watchesOfOne.getOrDefault(group, new LinkedHashMap<>());
            others.remove(ref);
            if (others.isEmpty()) {
                watchesOfOne.remove(group);
            }
        });
        return true;
    }

    synchronized int watches() {
        return watches.size();
    }

    private void tell(Object group, List<Pid> joined, List<Pid> left) {
        Stream.concat(watchesOfAll.values().stream(), watchesOfOne.getOrDefault(group, Map.of()).values().stream())
                .forEach(watch -> {
                    if (!left.isEmpty()) {
                        node.send(watch.watcher(), new GroupNotice.Left(watch.ref(), group, left));
                    }
                    if (!joined.isEmpty()) {
                        node.send(watch.watcher(), new GroupNotice.Joined(watch.ref(), group, joined));
                    }
                });
    }

    // ---- what changes

    /// Hands the pen to a server; those that were given out before write no more.
    synchronized Pen take() {
        return new Pen(++pens);
    }

    /// The right to change the table. Each method ends a server that has lost it.
    final class Pen {
        private final long number;

        private Pen(long number) {
            this.number = number;
        }

        /// Adds the processes, of one node, to the group, each as often as it is listed.
        void join(Object group, List<Pid> pids) {
            synchronized (GroupTable.this) {
                check();
                if (!pids.isEmpty()) {
                    Roll roll = members(group).on(pids.getFirst().node());
                    for (Pid pid : pids) {
                        roll = roll.plus(pid);
                    }
                    set(group, roll);
                    tell(group, List.copyOf(pids), List.of());
                }
            }
        }

        /// Takes the processes, of one node, from the group, each as often as it is listed, or as it has joined when
        /// that is less.
        ///
        /// @return the memberships that were given up
        List<Pid> leave(Object group, List<Pid> pids) {
            synchronized (GroupTable.this) {
                check();
                List<Pid> left = new ArrayList<>();
                if (!pids.isEmpty()) {
                    Roll roll = members(group).on(pids.getFirst().node());
                    for (Pid pid : pids) {
                        if (roll.count(pid) > 0) {
                            roll = roll.minus(pid);
                            left.add(pid);
                        }
                    }
                    set(group, roll);
                    tell(group, List.of(), List.copyOf(left));
                }
                return left;
            }
        }

        /// Puts what a node has told in place of all that was known of it.
        void replace(NodeName owner, Map<Object, Roll> whole) {
            synchronized (GroupTable.this) {
                check();
                Set<Object> touched = new LinkedHashSet<>(groups(owner));
                touched.addAll(whole.keySet());
                for (Object group : touched) {
                    Roll before = members(group).on(owner);
                    Roll after = whole.getOrDefault(group, Roll.of(owner));
                    set(group, after);
                    tell(group, after.without(before), before.without(after));
                }
            }
        }

        /// Forgets all members on a node.
        void drop(NodeName owner) {
            replace(owner, new LinkedHashMap<>());
        }

        private void check() {
            if (number != pens) {
                throw new ExitException(ExitReason.killed());
            }
        }
    }

    private void set(Object group, Roll roll) {
        Members known = groups.get(group);
        Members after = (known == null ? Members.none(++numbers) : known).with(roll);
        if (after.isEmpty()) {
            groups.remove(group);
        } else {
            groups.put(group, after);
        }
    }

    /// The nodes that have members.
    Set<NodeName> nodes() {
        Set<NodeName> nodes = new LinkedHashSet<>();
        inOrder().forEach(entry -> nodes.addAll(entry.getValue().nodes()));
        return nodes;
    }

    /// All memberships of one node.
    List<Membership> of(NodeName owner) {
        List<Membership> all = new ArrayList<>();
        inOrder()
                .forEach(entry ->
                        entry.getValue().only(owner).forEach(pid -> all.add(new Membership(entry.getKey(), pid))));
        return all;
    }

    /// One of what a process that has joined twice has two of.
    record Membership(Object group, Pid pid) {}
}
