package dev.pando.cli;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.testkit.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks whether sessions have kept their promises, from what the processes at their ends have noted.
///
/// Words of one process to another come in order and at most once. Within a session none is missing. What comes in
/// one session was sent in one session, and what comes in a later one in a later one. A monitor or link across a
/// session tells of its end once, and before the node is said to be down.
final class SessionPromises {

    private final Map<Pid, SessionNotes> notes = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    private SessionPromises(List<SessionNotes> all) {
        all.forEach(one -> notes.put(one.self(), one));
    }

    /// Looks for what must never happen, at any time.
    static Verdict never(List<SessionNotes> all) {
        SessionPromises promises = new SessionPromises(all);
        all.forEach(promises::never);
        return new Verdict(promises.violations);
    }

    /// Looks, when nobody has sent anything for a while, whether all has come that was sent in sessions that live.
    ///
    /// @param living one process of each node that runs
    static Verdict nothingUnderWay(List<SessionNotes> living) {
        SessionPromises promises = new SessionPromises(living);
        for (SessionNotes sender : living) {
            for (SessionNotes receiver : living) {
                promises.allArrived(sender, receiver);
            }
        }
        return new Verdict(promises.violations);
    }

    /// Looks whether each of these has heard each other say something since a time.
    static Verdict reachEachOther(List<SessionNotes> living, long sinceNanos) {
        List<String> silent = new ArrayList<>();
        for (SessionNotes sender : living) {
            for (SessionNotes receiver : living) {
                if (sender != receiver && !hasHeard(receiver, sender, sinceNanos)) {
                    silent.add(receiver.self() + " hears nothing of " + sender.self() + " any more");
                }
            }
        }
        return new Verdict(silent);
    }

    private static boolean hasHeard(SessionNotes receiver, SessionNotes sender, long sinceNanos) {
        List<SessionNotes.Heard> heard = receiver.peer(sender.self().node()).heard();
        return !heard.isEmpty()
                && heard.getLast().from().equals(sender.self())
                && sender.peer(receiver.self().node())
                                .sent()
                                .get(heard.getLast().number() - 1)
                                .nanos()
                        > sinceNanos;
    }

    private void never(SessionNotes receiver) {
        violations.addAll(receiver.violations());
        receiver.peers().forEach((node, peer) -> {
            Map<Pid, List<SessionNotes.Heard>> bySender = new LinkedHashMap<>();
            peer.heard()
                    .forEach(heard -> bySender.computeIfAbsent(heard.from(), _ -> new ArrayList<>())
                            .add(heard));
            bySender.forEach((from, heard) -> {
                SessionNotes sender = notes.get(from);
                if (sender == null) {
                    wrong(receiver, "hears " + from + ", which nobody has started");
                } else {
                    inOrder(receiver, heard);
                    noneMissing(
                            receiver,
                            sender,
                            sender.peer(receiver.self().node()).sent(),
                            heard);
                    sessionBySession(
                            receiver, sender.peer(receiver.self().node()).sent(), heard);
                }
            });
            peer.bonds().forEach(bond -> firesOnce(receiver, node, peer, bond));
        });
    }

    private void inOrder(SessionNotes receiver, List<SessionNotes.Heard> heard) {
        for (int i = 1; i < heard.size(); i++) {
            SessionNotes.Heard before = heard.get(i - 1);
            SessionNotes.Heard word = heard.get(i);
            if (word.number() <= before.number()) {
                wrong(receiver, "hears " + name(word) + " after word " + before.number());
            } else if (word.turn() == before.turn() && word.number() > before.number() + 1) {
                wrong(receiver, "hears " + name(word) + " after word " + before.number() + " in the same session");
            }
        }
    }

    /// Whoever hears a word of a session has heard all earlier ones of it, unless they were sent before he was there.
    private void noneMissing(
            SessionNotes receiver, SessionNotes sender, List<SessionNotes.Sent> sent, List<SessionNotes.Heard> heard) {
        Set<Integer> numbers = new LinkedHashSet<>();
        Map<Integer, Integer> lastOfSession = new LinkedHashMap<>();
        for (SessionNotes.Heard word : heard) {
            numbers.add(word.number());
            SessionNotes.Sent how = sent.get(word.number() - 1);
            if (how.isCertain()) {
                lastOfSession.merge(how.before(), word.number(), Math::max);
            }
        }
        for (int number = 1; number <= sent.size(); number++) {
            SessionNotes.Sent word = sent.get(number - 1);
            int last = lastOfSession.getOrDefault(word.before(), 0);
            if (word.isCertain()
                    && number < last
                    && word.nanos() > receiver.begunNanos()
                    && !numbers.contains(number)) {
                wrong(
                        receiver,
                        "misses word " + number + " of " + sender.self() + ", and hears word " + last
                                + " of the same session");
            }
        }
    }

    /// Gives each session of the receiver one of the sender, a later one to each later one, as early as possible.
    private void sessionBySession(SessionNotes receiver, List<SessionNotes.Sent> sent, List<SessionNotes.Heard> heard) {
        Map<Integer, List<SessionNotes.Heard>> byTurn = new LinkedHashMap<>();
        heard.forEach(word ->
                byTurn.computeIfAbsent(word.turn(), _ -> new ArrayList<>()).add(word));
        int session = -1;
        for (List<SessionNotes.Heard> words : byTurn.values()) {
            session += 2;
            for (SessionNotes.Heard word : words) {
                session = Math.max(session, sent.get(word.number() - 1).firstSession());
            }
            for (SessionNotes.Heard word : words) {
                SessionNotes.Sent how = sent.get(word.number() - 1);
                if (how.isCertain() && !how.hadSession()) {
                    wrong(receiver, "hears " + name(word) + ", which was sent when there was no session");
                } else if (how.after() < session) {
                    wrong(receiver, "hears " + name(word) + ", of an earlier session, in a later one");
                }
            }
        }
    }

    private void firesOnce(SessionNotes receiver, NodeName node, SessionNotes.Peer peer, SessionNotes.Bond bond) {
        if (bond.fired().size() > 1) {
            wrong(receiver, "is told " + bond.fired().size() + " times of the end of " + bond.what() + " to " + node);
        }
        if (bond.isCertain() && SessionNotes.isUp(bond.before())) {
            boolean over = peer.turn() > bond.before();
            if (over && !bond.fired().contains(bond.before())) {
                wrong(receiver, "is not told of the end of " + bond.what() + " to " + node + " with its session");
            } else if (!over && !bond.fired().isEmpty()) {
                wrong(receiver, "is told of the end of " + bond.what() + " to " + node + ", whose session lives");
            }
        }
    }

    private void allArrived(SessionNotes sender, SessionNotes receiver) {
        SessionNotes.Peer there = sender.peer(receiver.self().node());
        Set<Integer> numbers = new LinkedHashSet<>();
        receiver.peer(sender.self().node()).heard().stream()
                .filter(heard -> heard.from().equals(sender.self()))
                .forEach(heard -> numbers.add(heard.number()));
        for (int number = 1; number <= there.sent().size(); number++) {
            SessionNotes.Sent word = there.sent().get(number - 1);
            if (there.isUp()
                    && word.isCertain()
                    && word.before() == there.turn()
                    && word.nanos() > receiver.begunNanos()
                    && !numbers.contains(number)) {
                wrong(receiver, "misses word " + number + " of " + sender.self() + ", whose session lives");
            }
        }
    }

    private static String name(SessionNotes.Heard word) {
        return "word " + word.number() + " of " + word.from();
    }

    private void wrong(SessionNotes who, String what) {
        violations.add(who.self() + " " + what);
    }
}
