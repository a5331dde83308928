package dev.pando.horde;

import dev.pando.core.Pid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one peer has been sent of this server's log. A few messages are on their way at most; what changes
/// meanwhile waits in the log, where it takes no room. So a slow peer is sent less, and holds up nobody.
final class Feed {

    private static final int WINDOW = 2;

    final Pid peer;
    private final NameLog log;
    private final Deque<Long> unconfirmed = new ArrayDeque<>();
    /// Names that cannot be sent, as long as they are in the log.
    private final Set<Grant> untold = new LinkedHashSet<>();
    private Link last;
    private long told;
    private boolean whole;
    /// The log's version when all began to be told: of what ended before, the peer need not hear.
    private long begun;
    /// Whether the peer has yet to be told that it has all, for now.
    private boolean open = true;

    /// @param version up to which the peer has the log
    Feed(Pid peer, NameLog log, long version) {
        this.peer = peer;
        this.log = log;
        whole = version < log.floor() || version > log.version();
        told = whole ? 0 : version;
        last = whole ? log.beginning() : log.placeOf(version);
        begun = whole ? log.version() : 0;
    }

    /// Begins with the first name again when marks are gone that the peer lacks: so much has ended since.
    private void catchUp() {
        if (log.floor() > Math.max(told, begun)) {
            whole = true;
            told = 0;
            last = log.beginning();
            begun = log.version();
            unconfirmed.clear();
        }
    }

    /// The peer has all up to a version.
    void confirm(long version) {
        while (!unconfirmed.isEmpty() && unconfirmed.peek() <= version) {
            unconfirmed.remove();
        }
    }

    /// Whether the peer has been told all and has confirmed it.
    boolean isIdle() {
        return unconfirmed.isEmpty() && !open && told == log.version();
    }

    /// Whether there is something to be told, and it may be told now.
    boolean isDue() {
        return unconfirmed.size() < WINDOW && (open || told != log.version());
    }

    /// What comes next, at most so much of it.
    List<LogItem> next(int most) {
        catchUp();
        List<LogItem> items = new ArrayList<>(Math.min(most, log.size()));
        for (Link link = last.next(); items.size() < most && !log.isEnd(link); link = link.next()) {
            if (link instanceof LogItem item) {
                items.add(item);
            }
        }
        return items;
    }

    /// From which version the next message goes on.
    long told() {
        return told;
    }

    /// Whether the next message begins with the first of all names.
    boolean isWhole() {
        return whole;
    }

    /// The peer has been sent items in a message.
    ///
    /// @param to up to which version it has the log by that
    /// @param all whether that is all there is for now
    void sent(List<LogItem> items, long to, boolean all) {
        if (!items.isEmpty()) {
            last = items.getLast();
        }
        told = to;
        whole = false;
        open = !all;
        unconfirmed.add(to);
    }

    /// Passes by an item that cannot be sent.
    void skip(LogItem item) {
        last = item;
        if (item instanceof Grant grant) {
            untold.add(grant);
        }
    }

    /// The digest of what the peer has when it has been told all.
    long digest() {
        return log.digest(untold);
    }

    /// A place is about to leave the log.
    @SuppressWarnings("ReferenceEquality")
    void leave(Link link) {
        if (last == link) {
            last = link.previous();
        }
        if (!untold.isEmpty() && link instanceof Grant grant) {
            untold.remove(grant);
        }
    }
}
