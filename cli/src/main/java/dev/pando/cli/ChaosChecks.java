package dev.pando.cli;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosSnapshot.Arm;
import dev.pando.cli.ChaosSnapshot.Heard;
import dev.pando.cli.ChaosSnapshot.Run;
import dev.pando.cli.ChaosSnapshot.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What has to hold of what the nodes saw. Each check says what does not, in words for people.
///
/// What a node has seen stays in its log, so a fault is found again at each later look, in the same words whatever
/// else has come: [#added] leaves what is new.
final class ChaosChecks {

    /// What was found that was not found before. What is twice in it must have been there twice.
    static List<String> added(List<String> found, List<String> before) {
        List<String> added = new ArrayList<>(found);
        before.forEach(added::remove);
        return added;
    }

    // ---- messages

    /// Whether messages came in order, none lost or doubled within a session, and none of an earlier session.
    ///
    /// The sender draws a new epoch for each session, and numbers from 1. What it sent while a session ended may
    /// have gone into the next one, and only that.
    static List<String> signals(String sender, ChaosSnapshot of, String receiver, ChaosSnapshot at) {
        List<String> faults = new ArrayList<>();
        String way = sender + "→" + receiver + ": ";
        Map<Long, Long> certain = new TreeMap<>();
        of.told().stream()
                .filter(told -> told.peer().equals(receiver))
                .forEach(told -> certain.put(told.epoch(), told.over() ? told.certain() : Long.MAX_VALUE));
        Set<Long> earlier = new TreeSet<>();
        List<Heard> sessions = at.heard().stream()
                .filter(heard -> heard.peer().equals(sender) && heard.incarnation() == of.incarnation())
                .toList();
        for (Heard session : sessions) {
            long last = 0;
            for (int i = 0; i < session.runs().size(); i++) {
                Run run = session.runs().get(i);
                boolean own = i == session.runs().size() - 1 && !earlier.contains(run.epoch());
                boolean doubtful = run.first() > certain.getOrDefault(run.epoch(), 0L);
                if (run.epoch() <= last) {
                    Run before = session.runs().get(i - 1);
                    faults.add(way + "in one session " + message(run.first(), run) + " came after "
                            + message(before.last(), before));
                } else if (!doubtful && !own) {
                    faults.add(way + message(run.first(), run) + " came in a later session");
                } else if (!doubtful && run.first() != 1) {
                    faults.add(way + "the session begins with " + message(run.first(), run)
                            + ", what was before it is lost");
                }
                last = Math.max(last, run.epoch());
            }
            session.runs().forEach(run -> earlier.add(run.epoch()));
        }
        return faults;
    }

    private static String message(long number, Run of) {
        return "message " + number + " of epoch " + of.epoch();
    }

    /// Whether all that was told in the present session has come.
    ///
    /// @param told taken before `at`
    static boolean isHeard(String sender, Told told, ChaosSnapshot at) {
        return at.heardLast(sender)
                .filter(heard -> !heard.over() && !heard.runs().isEmpty())
                .map(heard -> heard.runs().getLast())
                .filter(run -> run.epoch() == told.epoch() && run.last() >= told.sent())
                .isPresent();
    }

    // ---- links and monitors

    /// Whether each link and monitor of a watcher fired once when its session ended, on both sides, and not before.
    static List<String> links(String watcher, ChaosSnapshot of, String peer, ChaosSnapshot at) {
        List<String> faults = new ArrayList<>();
        String way = watcher + "→" + peer + ": ";
        List<Arm> arms =
                of.arms().stream().filter(arm -> arm.peer().equals(peer)).toList();
        for (Arm arm : arms) {
            if (arm.downs() > 1 || arm.exits() > 1) {
                faults.add(way + "a monitor fired " + arm.downs() + " times, its link " + arm.exits());
            }
            if (arm.over() && !arm.isSpent()) {
                faults.add(way + "the session ended, and a monitor fired " + arm.downs() + " times, its link "
                        + arm.exits());
            }
            if (arm.downs() != arm.exits() && !arm.over()) {
                faults.add(way + "a monitor fired " + arm.downs() + " times, and its link " + arm.exits());
            }
            if (!arm.reason().isEmpty()) {
                faults.add(way + "a link or monitor fired with " + arm.reason() + ", not NoConnection");
            }
        }
        long spent = arms.stream().filter(Arm::isSpent).count();
        long downs = of.downs().stream()
                .filter(down -> down.peer().equals(peer))
                .mapToLong(ChaosSnapshot.Downs::count)
                .sum();
        if (spent > downs) {
            faults.add(way + "links fired " + (spent - downs) + " times more than the node went down");
        }
        List<Arm> ended = arms.stream()
                .filter(arm -> arm.isSpent() && arm.incarnation() == at.incarnation())
                .toList();
        long confirmed = ended.stream().filter(Arm::confirmed).count();
        long there = at.ended().stream()
                .filter(end -> end.peer().equals(watcher) && end.incarnation() == of.incarnation())
                .mapToLong(ChaosSnapshot.Ended::exits)
                .sum();
        if (there < confirmed) {
            faults.add(way + (confirmed - there) + " links that ended here were known there and did not end");
        }
        if (there > ended.size()) {
            faults.add(way + (there - ended.size()) + " links ended there and not here");
        }
        return faults;
    }

    /// Whether a watcher has a link to a peer, and the peer knows of it.
    static boolean isLinked(ChaosSnapshot watcher, String peer) {
        return watcher.arms().stream().anyMatch(arm -> arm.peer().equals(peer) && !arm.isSpent() && arm.confirmed());
    }

    // ---- node events

    /// Whether each observer saw its peers come and go in turns, for reasons that there can be.
    ///
    /// @param from the place of this fault's first event
    /// @param reasons those that this fault can have
    static List<String> events(List<Event> events, int from, Set<String> reasons) {
        List<String> faults = new ArrayList<>();
        Map<String, Event> last = new TreeMap<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            String pair = event.observer() + "→" + event.peer();
            Event before = last.put(pair + "#" + event.start(), event);
            boolean wasUp = before != null && before.up();
            if (i < from) {
                continue;
            }
            if (event.up() == wasUp) {
                faults.add(pair + ": two events in turn say that it is " + (event.up() ? "up" : "down"));
            }
            if (!event.up() && before != null && before.incarnation() != event.incarnation()) {
                faults.add(pair + ": another start went down than the one that was up");
            }
            if (!event.up() && !reasons.contains(event.reason())) {
                faults.add(pair + ": went down as " + event.reason() + ", which is not what happened");
            }
        }
        return faults;
    }

    private ChaosChecks() {}
}
