package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One node's share of a replicated registry, as a state machine: the log of its own names, copies of the logs of
/// others, and who holds a key by all of them. Knows nothing of processes, messages and time; confined to its
/// server, but for what the index lets others read.
///
/// Each server is the authority for its own log, and only for that, as in syn. So a copy is never merged with
/// another copy: it is brought forward by news of its server, or replaced as a whole. What is decided between logs –
/// who stays of two that claim a key – every node works out for itself, and all alike; and a server whose own claim
/// has lost takes it out of its own log.
final class NameTable {

    /// As a version that is known: everything is to be told anew.
    static final long NOTHING = -1;

    private final NameIndex index;
    private final Outcome outcome;
    private final NameLog own;
    private final Map<NodeName, Copy> copies = new TreeMap<>();
    private final Map<Pid, Feed> feeds = new LinkedHashMap<>();

    /// What follows from a conflict.
    interface Outcome {
        /// A claim of this node has lost, and is over.
        void lost(Grant mine, Grant winner);

        /// A claim of this node stays.
        void kept(Grant mine, Grant loser);
    }

    /// How much of a piece of news was of use.
    enum Heard {
        /// More is to come.
        MORE,
        /// All is known now.
        ALL,
        /// Something before it is missing.
        GAP
    }

    private record ClaimOf(Object key, long stamp) {}

    /// The copy of another server's log.
    private static final class Copy {
        final NameLog log;
        /// Whether the server is there.
        boolean present = true;
        /// Whether the last piece of news was all that there was to be told.
        boolean complete;
        /// Where those names end that the server has not mentioned yet, while it tells its log anew.
        @Nullable
        Link bookmark;
        /// Its names by claim while they are not in the index: those of a log that was out of reach are not until it
        /// is complete again.
        @Nullable
        Map<ClaimOf, Grant> hidden;
        /// Versions at which claims were given up, which somebody here has heard of early.
        final Map<ClaimOf, Long> over = new HashMap<>();

        Copy(NameLog log) {
            this.log = log;
        }

        void endBookmark() {
            if (bookmark != null) {
                bookmark.unlink();
                bookmark = null;
            }
        }
    }

    NameTable(Pid server, NameIndex index, Outcome outcome) {
        this.index = index;
        this.outcome = outcome;
        this.own = new NameLog(server);
    }

    NameLog own() {
        return own;
    }

    // ---- names of this node

    /// Grants a name to a process of this node.
    Grant grant(Object key, Pid pid, Object value, long stamp) {
        Grant grant = new Grant(own, key, pid, value, stamp, own.nextVersion());
        own.append(grant);
        show(grant);
        return grant;
    }

    /// Goes on with a claim that an earlier server of this node has granted.
    Grant adopt(Grant former) {
        Grant grant = new Grant(own, former.key, former.pid, former.value, former.stamp, own.nextVersion());
        grant.succeed(former);
        own.append(grant);
        replace(former, grant);
        return grant;
    }

    /// Takes a claim back; empty when it is over, or an earlier server's.
    Optional<Mark> end(Grant grant) {
        if (grant.log != own || grant.isAlone()) {
            index.remove(grant);
            return Optional.empty();
        }
        Mark mark = own.end(grant);
        index.remove(grant);
        return Optional.of(mark);
    }

    private void lose(Grant grant) {
        if (index.merges() && !grant.isAlone()) {
            own.lose(grant);
            index.remove(grant);
        } else {
            end(grant);
        }
    }

    /// Gives a claim another value.
    Grant update(Grant grant, Object value) {
        own.remove(grant);
        Grant changed = grant.with(value, own.nextVersion());
        own.append(changed);
        replace(grant, changed);
        return changed;
    }

    /// A process that ends meanwhile has taken out the former, or will take out none of the two.
    private void replace(Grant former, Grant now) {
        index.replace(former, now);
        if (former.hasEnded()) {
            index.remove(former);
            end(now);
        }
    }

    /// Takes back a claim of the key whose process has ended, which its server has not heard of yet.
    ///
    /// @return whether there was one
    boolean tidy(Object key) {
        return index.ending(key).flatMap(this::end).isPresent();
    }

