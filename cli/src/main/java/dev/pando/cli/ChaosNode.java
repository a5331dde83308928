package dev.pando.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ExitException;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// One node of a network that is to be disturbed, in a process of its own. Is asked on standard input and tells on
/// standard output, a line of JSON each. Ends when its standard input does, that is with the process that started
/// it, however that one ends.
@Command(name = "chaos-node", hidden = true)
final class ChaosNode implements Callable<Integer> {

    private static final Duration CALL = Duration.ofSeconds(5);
    private static final Duration CALL_LATE = CALL.plusSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration BEAT = Duration.ofMillis(5);
    private static final String JUNK = "x".repeat(1 << 10);

    private final ObjectMapper mapper = new ObjectMapper();
    private final ChaosLog log = new ChaosLog();

    @Override
    public Integer call() throws Exception {
        BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ChaosSettings settings = mapper.readValue(parent.readLine(), ChaosSettings.class);
        Node node = Node.start(settings.name(), ChaosProbe.PROTOCOLS);
        Cluster cluster = Cluster.of(node, settings.cluster());
        watch(node, cluster, settings);
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec()));
        say(new ChaosLine.Joined(node.incarnation(), System.nanoTime()));
        for (String line = parent.readLine(); line != null; line = parent.readLine()) {
            answer(node, cluster, mapper.readValue(line, ChaosAsk.class));
        }
        Runtime.getRuntime().halt(0);
        return 0;
    }

    /// Starts what watches, before there is anything to be seen.
    private void watch(Node node, Cluster cluster, ChaosSettings settings) {
        cluster.monitorNodes(node.spawn(this::report));
        cluster.monitorNodes(node.start(new ChaosProbe(log), ChaosProbe.NAME));
        node.start(new ChaosSink(), ChaosSink.NAME);
        for (NodeName peer : settings.others()) {
            boolean silent = settings.plant() == ChaosPlant.DROP_SIGNALS;
            cluster.monitorNodes(node.spawn(new ChaosTeller(peer, log, silent)));
            cluster.monitorNodes(node.start(new ChaosWatch(peer, log)));
            node.spawn(() -> callOften(cluster, peer));
        }
        if (settings.plant() == ChaosPlant.DROP_SESSIONS) {
            cluster.monitorNodes(node.spawn(() -> dropSessions(cluster)));
        }
        Thread beat = new Thread(this::beat, "beat");
        beat.setDaemon(true);
        beat.start();
    }

    private void report() {
        while (true) {
            switch (Self.receive(Notice.class)) {
                case NodeUp up ->
                    say(new ChaosLine.Changed(System.nanoTime(), up.node().toString(), up.incarnation(), true, ""));
                case NodeDown down ->
                    say(new ChaosLine.Changed(
                            System.nanoTime(),
                            down.node().toString(),
                            down.incarnation(),
                            false,
                            down.reason().name()));
                default -> {}
            }
        }
    }

    /// The planted fault.
    private static void dropSessions(Cluster cluster) {
        Set<NodeName> lost = new HashSet<>();
        while (true) {
            switch (Self.receive(Notice.class)) {
                case NodeUp up when lost.contains(up.node()) -> cluster.disconnect(up.node());
                case NodeDown down -> lost.add(down.node());
                default -> {}
            }
        }
    }

    private void callOften(Cluster cluster, NodeName peer) {
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

    /// Notes for how long this process stood still.
    private void beat() {
        while (true) {
            long begun = System.nanoTime();
            try {
                Thread.sleep(BEAT);
            } catch (InterruptedException e) {
                return;
            }
            log.stoodStill(begun + BEAT.toNanos(), System.nanoTime());
        }
    }

    private void answer(Node node, Cluster cluster, ChaosAsk ask) {
        List<String> found = new ArrayList<>();
        switch (ask.what()) {
            case SNAPSHOT -> {}
            case CALLS -> found.addAll(callAll(node, cluster));
            case REST -> log.rest();
            case FLOOD -> node.spawn(() -> flood(cluster, NodeName.of(ask.peer())));
        }
        say(new ChaosLine.Answer(ask.number(), log.snapshot(node.incarnation(), found)));
    }

    private static List<String> callAll(Node node, Cluster cluster) {
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

    private static void flood(Cluster cluster, NodeName peer) {
        while (cluster.nodes().contains(peer)) {
            Self.cast(ChaosSink.NAME.on(peer), new ChaosSink.Flood(JUNK));
        }
    }

    private void say(ChaosLine line) {
        try {
            String text = mapper.writerFor(ChaosLine.class).writeValueAsString(line);
            synchronized (System.out) {
                System.out.println(text);
                System.out.flush();
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
