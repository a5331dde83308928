package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Cast;
import dev.pando.core.GenServer;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Says which nodes come and go.
record NodeWatch(Cluster cluster, PrintWriter out) implements GenServer<Cast, Set<NodeName>> {

    @Override
    public Set<NodeName> init() {
        cluster.monitorNodes(Self.pid());
        Set<NodeName> up = new TreeSet<>(cluster.nodes());
        up.forEach(node -> say("up " + node));
        return up;
    }

    @Override
    public Step<Set<NodeName>> handle(Cast message, Set<NodeName> up) {
        return Step.noReply(up);
    }

    @Override
    public Step<Set<NodeName>> handleInfo(Signal signal, Set<NodeName> up) {
        switch (signal) {
            // One that came between the two steps of `init` is in the list, and told.
            case NodeUp(NodeName node, long _) when up.add(node) -> say("up " + node);
            case NodeDown(NodeName node, long _, NodeDown.Reason reason)
            when up.remove(node) -> say("down " + node + " " + reason.name().toLowerCase(Locale.ROOT));
            default -> {}
        }
        return Step.noReply(up);
    }

    private void say(String text) {
        out.println(text);
        out.flush();
    }
}
