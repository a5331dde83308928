package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// One node's share of a registry without any process: its table and index, and what has come of conflicts. What
/// listeners would be told is checked as it comes.
final class Share implements NameTable.Outcome, NameIndex.Watch {

    /// A claim that has met another.
    record Meeting(Grant mine, Grant other) {}

    final Pid server;
    final NameIndex index;
    final NameTable table;
    final List<Meeting> lost = new ArrayList<>();
    final List<Meeting> kept = new ArrayList<>();
    /// What was told to listeners, `+` or `-` before the stamp.
    final List<String> notices;
    /// What can be found, by what listeners were told.
    final Set<List<Object>> shown;

    private final Function<Grant, List<Object>> identity;
    private BiFunction<Grant, Grant, Object> merge = (mine, _) -> mine.value;

    private Share(Pid server, Function<NameIndex.Watch, NameIndex> index, Function<Grant, List<Object>> identity) {
        this.server = server;
        this.notices = new ArrayList<>();
        this.shown = new LinkedHashSet<>();
        this.index = index.apply(this);
        this.identity = identity;
        this.table = new NameTable(server, this.index, this);
    }

    private Share(Pid server, Share former) {
        this.server = server;
        this.notices = former.notices;
        this.shown = former.shown;
        this.index = former.index;
        this.identity = former.identity;
        this.merge = former.merge;
        this.table = new NameTable(server, index, this);
    }

    static Share unique(String node, ConflictPolicy policy) {
        return unique(pid(node, 1, 1), policy);
    }

    static Share unique(Pid server, ConflictPolicy policy) {
        Share share = new Share(server, watch -> new UniqueIndex(policy, watch), grant -> List.of(grant.key));
        share.merge = (mine, other) -> policy.merge(mine.entry(), other.entry());
        return share;
    }

    static Share duplicate(Pid server) {
        return new Share(server, DuplicateIndex::new, grant -> List.of(grant.key, grant.token()));
    }

    /// The same node's next server.
    Share restarted(Pid next) {
        return new Share(next, this);
    }

    static Pid pid(String node, long incarnation, long serial) {
        return new Pid(NodeName.of(node), incarnation, serial);
    }

    /// A process of this node.
    Pid process(long serial) {
        return new Pid(server.node(), server.incarnation(), serial);
    }

    Grant grant(Object key, long stamp) {
        return table.grant(key, process(1000 + stamp), "v" + stamp, stamp);
    }

    @Override
    public void lost(Grant mine, Grant winner) {
        lost.add(new Meeting(mine, winner));
    }

    @Override
    public void kept(Grant mine, Grant loser) {
        kept.add(new Meeting(mine, loser));
        Object merged = merge.apply(mine, loser);
        if (!merged.equals(mine.value)) {
            table.update(mine, merged);
        }
    }

    @Override
    public void came(Grant grant) {
        notices.add("+" + grant.stamp);
        assertThat(shown.add(identity.apply(grant)))
                .as("%s: +%s of %s comes when nothing else is there, after %s", server, grant.stamp, grant.key, notices)
                .isTrue();
    }

    @Override
    public void went(Grant grant) {
        notices.add("-" + grant.stamp);
        assertThat(shown.remove(identity.apply(grant)))
                .as("%s: -%s of %s goes when it is there, after %s", server, grant.stamp, grant.key, notices)
                .isTrue();
    }

    // ---- both ends of a link, without anything between them

    /// Lets another server hear all that it has not heard yet, in pieces.
    void tellAll(Share hearer, int most) {
        Feed feed = table.feed(hearer.server).orElseThrow();
        while (feed.isDue()) {
            hearer.table.hear(next(feed, most));
            feed.confirm(feed.told());
        }
    }

    News next(Feed feed, int most) {
        List<LogItem> items = feed.next(most);
        boolean last = items.size() < most;
        long to = last ? table.own().version() : items.getLast().version;
        News news = new News(
                server,
                feed.told(),
                to,
                feed.isWhole(),
                last,
                items.stream().map(NameChange::of).toList());
        feed.sent(items, to, last);
        return news;
    }

    /// Has this one and another meet, and ask each other.
    void meet(Share other) {
        other.table.feed(server, table.meet(other.server));
        table.feed(other.server, other.table.meet(server));
    }

    boolean isSound(Share of) {
        return table.isSound(of.server, of.table.own().version(), of.table.own().digest());
    }
}
