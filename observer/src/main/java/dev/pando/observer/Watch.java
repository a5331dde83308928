package dev.pando.observer;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.MultiReply;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.RemoteName;
import dev.pando.core.Self;
import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What one process of a monitor knows, and what it does about it. Lives in that process.
final class Watch {

    /// Within it come the sessions with all nodes that a merge of the engine brings back.
    private static final Duration HEAL = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final Node node;
    private final Clock clock;
    private final MonitorConfig config;
    private final MonitorMeters meters;
    private final Membership membership;
    private final List<HookCalls> hooks;

    private Watch(Cluster cluster, MonitorConfig config, MonitorMeters meters, Membership membership) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.clock = node.host().clock();
        this.config = config;
        this.meters = meters;
        this.membership = membership;
        this.hooks = config.hooks().stream()
                .map(hook -> new HookCalls(node.name(), hook, config.hookLimit()))
                .toList();
    }

    static Watch begin(Cluster cluster, MonitorConfig config, MonitorMeters meters) {
        cluster.monitorNodes(Self.pid());
        Map<NodeName, Long> there = new TreeMap<>();
        cluster.peers().forEach(peer -> there.put(peer.node(), peer.incarnation()));
        long now = cluster.node().host().clock().nanos();
        Watch watch = new Watch(cluster, config, meters, new Membership(config.expected(), there, now));
        watch.begin();
        return watch;
    }

    private void begin() {
        AlertLog.started(node.name(), membership.others(), config.expected());
        meters.begin();
        see();
        membership.shortSinceNanos().ifPresent(this::allowGrace);
    }

    /// After a failure the next process goes on with the meters.
    void end(ExitReason reason) {
        cluster.demonitorNodes(Self.pid());
        if (!reason.abnormal()) {
            meters.end();
        }
    }

    // ---- what comes and goes

    void up(NodeUp up) {
        boolean healing = membership.isHealing();
        membership.up(up, clock.nanos()).forEach(this::tell);
        see();
        if (membership.isHealing() && !healing) {
            Self.sendAfter(HEAL, new ClusterMonitor.AllAreBack());
        }
    }

    void down(NodeDown down) {
        boolean few = membership.shortSinceNanos().isPresent();
        membership.down(down, clock.nanos()).ifPresent(this::tell);
        see();
        membership.shortSinceNanos().filter(_ -> !few).ifPresent(this::allowGrace);
    }

    private void see() {
        meters.see(membership.others(), membership.shortSinceNanos().isPresent());
    }

    private void allowGrace(long sinceNanos) {
        Self.sendAfter(config.grace(), new ClusterMonitor.GraceIsOver(sinceNanos));
    }

    void graceIsOver(long sinceNanos) {
        membership.overdue(sinceNanos, clock.nanos(), clock.now()).ifPresent(this::tell);
    }

    void allAreBack() {
        membership.healed().ifPresent(this::tell);
    }

    private void tell(Alert alert) {
        AlertLog.write(node.name(), membership.seen(), alert);
        meters.count(alert);
        hooks.forEach(hook -> hook.tell(alert));
    }

    // ---- hooks

    void hookIsSlow(Pid pid) {
        hooks.forEach(hook -> hook.slow(pid));
    }

    void exited(Exit exit) {
        hooks.forEach(hook -> hook.ended(exit));
    }

    // ---- what is asked

    Health health() {
        List<NodeName> members = new ArrayList<>(membership.others());
        members.add(node.name());
        members.sort(NodeName::compareTo);
        long now = clock.nanos();
        return new Health(
                members,
                config.expected(),
                membership.shortSinceNanos().map(since -> clock.now().minusNanos(now - since)));
    }

    int processes() {
        return node.processCount();
    }

    /// Asks all others in a process of its own, which ends with this one.
    void distribution(ClusterMonitor.Distribution request) {
        From<ProcessCounts> caller = Self.from(request);
        Self.spawnLink(() -> caller.reply(counts(request.within())));
    }

    private ProcessCounts counts(Duration within) {
        List<RemoteName> others =
                cluster.nodes().stream().map(ClusterMonitor.NAME::on).toList();
        MultiReply<Integer> answers = Self.multiCall(others, new ClusterMonitor.Count(), within);
        Map<NodeName, Integer> counts = new TreeMap<>();
        Map<NodeName, ExitReason> failures = new TreeMap<>();
        counts.put(node.name(), node.processCount());
        for (RemoteName other : others) {
            Optional.ofNullable(answers.replies().get(other)).ifPresent(count -> counts.put(other.node(), count));
            Optional.ofNullable(answers.failures().get(other)).ifPresent(why -> failures.put(other.node(), why));
        }
        return new ProcessCounts(counts, failures);
    }
}
