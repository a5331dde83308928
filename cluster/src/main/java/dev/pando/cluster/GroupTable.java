package dev.pando.cluster;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Token;
import java.util.ArrayList;
import java.util.Collections;
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

/// What one node knows of the groups of a scope, who is told of its changes, and what other nodes have not been
/// told yet. Outlives the scope's server.
///
/// Readers take what there is, without waiting. Changes, and the notices of them, are made under the table's
/// lock, so that a snapshot and the notices after it fit together; nothing is waited for under it. The members on
/// this node come and go in the threads of those who ask for it, and in that of a member that ends, before anybody
/// is told of its end. All else is the server's, and only of the one that took the pen last: the code of one
/// that was killed may go on for a moment beside that of the next. The locks of processes are taken under the
/// table's, and never the other way round.
final class GroupTable {

    private static final Members NOBODY = Members.none(0);

    private final Node node;
    private final Name server;
    private final ConcurrentHashMap<Object, Members> groups = new ConcurrentHashMap<>();
    private final Map<Ref, Watch> watches = new LinkedHashMap<>();
    private final Map<Ref, Watch> watchesOfAll = new LinkedHashMap<>();
    private final Map<Object, Map<Ref, Watch>> watchesOfOne = new HashMap<>();
    private final Map<Pid, Own> own = new LinkedHashMap<>();
    private final List<Event> untold = new ArrayList<>();
    private long numbers;
    private long pens;
    private boolean running;

    /// @param group empty for all of them
    /// @param token of the grant that ends it with its process
    private record Watch(Ref ref, Pid watcher, Token token, Optional<Object> group) {}

    /// A member on this node: what it was granted, and how often it is in which group.
    private record Own(Token token, Map<Object, Integer> joined) {}

    /// One membership on this node has come or gone; of what a process that has joined twice has two of.
    record Event(Object group, boolean joins, Pid pid) {
        boolean goesWith(Event next) {
            return joins == next.joins && group.equals(next.group);
        }
    }

    /// What other nodes have not been told yet, and what one that comes has to be told instead.
    record Cut(List<Event> untold, List<Event> whole) {}

