package dev.pando.cli;

import dev.pando.cli.ChaosChildrenSnapshot.Acked;
import dev.pando.cli.ChaosChildrenSnapshot.Found;
import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.core.Pid;
import dev.pando.horde.Child;
import dev.pando.horde.ChildState;
import dev.pando.horde.SupervisorStatus;
import dev.pando.testkit.SingleOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What has to hold of the children when all nodes have sessions with all others, and nobody
/// starts or ends any. Each check says what does not, in words for people.
final class ChaosChildrenChecks {

    /// What is not as it should be at the moment.
    static List<String> now(Map<String, ChaosChildrenSnapshot> nodes, ChaosOwed owed) {
        Map<String, List<Life>> living = living(nodes);
        List<String> faults = new ArrayList<>(places(nodes, owed, living));
        living.forEach((id, lives) -> lives.forEach(life -> {
            if (owed.isEnded(life)) {
                faults.add(id + " lives as " + life.pid() + "; it was terminated");
            } else if (!owed.isKnown(id)) {
                faults.add(id + " lives as " + life.pid() + "; nobody has started it");
            }
        }));
        nodes.forEach((node, snapshot) -> {
            faults.addAll(listed(node, snapshot.listed(), living));
            snapshot.status().ifPresent(status -> faults.addAll(status(node, status, nodes.size())));
        });
        faults.addAll(kept(owed, living));
        faults.addAll(contested(nodes, owed, living));
        faults.addAll(counts(nodes, living));
        return faults;
    }

    private static Stream<Life> lives(Map<String, ChaosChildrenSnapshot> nodes) {
        return nodes.values().stream().flatMap(snapshot -> snapshot.lives().stream());
    }

    /// The processes that live, by their ids.
    static Map<String, List<Life>> living(Map<String, ChaosChildrenSnapshot> nodes) {
        Map<String, List<Life>> living = new TreeMap<>();
        lives(nodes)
                .filter(Life::isLiving)
                .forEach(life -> living.computeIfAbsent(life.id(), _ -> new ArrayList<>())
                        .add(life));
        return living;
    }

    private static Optional<Life> only(Map<String, List<Life>> living, String id) {
        List<Life> lives = living.getOrDefault(id, List.of());
        return lives.size() == 1 ? Optional.of(lives.getFirst()) : Optional.empty();
    }

    private static List<String> places(
            Map<String, ChaosChildrenSnapshot> nodes, ChaosOwed owed, Map<String, List<Life>> living) {
        Map<String, List<Pid>> pids = new TreeMap<>();
        living.forEach((id, lives) -> pids.put(id, lives.stream().map(Life::pid).toList()));
        Map<String, Map<String, Pid>> known = new TreeMap<>();
        nodes.forEach((node, snapshot) -> {
            Map<String, Pid> found = new TreeMap<>();
            for (Found one : snapshot.found()) {
                found.put(one.id(), one.pid());
            }
            known.put(node, found);
        });
        return SingleOwner.check(new TreeSet<>(owed.living()), pids, known).violations();
    }

    /// What the nodes list as theirs, and only that, has to live there.
    private static List<String> listed(String node, List<Child> listed, Map<String, List<Life>> living) {
        List<String> faults = new ArrayList<>();
        Map<String, Child> once = new HashMap<>();
        for (Child child : listed) {
            if (once.put(child.id(), child) != null) {
                faults.add(child.id() + " was listed to " + node + " by more than one node");
            }
        }
        living.keySet()
                .forEach(id -> only(living, id).ifPresent(life -> {
                    Optional<Child> child = Optional.ofNullable(once.get(id));
                    if (child.filter(one -> isOf(one, life)).isEmpty()) {
                        faults.add(node + " was told of "
                                + child.map(Object::toString).orElse("no owner") + " for " + id + "; it lives as "
                                + life.pid());
                    }
                }));
        once.values().stream()
                .filter(child -> !living.containsKey(child.id()))
                .sorted(Comparator.comparing(Child::id))
                .forEach(child -> faults.add(node + " was told of " + child + "; it does not live"));
        return faults;
    }

