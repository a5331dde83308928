package dev.pando.observer;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Initialized;
import dev.pando.core.Name;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/// Watches the cluster from one node: logs who comes and goes, keeps meters, and calls hooks.
///
/// Whatever it tells is an [Alert]. Each is logged with keys and values, counted where there is a
/// counter, and given to the hooks of the [MonitorConfig]. That nothing happens for long is no
/// alert; that there are fewer nodes than expected for long is one. Those who are there when it
/// starts have not joined for it, and what happens while it does not run is not told.
///
/// Each meter has the tag `node`, the name of this node, so that several nodes can share a
/// registry:
///
/// | meter | tags | |
/// |---|---|---|
/// | `pando.cluster.members`, `pando.cluster.expected` | | nodes, this one included |
/// | `pando.cluster.below.expected` | | seconds with fewer than expected, in total |
/// | `pando.cluster.joins` | `how` | [Alert.NodeJoined], in total |
/// | `pando.cluster.leaves` | `reason` | [Alert.NodeLost], in total |
/// | `pando.cluster.refused` | `kind` | [Cluster#refused], in total |
/// | `pando.node.processes` | | processes of this node |
/// | `pando.peer.signals.sent`, `pando.peer.bytes.sent` | `peer` | in total in this session |
/// | `pando.peer.signals.received`, `pando.peer.bytes.received` | `peer` | the same |
/// | `pando.peer.signals.queued`, `pando.peer.bytes.queued` | `peer` | what waits to be sent |
/// | `pando.peer.senders.waiting` | `peer` | threads that are held up by that |
///
/// Meters of a peer are there while there is a session with it. All are removed when the monitor is
/// stopped in order; when it fails, the next start goes on with them.
public final class ClusterMonitor {

    /// The monitor of a node; `NAME.on(other)` is that of another one.
    public static final Name NAME = new Name("pando.observer");

    /// What the caller of [Distribution] waits longer than the monitor.
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final MonitorConfig config;
    private final MonitorMeters meters;

    private ClusterMonitor(Cluster cluster, MeterRegistry registry, MonitorConfig config) {
        this.cluster = cluster;
        this.config = config;
        this.meters = new MonitorMeters(cluster, registry, config.expected());
        cluster.node().speak(Protocols.of(Distribution.class, Look.class, Count.class));
    }

    /// The monitor of a node, which runs while its [#childSpec] does.
    public static ClusterMonitor of(Cluster cluster, MeterRegistry registry, MonitorConfig config) {
        return new ClusterMonitor(cluster, registry, config);
    }

    /// Makes a monitor and starts it, outside of any supervision tree.
    ///
    /// @throws IllegalStateException when the node has one
    public static ClusterMonitor start(Cluster cluster, MeterRegistry registry, MonitorConfig config) {
        ClusterMonitor monitor = of(cluster, registry, config);
        cluster.node().start(new Server(monitor), NAME);
        return monitor;
    }

    /// To be started right after the cluster's, so that it sees the first ones join.
    public ChildSpec childSpec() {
        return ChildSpec.of(NAME.value(), new Server(this)).name(NAME);
    }

    /// How this node sees its cluster.
    ///
    /// @throws ExitException as [dev.pando.core.Node#call(dev.pando.core.Dest, Call)]
    public Health health() {
        return cluster.node().call(NAME, new Look());
    }

    /// How many processes each node has, as [Distribution] says.
    ///
    /// @throws ExitException as [dev.pando.core.Node#call(dev.pando.core.Dest, Call)]; not because
    ///     another node does not answer
    public ProcessCounts distribution(Duration within) {
        return cluster.node().call(NAME, new Distribution(within), within.plus(ON_THE_WAY));
    }

    // ---- the protocol

    /// What a monitor can be asked, also from other nodes.
    public sealed interface Message permits Distribution, Look, Internal {}

    /// Asks the monitors of all nodes that this one has a session with how many processes they
    /// have, and answers when all have answered or the time is up. Give the call itself a little
    /// longer.
    public record Distribution(Duration within) implements Message, Call<ProcessCounts> {
        public Distribution {
            if (!within.isPositive()) {
                throw new IllegalArgumentException("within: " + within + "; give the nodes a time above zero");
            }
        }
    }

    /// Asks how the node sees its cluster.
    public record Look() implements Message, Call<Health> {}

    /// What monitors tell each other, and themselves.
    sealed interface Internal extends Message {}

    /// Asks how many processes the node has.
    record Count() implements Internal, Call<Integer> {}

    /// There may still be fewer nodes than expected.
    record GraceIsOver(long sinceNanos) implements Internal, Cast {}

    /// Whoever comes back now comes back by itself.
    record AllAreBack() implements Internal, Cast {}

    /// A call of a hook may still run.
    record HookIsSlow(Pid call) implements Internal, Cast {}

    /// The process of a monitor.
    private record Server(ClusterMonitor monitor) implements GenServer<Message, Watch> {
        @Override
        public Watch init() {
            // Or a hook that throws would end the monitor, and an orderly stop would not come to `terminate`.
            Self.trapExits(true);
            return Watch.begin(monitor.cluster, monitor.config, monitor.meters);
        }

        @Override
        public Step<Watch> handle(Message message, Watch watch) {
            return switch (message) {
                case Look look -> reply(look, watch.health(), watch);
                case Count count -> reply(count, watch.processes(), watch);
                case Distribution request -> {
                    watch.distribution(request);
                    yield noReply(watch);
                }
                case GraceIsOver(long sinceNanos) -> {
                    watch.graceIsOver(sinceNanos);
                    yield noReply(watch);
                }
                case AllAreBack _ -> {
                    watch.allAreBack();
                    yield noReply(watch);
                }
                case HookIsSlow(Pid call) -> {
                    watch.hookIsSlow(call);
                    yield noReply(watch);
                }
            };
        }

        @Override
        public Step<Watch> handleInfo(Signal signal, Watch watch) {
            switch (signal) {
                case NodeUp up -> watch.up(up);
                case NodeDown down -> watch.down(down);
                case Exit exit -> watch.exited(exit);
                case Notice _, Down _, Initialized _ -> {}
            }
            return noReply(watch);
        }

        @Override
        public void terminate(ExitReason reason, Watch watch) {
            watch.end(reason);
        }

        @Override
        public String toString() {
            return NAME.value();
        }
    }
}