    /// @param server is sent [GroupProtocol.Changed] when there is something to tell
    GroupTable(Node node, Name server) {
        this.node = node;
        this.server = server;
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
    synchronized Map<Object, List<Pid>> watch(Ref ref, Pid watcher, Token token, Optional<Object> group) {
        Watch watch = new Watch(ref, watcher, token, group);
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

    /// No notice is sent after this.
    ///
    /// @return the token it was made with; empty when it is gone already, or another process is told
    synchronized Optional<Token> unwatch(Ref ref, Pid watcher) {
        Watch watch = watches.get(ref);
        if (watch == null || !watch.watcher().equals(watcher)) {
            return Optional.empty();
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
        return Optional.of(watch.token());
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

    // ---- what changes on this node

    /// Makes processes of this node members, each as often as it is listed; those that have ended are left out.
    ///
    /// @return how many have joined
    synchronized int join(Object group, List<Pid> pids) {
        requireRunning();
        List<Pid> living = pids.stream().filter(pid -> grant(pid, group)).toList();
        if (!living.isEmpty()) {
            add(group, living);
            tellLater(group, true, living);
        }
        return living.size();
    }

    private boolean grant(Pid pid, Object group) {
        Own known = own.get(pid);
        if (known == null) {
            Token token = node.nextToken();
            known = new Own(token, new LinkedHashMap<>());
            if (!node.grant(pid, token, token, () -> ended(pid))) {
                return false;
            }
            own.put(pid, known);
        }
        known.joined().merge(group, 1, Integer::sum);
        return true;
    }

    /// Ends memberships of processes of this node, each as often as it is listed.
    ///
    /// @return how many there were
    synchronized int leave(Object group, List<Pid> pids) {
        requireRunning();
        List<Pid> left = remove(group, pids);
        if (!left.isEmpty()) {
            left.forEach(pid -> release(pid, group));
            tellLater(group, false, left);
        }
        return left.size();
    }

    private void release(Pid pid, Object group) {
        Own known = own.get(pid);
        if (known != null) {
            known.joined().computeIfPresent(group, (_, times) -> times == 1 ? null : times - 1);
            if (known.joined().isEmpty()) {
                own.remove(pid);
                node.revoke(pid, known.token(), known.token());
            }
        }
    }

    private synchronized void ended(Pid pid) {
        Own known = own.remove(pid);
        if (known != null) {
            known.joined().forEach((group, times) -> {
                List<Pid> left = Collections.nCopies(times, pid);
                remove(group, left);
                tellLater(group, false, left);
            });
        }
    }

    synchronized int kept() {
        return own.size();
    }

    private void requireRunning() {
        if (!running) {
            throw new ExitException(new ExitReason.NoProcess(server.toString()));
        }
    }

    /// While there is no server there is nothing to note: the next one will tell all.
    private void tellLater(Object group, boolean joins, List<Pid> pids) {
        if (node.whereis(server).isEmpty()) {
            return;
        }
        if (untold.isEmpty()) {
            node.cast(server, new GroupProtocol.Changed());
        }
        pids.forEach(pid -> untold.add(new Event(group, joins, pid)));
    }

    // ---- what the server changes

    /// Hands the pen to a server that starts; those that were given out before write no more. It will tell all, so
    /// nothing is left to tell.
    synchronized Pen take() {
        running = true;
        untold.clear();
        return new Pen(++pens);
    }

    /// The right to change what is known of other nodes, and to tell them of this one. Each method ends a server
    /// that has lost it.
    final class Pen {
        private final long number;

        private Pen(long number) {
            this.number = number;
        }

        /// Adds processes of another node, each as often as it is listed.
        void join(Object group, List<Pid> pids) {
            write(() -> add(group, pids));
        }

        /// Takes away processes of another node, each as often as it is listed and there.
        void leave(Object group, List<Pid> pids) {
            write(() -> remove(group, pids));
        }

        /// Puts what a node has told in place of all that was known of it.
        void replace(NodeName owner, Map<Object, Roll> whole) {
            write(() -> {
                Set<Object> touched = new LinkedHashSet<>(groups(owner));
                touched.addAll(whole.keySet());
                for (Object group : touched) {
                    Roll before = members(group).on(owner);
                    Roll after = whole.getOrDefault(group, Roll.of(owner));
                    set(group, after);
                    tell(group, after.without(before), before.without(after));
                }
            });
        }

        /// Forgets all members on a node.
        void drop(NodeName owner) {
            replace(owner, new LinkedHashMap<>());
        }

        /// Forgets all members on other nodes; nobody joins any more until the next server starts.
        void close() {
            write(() -> {
                nodes().stream().filter(owner -> !owner.equals(node.name())).forEach(this::drop);
                running = false;
            });
        }

        /// What is to be told to those who know all that came before.
        List<Event> takeUntold() {
            synchronized (GroupTable.this) {
                check();
                List<Event> taken = List.copyOf(untold);
                untold.clear();
                return taken;
            }
        }

        /// The same, and all that there is, at one moment.
        Cut cut() {
            synchronized (GroupTable.this) {
                return new Cut(takeUntold(), all());
            }
        }

        private void write(Runnable change) {
            synchronized (GroupTable.this) {
                check();
                change.run();
            }
        }

        private void check() {
            if (number != pens) {
                throw new ExitException(ExitReason.killed());
            }
        }
    }

    // ---- under the lock

    /// @param pids of one node
    private void add(Object group, List<Pid> pids) {
        if (!pids.isEmpty()) {
            Roll roll = members(group).on(pids.getFirst().node());
            for (Pid pid : pids) {
                roll = roll.plus(pid);
            }
            set(group, roll);
            tell(group, pids, List.of());
        }
    }

    /// Returns those that were there.
    ///
    /// @param pids of one node
    private List<Pid> remove(Object group, List<Pid> pids) {
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

    private void set(Object group, Roll roll) {
        Members known = groups.get(group);
        Members after = (known == null ? Members.none(++numbers) : known).with(roll);
        if (after.isEmpty()) {
            groups.remove(group);
        } else {
            groups.put(group, after);
        }
    }

    /// All memberships on this node, as if they had just come.
    private List<Event> all() {
        List<Event> all = new ArrayList<>();
        inOrder()
                .forEach(entry -> entry.getValue()
                        .only(node.name())
                        .forEach(pid -> all.add(new Event(entry.getKey(), true, pid))));
        return all;
    }

    /// The nodes that have members.
    Set<NodeName> nodes() {
        Set<NodeName> nodes = new LinkedHashSet<>();
        inOrder().forEach(entry -> nodes.addAll(entry.getValue().nodes()));
        return nodes;
    }
}
