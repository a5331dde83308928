package dev.pando.cluster.discovery;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// The process of one topology. Looks and connects in processes of their own, so that it is never held up itself.
record TopologyServer(Cluster cluster, Topology topology, TopologyListener listener)
        implements GenServer<TopologyServer.Message, Seeker> {

    sealed interface Message {}

    record Status() implements Message, Call<TopologyStatus> {}

    /// A lookup is due.
    record Look() implements Message, Cast {}

    /// A lookup would answer something else than the last one.
    record Changed() implements Message, Cast {}

    /// Something may be due.
    record Tick() implements Message, Cast {}

    record Answered(long lookup, List<Endpoint> endpoints) implements Message, Cast {}

    record NotAnswered(long lookup, String why) implements Message, Cast {}

    /// An attempt to connect has ended.
    record Tried(Endpoint endpoint, Optional<InetSocketAddress> address, Optional<NodeName> node)
            implements Message, Cast {}

    @Override
    public Seeker init() {
        Self.trapExits(true);
        Seeker seeker = new Seeker(cluster, topology, listener);
        cluster.monitorNodes(Self.pid());
        seeker.start();
        return seeker;
    }

    @Override
    public Step<Seeker> handle(Message message, Seeker state) {
        switch (message) {
            case Status status -> {
                return Step.reply(status, state.status(), state);
            }
            case Look _ -> state.look();
            case Changed _ -> state.lookNow();
            case Tick _ -> state.tick();
            case Answered(long lookup, List<Endpoint> endpoints) -> state.answered(lookup, endpoints);
            case NotAnswered(long lookup, String why) -> state.notAnswered(lookup, why);
            case Tried(Endpoint endpoint, Optional<InetSocketAddress> address, Optional<NodeName> node) ->
                state.tried(endpoint, address, node);
        }
        return Step.noReply(state);
    }

    @Override
    public Step<Seeker> handleInfo(Signal signal, Seeker state) {
        switch (signal) {
            case NodeUp _, NodeDown _ -> state.looked();
            case Exit(Pid from, ExitReason reason) -> state.ended(from, reason);
            default -> {}
        }
        return Step.noReply(state);
    }

    @Override
    public void terminate(ExitReason reason, Seeker state) {
        cluster.demonitorNodes(Self.pid());
        state.stop();
    }
}