    private static boolean isOf(Child child, Life life) {
        return child.state() == ChildState.RUNNING
                && child.owner().equals(life.pid().node())
                && child.pid().equals(Optional.of(life.pid()));
    }

    private static List<String> status(String node, SupervisorStatus status, int nodes) {
        boolean sound =
                status.nodes() == nodes && status.unsettled() == 0 && status.crashed() == 0 && status.lost() == 0;
        return sound ? List.of() : List.of(node + " counts " + status + " among " + nodes + " nodes");
    }

    private static List<String> kept(ChaosOwed owed, Map<String, List<Life>> living) {
        List<String> faults = new ArrayList<>();
        new TreeMap<>(owed.kept())
                .forEach((id, before) -> only(living, id).ifPresent(life -> {
                    if (!life.pid().equals(before.pid())) {
                        faults.add(id + " changed hands from " + before.pid() + " to " + life.pid());
                    } else if (isLess(life.count(), before.count())) {
                        faults.add(id + " at " + life.pid() + " had counted "
                                + before.count().orElse(0L) + ", and " + said(life) + " now");
                    }
                }));
        return faults;
    }

    private static boolean isLess(Optional<Long> now, Optional<Long> before) {
        return now.orElse(-1L) < before.orElse(0L);
    }

    private static String said(Life life) {
        return life.count().map(Object::toString).orElse("does not answer");
    }

    /// Of those that were started on several sides the oldest stays.
    private static List<String> contested(
            Map<String, ChaosChildrenSnapshot> nodes, ChaosOwed owed, Map<String, List<Life>> living) {
        List<String> faults = new ArrayList<>();
        for (String id : new TreeSet<>(owed.contested())) {
            only(living, id)
                    .ifPresent(stays -> lives(nodes)
                            .filter(life -> life.id().equals(id) && life.token().compareTo(stays.token()) < 0)
                            .forEach(older -> faults.add(id + " stays with " + stays.pid() + "; " + older.pid()
                                    + " was started before it")));
        }
        return faults;
    }

    /// No call was answered and then forgotten.
    private static List<String> counts(Map<String, ChaosChildrenSnapshot> nodes, Map<String, List<Life>> living) {
        Map<Pid, Long> acked = new HashMap<>();
        nodes.values().stream()
                .flatMap(snapshot -> snapshot.acked().stream())
                .forEach((Acked one) -> acked.merge(one.pid(), one.count(), Long::sum));
        return living.values().stream()
                .flatMap(List::stream)
                .filter(life -> isLess(life.count(), Optional.ofNullable(acked.get(life.pid()))))
                .map(life -> life.id() + " at " + life.pid() + " answered " + acked.getOrDefault(life.pid(), 0L)
                        + " calls; it counts " + said(life))
                .toList();
    }

    /// What the nodes have written down that should not have been.
    ///
    /// @param ended ids that were to be terminated, whether they were or not
    static List<String> logged(Map<String, ChaosChildrenSnapshot> nodes, Set<String> ended) {
        List<String> faults = new ArrayList<>();
        nodes.forEach((node, snapshot) -> {
            snapshot.faults().forEach(fault -> faults.add(node + ": " + fault));
            for (Life life : snapshot.lives()) {
                if (life.winners().size() > 1) {
                    faults.add(
                            life.pid() + " was told " + life.winners().size() + " times that it has lost " + life.id());
                }
                if (life.stopped() && !ended.contains(life.id())) {
                    faults.add(life.pid() + ", which lived " + life.id() + ", was stopped; nobody has terminated it");
                }
                if (!life.alive() && life.winners().isEmpty() && !life.stopped()) {
                    faults.add(life.pid() + ", which lived " + life.id() + ", has ended; it was not told why");
                }
            }
        });
        return faults;
    }

    private ChaosChildrenChecks() {}
}
