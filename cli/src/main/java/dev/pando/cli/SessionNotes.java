package dev.pando.cli;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What one process was told of other nodes, what it sent there and what it heard, in the order of its mailbox.
///
/// A turn counts what it was told of a node: odd while that is up, even while it is down. Of what comes in, the turn is
/// exact. Of what goes out it is not: the session may have changed already, and the news of it lie in the mailbox. So
/// such a thing has two turns, one of before it was done and one of when all news of that time have been read.
final class SessionNotes {

    /// A word to a node; its number is its place in the list, from 1.
    record Sent(long nanos, int before, int after) {
        boolean isCertain() {
            return before == after;
        }

        boolean hadSession() {
            return isUp(before);
        }

        /// The first session it can have been sent in.
        int firstSession() {
            return hadSession() ? before : before + 1;
        }
    }

    /// A word that came.
    record Heard(Pid from, int number, int turn) {}

    /// A monitor, or a link, to a process of a node.
    ///
    /// @param fired the turns in which it was told of
    record Bond(String what, int before, int after, List<Integer> fired) {
        boolean isCertain() {
            return before == after;
        }
    }

    /// All about one other node.
    static final class Peer {
        private final List<Sent> sent = new ArrayList<>();
        private final List<Heard> heard = new ArrayList<>();
        private final Map<Object, Bond> bonds = new LinkedHashMap<>();
        private final List<Bond> formerBonds = new ArrayList<>();
        private OptionalLong incarnation = OptionalLong.empty();
        private boolean confirmed = true;
        private int turn;
        private int settledWords;

        int turn() {
            return turn;
        }

        boolean isUp() {
            return SessionNotes.isUp(turn);
        }

        List<Sent> sent() {
            return sent;
        }

        List<Heard> heard() {
            return heard;
        }

        /// Also those that others have taken the place of.
        List<Bond> bonds() {
            List<Bond> all = new ArrayList<>(formerBonds);
            all.addAll(bonds.values());
            return all;
        }

        private void settle() {
            for (; settledWords < sent.size(); settledWords++) {
                Sent word = sent.get(settledWords);
                sent.set(settledWords, new Sent(word.nanos(), word.before(), turn));
            }
            bonds.replaceAll((_, bond) -> bond.after() == OPEN ? settled(bond) : bond);
        }

        private Bond settled(Bond bond) {
            return new Bond(bond.what(), bond.before(), turn, bond.fired());
        }
    }

    /// A turn that is not known yet.
    static final int OPEN = Integer.MAX_VALUE;

    private final Pid self;
    private final long begunNanos;
    private final Map<NodeName, Peer> peers = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    SessionNotes(Pid self, long begunNanos) {
        this.self = self;
        this.begunNanos = begunNanos;
    }

    static boolean isUp(int turn) {
        return turn % 2 == 1;
    }

    Pid self() {
        return self;
    }

    long begunNanos() {
        return begunNanos;
    }

    Peer peer(NodeName node) {
        return peers.computeIfAbsent(node, _ -> new Peer());
    }

    Map<NodeName, Peer> peers() {
        return peers;
    }

    /// What was wrong at once.
    List<String> violations() {
        return violations;
    }

    // ---- what comes in

    /// The node was there before anybody could tell; news of its coming may still follow.
    void found(NodeName node) {
        Peer peer = peer(node);
        peer.turn = 1;
        peer.confirmed = false;
    }

    /// Notes that a node is up; returns whether that begins a session.
    boolean up(NodeUp up) {
        Peer peer = peer(up.node());
        boolean begins = !peer.isUp();
        if (begins) {
            peer.turn++;
        } else if (peer.confirmed) {
            wrong("is told twice that " + up.node() + " is up");
        }
        peer.incarnation.ifPresent(earlier -> {
            if (up.incarnation() < earlier) {
                wrong("is told that an earlier start of " + up.node() + " is up");
            }
        });
        peer.confirmed = true;
        peer.incarnation = OptionalLong.of(up.incarnation());
        return begins;
    }

    void down(NodeDown down) {
        Peer peer = peer(down.node());
        if (peer.isUp()) {
            peer.turn++;
            if (peer.incarnation.isPresent() && peer.incarnation.getAsLong() != down.incarnation()) {
                wrong("is told that a start of " + down.node() + " is down which was not up");
            }
        } else if (peer.turn > 0) {
            wrong("is told twice that " + down.node() + " is down");
        }
    }

    /// Notes a word; returns whether it is the first of its session.
    boolean hears(Pid from, int number) {
        Peer peer = peer(from.node());
        if (!peer.isUp()) {
            wrong("hears word " + number + " of " + from + ", which it was told is down");
        } else if (peer.incarnation.isPresent() && peer.incarnation.getAsLong() != from.incarnation()) {
            wrong("hears word " + number + " of " + from + ", while another start of that node is up");
        }
        boolean first = peer.heard.isEmpty() || peer.heard.getLast().turn() < peer.turn;
        peer.heard.add(new Heard(from, number, peer.turn));
        return first;
    }

    /// A monitor or a link has told of an end, which is that of the session: the other lives.
    void fires(NodeName node, Object bond) {
        Peer peer = peer(node);
        Bond known = peer.bonds.get(bond);
        if (known != null) {
            known.fired().add(peer.turn);
        } else if (!peer.isUp()) {
            wrong("is told the end of a link to " + node + ", which it was told is down");
        }
    }

    /// There was nobody to watch.
    void without(NodeName node, Ref monitor) {
        peer(node).bonds.remove(monitor);
    }

    // ---- what goes out

    /// The number of the next word to a node.
    int sends(NodeName to, long nanos) {
        Peer peer = peer(to);
        peer.sent.add(new Sent(nanos, peer.turn, OPEN));
        return peer.sent.size();
    }

    /// Notes a monitor or a link.
    ///
    /// @param bond what it is known by when it fires
    void binds(NodeName node, Object bond, String what) {
        Peer peer = peer(node);
        Bond former = peer.bonds.put(bond, new Bond(what, peer.turn, OPEN, new ArrayList<>()));
        if (former != null) {
            // A link to the same process, of an earlier session.
            peer.formerBonds.add(former.after() == OPEN ? peer.settled(former) : former);
        }
    }

    /// All news of the time before have been read.
    void settle() {
        peers.values().forEach(Peer::settle);
    }

    private void wrong(String what) {
        violations.add(self + " " + what);
    }
}
