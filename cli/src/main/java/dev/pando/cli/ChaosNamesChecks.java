package dev.pando.cli;

import dev.pando.cli.ChaosNamesSnapshot.Found;
import dev.pando.cli.ChaosNamesSnapshot.Held;
import dev.pando.core.Pid;
import dev.pando.testkit.SingleOwner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What has to hold of the names when all nodes have sessions with all others, and nobody claims any. Each check says
/// what does not, and on which node, in words for people.
final class ChaosNamesChecks {

    /// What is not as it should be at the moment.
    static List<String> now(Map<String, ChaosNamesSnapshot> nodes) {
        Map<String, List<Pid>> living = new TreeMap<>();
        Map<String, Integer> values = new HashMap<>();
        for (Held held : held(nodes)) {
            if (held.isOwed()) {
                living.computeIfAbsent(held.key(), _ -> new ArrayList<>()).add(held.pid());
                values.put(held.key(), held.value());
            }
        }
        Map<String, Map<String, Pid>> known = new TreeMap<>();
        nodes.forEach((node, snapshot) -> known.put(node, holders(snapshot.found())));
        List<String> faults =
                new ArrayList<>(SingleOwner.check(Set.of(), living, known).violations());
        nodes.forEach((node, snapshot) -> {
            for (Found found : snapshot.found()) {
                int value = values.getOrDefault(found.key(), found.value());
                if (living.getOrDefault(found.key(), List.of()).equals(List.of(found.pid()))
                        && value != found.value()) {
                    faults.add(
                            node + " takes " + found.value() + " for the value of " + found.key() + "; it is " + value);
                }
            }
            if (snapshot.count() != snapshot.found().size()) {
                faults.add(node + " counts " + snapshot.count() + " names, and finds "
                        + snapshot.found().size());
            }
            faults.addAll(listener(node, holders(snapshot.heard()), holders(snapshot.found())));
        });
        return faults;
    }

    private static List<Held> held(Map<String, ChaosNamesSnapshot> nodes) {
        return nodes.values().stream()
                .flatMap(snapshot -> snapshot.held().stream())
                .toList();
    }

    private static Map<String, Pid> holders(List<Found> found) {
        Map<String, Pid> holders = new TreeMap<>();
        found.forEach(entry -> holders.put(entry.key(), entry.pid()));
        return holders;
    }

    private static List<String> listener(String node, Map<String, Pid> heard, Map<String, Pid> found) {
        Set<String> keys = new HashSet<>(heard.keySet());
        keys.addAll(found.keySet());
        return keys.stream()
                .sorted()
                .filter(key -> !Optional.ofNullable(heard.get(key)).equals(Optional.ofNullable(found.get(key))))
                .map(key -> "a listener on " + node + " has " + nobody(heard.get(key)) + " for " + key + "; it finds "
                        + nobody(found.get(key)))
                .toList();
    }

    private static String nobody(@Nullable Pid pid) {
        return pid == null ? "nobody" : pid.toString();
    }

    /// What one node has written down that should not have been, since its start.
    static List<String> logged(String node, ChaosNamesSnapshot snapshot) {
        List<String> faults = new ArrayList<>();
        snapshot.faults().forEach(fault -> faults.add(node + ": " + fault));
        for (Held held : snapshot.held()) {
            if (held.winners().size() > 1) {
                faults.add(node + ": " + held.pid() + " was told "
                        + held.winners().size() + " times that it has lost " + held.key());
            }
            if (held.state() == Held.State.LASTS && held.winners().isEmpty() && !held.alive()) {
                faults.add(node + ": " + held.pid() + ", which held " + held.key()
                        + ", has ended; it was not told of a loss, and nobody ended it");
            }
        }
        return faults;
    }

    /// Whether of those that met over a key the oldest claim stayed: who lost, lost to an older one, and not each to
    /// the other.
    static List<String> conflicts(Map<String, ChaosNamesSnapshot> nodes) {
        Map<Pid, Held> all = new HashMap<>();
        held(nodes).forEach(held -> all.put(held.pid(), held));
        List<String> faults = new ArrayList<>();
        for (Held loser : all.values()) {
            for (Pid winner : loser.winners()) {
                if (isYounger(Optional.ofNullable(all.get(winner)), loser)) {
                    faults.add(loser.pid().node() + ": " + loser.pid() + " lost " + loser.key()
                            + " to a younger claim, that of " + winner);
                }
            }
        }
        return faults;
    }

    private static boolean isYounger(Optional<Held> winner, Held loser) {
        return winner.flatMap(Held::token)
                .filter(token ->
                        loser.token().filter(own -> own.compareTo(token) < 0).isPresent())
                .isPresent();
    }

    private ChaosNamesChecks() {}
}