    /// The claims of this node under a key.
    List<Grant> own(Object key) {
        return index.find(own, key);
    }

    // ---- what others are told

    /// Begins to tell a peer of the own log.
    ///
    /// @param version up to which the peer has it
    void feed(Pid peer, long version) {
        unfeed(peer);
        Feed feed = new Feed(peer, own, version);
        own.add(feed);
        feeds.put(peer, feed);
    }

    private void unfeed(Pid peer) {
        Optional.ofNullable(feeds.remove(peer)).ifPresent(own::remove);
    }

    Collection<Feed> feeds() {
        return feeds.values();
    }

    Optional<Feed> feed(Pid peer) {
        return Optional.ofNullable(feeds.get(peer));
    }

    // ---- what others tell

    /// A server is there.
    ///
    /// @return up to which version its log is known
    long meet(Pid peer) {
        Optional<Copy> known = copy(peer);
        if (known.isPresent()) {
            known.get().present = true;
            return known.get().log.version();
        }
        Optional.ofNullable(copies.get(peer.node())).ifPresent(former -> leave(former.log.server));
        copies.put(peer.node(), new Copy(new NameLog(peer)));
        return 0;
    }

    /// A server is out of reach, or over: its names are not found any more. They are kept, in case that it comes
    /// back, until [#forget].
    void leave(Pid peer) {
        unfeed(peer);
        copy(peer).filter(one -> one.present).ifPresent(copy -> {
            copy.present = false;
            if (copy.bookmark != null) {
                copy.endBookmark();
                copy.log.reached(NOTHING);
            }
            if (copy.hidden == null) {
                Map<ClaimOf, Grant> hidden = new HashMap<>();
                copy.log.forEach(grant -> {
                    index.remove(grant);
                    hidden.put(claim(grant), grant);
                });
                copy.hidden = hidden;
            }
        });
    }

    /// Drops the names that are kept of a server, unless it is there again.
    void forget(Pid peer) {
        copy(peer).filter(copy -> !copy.present).ifPresent(_ -> copies.remove(peer.node()));
    }

    /// How many names are kept of servers that are not there.
    int kept() {
        return copies.values().stream()
                .filter(copy -> copy.hidden != null)
                .mapToInt(copy -> copy.log.size())
                .sum();
    }

    private Optional<Copy> copy(Pid peer) {
        return Optional.ofNullable(copies.get(peer.node())).filter(copy -> copy.log.server.equals(peer));
    }

    private Optional<Copy> present(Pid peer) {
        return copy(peer).filter(copy -> copy.present);
    }

    /// Up to which version a server's log is known, or [#NOTHING].
    long known(Pid peer) {
        return present(peer).map(copy -> copy.log.version()).orElse(NOTHING);
    }

    /// Whether the copy of a server's log is whole, and what the server says it is.
    boolean isSound(Pid peer, long version, long digest) {
        return present(peer)
                .filter(copy -> copy.complete && copy.log.version() == version && copy.log.digest() == digest)
                .isPresent();
    }

    Heard hear(News news) {
        Optional<Copy> hearer = present(news.server());
        if (hearer.isEmpty()
                || (!news.whole() && news.from() != hearer.get().log.version())) {
            return Heard.GAP;
        }
        Copy copy = hearer.get();
        if (news.whole()) {
            copy.endBookmark();
            copy.bookmark = copy.log.bookmark();
        }
        news.changes().forEach(change -> hear(copy, change));
        copy.log.reached(news.to());
        copy.over.values().removeIf(version -> version <= news.to());
        copy.complete = news.last();
        if (!copy.complete) {
            return Heard.MORE;
        }
        complete(copy);
        return Heard.ALL;
    }

    private void complete(Copy copy) {
        if (copy.bookmark != null) {
            // What was heard early is not told yet.
            copy.log.before(copy.bookmark).stream()
                    .filter(grant -> grant.version <= copy.log.version())
                    .forEach(grant -> remove(copy, grant));
            copy.endBookmark();
        }
        if (copy.hidden != null) {
            copy.hidden = null;
            copy.log.forEach(this::show);
        }
    }

