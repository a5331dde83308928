package dev.pando.horde;

import dev.pando.core.Pid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The names that one server has granted, in the order of their last changes: on its own node the original, on
/// others a copy.
///
/// A change takes a name to the end of the log, under the next version; a name that was given up leaves a [Mark]
/// there. So whoever has the log up to some version lacks exactly what stands behind it, however often that has
/// changed in between. Of the marks only the last ones are kept: whoever lacks one that is gone is sent all.
final class NameLog {

    private static final int MARKS_MIN = 1_000;
    /// Of the marks there may be one for so many names.
    private static final int NAMES_PER_MARK = 4;

    final Pid server;
    private final Link end = new Link();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private final List<Feed> feeds = new ArrayList<>();
    private long version;
    private long floor;
    private int size;
    private long digest;

    NameLog(Pid server) {
        this.server = server;
    }

    /// Of the last change; 0 when there has been none.
    long version() {
        return version;
    }

    /// Tells up to which version a copy has the log.
    void reached(long told) {
        version = told;
    }

    /// Whoever has less than this version is sent all.
    long floor() {
        return floor;
    }

    /// How many names there are.
    int size() {
        return size;
    }

    /// How many marks there are.
    int marks() {
        return marks.size();
    }

    /// The same for logs with the same names at the same versions, and hardly ever for others.
    long digest() {
        return digest;
    }

    /// The same without some of its names.
    long digest(Collection<Grant> without) {
        return digest - without.stream().mapToLong(NameLog::mix).sum();
    }

    long nextVersion() {
        version++;
        return version;
    }

    void append(Grant grant) {
        end.previous().insertAfter(grant);
        size++;
        digest += mix(grant);
    }

    /// Takes a name out, without a trace.
    void remove(Grant grant) {
        unlink(grant);
        size--;
        digest -= mix(grant);
    }

    /// Takes a name out, and leaves a mark for those who have it.
    Mark end(Grant grant) {
        return end(grant, null);
    }

    /// As [#end(Grant)], of one whose value somebody else is to merge.
    Mark lose(Grant grant) {
        return end(grant, grant);
    }

    private Mark end(Grant grant, @Nullable Grant lost) {
        remove(grant);
        Mark mark = new Mark(grant.key, grant.stamp, nextVersion(), lost);
        end.previous().insertAfter(mark);
        marks.add(mark);
        while (marks.size() > Math.max(MARKS_MIN, size / NAMES_PER_MARK)) {
            Mark oldest = marks.remove();
            floor = oldest.version;
            unlink(oldest);
        }
        return mark;
    }

    private void unlink(Link link) {
        feeds.forEach(feed -> feed.leave(link));
        link.unlink();
    }

    /// A bookmark behind the last item, to be unlinked when it has served.
    Link bookmark() {
        Link mark = new Link();
        end.previous().insertAfter(mark);
        return mark;
    }

    /// The names before a bookmark.
    @SuppressWarnings("ReferenceEquality")
    List<Grant> before(Link bookmark) {
        List<Grant> found = new ArrayList<>();
        for (Link link = end.next(); link != bookmark; link = link.next()) {
            if (link instanceof Grant grant) {
                found.add(grant);
            }
        }
        return found;
    }

    /// Looks at all names; each may be taken out meanwhile.
    @SuppressWarnings("ReferenceEquality")
    void forEach(Consumer<Grant> action) {
        Link link = end.next();
        while (link != end) {
            Link next = link.next();
            if (link instanceof Grant grant) {
                action.accept(grant);
            }
            link = next;
        }
    }

    @SuppressWarnings("ReferenceEquality")
    boolean isEnd(Link link) {
        return link == end;
    }

    /// The last place with a version up to this one.
    Link placeOf(long upTo) {
        Link link = end.previous();
        while (link instanceof LogItem item && item.version > upTo) {
            link = link.previous();
        }
        return link;
    }

    Link beginning() {
        return end;
    }

    void add(Feed feed) {
        feeds.add(feed);
    }

    void remove(Feed feed) {
        feeds.remove(feed);
    }

    /// Does not ask the key, whose hash need not be the same on other nodes.
    private static long mix(Grant grant) {
        long h = grant.stamp * 0x9E37_79B9_7F4A_7C15L ^ grant.version * 0xC2B2_AE3D_27D4_EB4FL ^ grant.pid.serial();
        h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return h ^ h >>> 29;
    }
}
