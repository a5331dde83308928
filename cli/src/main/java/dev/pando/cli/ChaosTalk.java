package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Sends messages to all other nodes, calls them, links to their processes and monitors them.
final class ChaosTalk implements ChaosWork {

    private static final Duration CALL = Duration.ofSeconds(5);
    private static final Duration CALL_LATE = CALL.plusSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String JUNK = "x".repeat(1 << 10);

    private final ChaosLog log = new ChaosLog();
    private final Node node;
    private final Cluster cluster;
    private final ChaosSettings settings;

    ChaosTalk(Node node, Cluster cluster, ChaosSettings settings) {
        this.node = node;
        this.cluster = cluster;
        this.settings = settings;
    }

    /// Starts what watches, before there is anything to be seen.
    @Override
    public List<ChildSpec> prepare() {
        cluster.monitorNodes(node.start(new ChaosProbe(log), ChaosProbe.NAME));
        node.start(new ChaosSink(), ChaosSink.NAME);
        for (NodeName peer : settings.others()) {
            boolean silent = settings.plant() == ChaosPlant.DROP_SIGNALS;
            cluster.monitorNodes(node.spawn(new ChaosTeller(peer, log, silent)));
            cluster.monitorNodes(node.start(new ChaosWatch(peer, log)));
            node.spawn(() -> callOften(peer));
        }
        if (settings.plant() == ChaosPlant.DROP_SESSIONS) {
            cluster.monitorNodes(node.spawn(this::dropSessions));
        }
        log.watch();
        return List.of();
    }

    /// The planted fault.
    private void dropSessions() {
        Set<NodeName> lost = new HashSet<>();
        while (true) {
            switch (Self.receive(Notice.class)) {
                case NodeUp up when lost.contains(up.node()) -> cluster.disconnect(up.node());
                case NodeDown down -> lost.add(down.node());
                default -> {}
            }
        }
    }

    private void callOften(NodeName peer) {
        long value = 0;
        while (true) {
            Self.sleep(PAUSE);
            if (cluster.nodes().contains(peer)) {
                value++;
                log.tripBegins(peer.toString(), System.nanoTime());
                boolean answered = isAnswered(peer, value);
                log.tripEnds(peer.toString(), System.nanoTime(), answered);
            }
        }
    }

    private boolean isAnswered(NodeName peer, long value) {
        try {
            long answer = Self.call(ChaosProbe.NAME.on(peer), new ChaosProbe.Ask(value), CALL);
            if (answer != value + 1) {
                log.fault(peer + " answered " + answer + " to " + value);
            }
            return true;
        } catch (ExitException e) {
            return false;
        }
    }

    @Override
    public ChaosLine.Answered answer(ChaosAsk ask) {
        List<String> found = new ArrayList<>();
        switch (ask.what()) {
            case SNAPSHOT -> {}
            case CALLS -> found.addAll(callAll());
            case REST -> log.rest();
            case WORK, LOOK, START, TERMINATE, WAIT -> throw new IllegalArgumentException("nothing is held here");
            case FLOOD -> node.spawn(() -> flood(NodeName.of(ask.peer())));
        }
        return new ChaosLine.Answer(ask.number(), log.snapshot(node.incarnation(), found));
    }

    private List<String> callAll() {
        List<String> failed = new ArrayList<>();
        for (NodeName peer : cluster.nodes()) {
            long begun = System.nanoTime();
            try {
                long answer = node.call(ChaosProbe.NAME.on(peer), new ChaosProbe.Ask(begun), CALL);
                if (answer != begun + 1) {
                    failed.add("a call to " + peer + " got a wrong answer");
                }
            } catch (ExitException e) {
                failed.add("a call to " + peer + " failed: " + e.reason());
            }
            if (System.nanoTime() - begun > CALL_LATE.toNanos()) {
                failed.add("a call to " + peer + " ended after its deadline");
            }
        }
        return failed;
    }

    private void flood(NodeName peer) {
        while (cluster.nodes().contains(peer)) {
            Self.cast(ChaosSink.NAME.on(peer), new ChaosSink.Flood(JUNK));
        }
    }
}