    /// Hears of one change before the news that it belongs to: somebody on this node has been told of it.
    ///
    /// @return `false` when it cannot be found yet, and may be later
    boolean hearEarly(Pid peer, NameChange change) {
        Optional<Copy> present = present(peer);
        if (present.isEmpty()) {
            return true;
        }
        Copy copy = present.get();
        if (copy.hidden != null) {
            return false;
        }
        boolean early = change.version() > copy.log.version();
        return switch (change) {
            case NameChange.Over _ -> {
                hear(copy, change);
                if (early) {
                    copy.over.put(claim(change), change.version());
                }
                yield true;
            }
            case NameChange.Held _
            when early -> {
                hear(copy, change);
                yield true;
            }
            // One that is missing is over, or has been changed since and is told with what is still to come.
            case NameChange.Held _ -> copy.complete || find(copy, change) != null;
        };
    }

    private void hear(Copy copy, NameChange change) {
        Grant known = find(copy, change);
        switch (change) {
            case NameChange.Over over -> {
                if (known != null) {
                    remove(copy, known);
                }
                if (over instanceof NameChange.Lost lost) {
                    merge(grant(copy, lost));
                }
            }
            case NameChange.Held held
            when known == null -> {
                if (copy.over.isEmpty() || !copy.over.containsKey(claim(held))) {
                    add(copy, grant(copy, held));
                }
            }
            case NameChange.Held held -> {
                if (known.version <= held.version()) {
                    replace(copy, known, known.with(held.value().value(), held.version()));
                }
            }
        }
    }

    private static Grant grant(Copy copy, NameChange.Held held) {
        return grant(copy, held, held.serial(), held.value());
    }

    private static Grant grant(Copy copy, NameChange.Lost lost) {
        return grant(copy, lost, lost.serial(), lost.value());
    }

    private static Grant grant(Copy copy, NameChange change, long serial, Payload value) {
        Pid server = copy.log.server;
        Pid pid = new Pid(server.node(), server.incarnation(), serial);
        return new Grant(copy.log, change.key().value(), pid, value.value(), change.stamp(), change.version());
    }

    /// Its node may have heard first of the claim against which it has lost, and never have told of it here.
    private void merge(Grant loser) {
        own(loser.key).stream().filter(mine -> index.beats(mine, loser)).forEach(mine -> outcome.kept(mine, loser));
    }

    private @Nullable Grant find(Copy copy, NameChange change) {
        return copy.hidden == null
                ? index.find(copy.log, change.key().value(), change.stamp())
                : copy.hidden.get(claim(change));
    }

    private void add(Copy copy, Grant grant) {
        copy.log.append(grant);
        if (copy.hidden == null) {
            show(grant);
        } else {
            copy.hidden.put(claim(grant), grant);
        }
    }

    private void replace(Copy copy, Grant known, Grant now) {
        copy.log.remove(known);
        copy.log.append(now);
        if (copy.hidden == null) {
            index.replace(known, now);
        } else {
            copy.hidden.put(claim(now), now);
        }
    }

    private void remove(Copy copy, Grant grant) {
        copy.log.remove(grant);
        if (copy.hidden == null) {
            index.remove(grant);
        } else {
            copy.hidden.remove(claim(grant));
        }
    }

    private static ClaimOf claim(LogItem item) {
        return new ClaimOf(item.key, item.stamp);
    }

    private static ClaimOf claim(NameChange change) {
        return new ClaimOf(change.key().value(), change.stamp());
    }

    /// Lets a name be found, and ends what this node holds when it has lost by that.
    private void show(Grant grant) {
        index.add(grant).ifPresent(this::decided);
    }

    private void decided(NameIndex.Contest contest) {
        Grant winner = contest.winner();
        for (Grant loser : contest.losers()) {
            if (winner.log == own) {
                // Each merge may have given it another value.
                Optional.ofNullable(index.find(own, winner.key, winner.stamp))
                        .ifPresent(now -> outcome.kept(now, loser));
            } else if (loser.log == own) {
                lose(loser);
                outcome.lost(loser, winner);
            }
        }
    }
}
