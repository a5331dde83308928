package dev.pando.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.Notice;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// One node of a network that is to be disturbed, in a process of its own. Is asked on standard input and tells on
/// standard output, a line of JSON each. Ends when its standard input does, that is with the process that started
/// it, however that one ends.
@Command(name = "chaos-node", hidden = true)
final class ChaosNode implements Callable<Integer> {

    private final ObjectMapper mapper = ChaosLine.mapper();

    @Override
    public Integer call() throws Exception {
        BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ChaosSettings settings = mapper.readValue(parent.readLine(), ChaosSettings.class);
        Node node = Node.start(settings.name(), ChaosProbe.PROTOCOLS, Resources.of(new ChaosCensus(settings.plant())));
        Cluster cluster = Cluster.of(node, settings.cluster());
        cluster.monitorNodes(node.spawn(this::report));
        ChaosWork work = switch (settings.work()) {
            case TALK -> new ChaosTalk(node, cluster, settings);
            case NAMES -> new ChaosNames(node, cluster, settings, this::say);
            case CHILDREN -> new ChaosChildren(node, cluster, settings, this::say);
        };
        List<ChildSpec> children = new ArrayList<>(List.of(cluster.childSpec()));
        children.addAll(work.prepare());
        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, children.toArray(ChildSpec[]::new)));
        say(new ChaosLine.Joined(node.incarnation(), System.nanoTime()));
        for (String line = parent.readLine(); line != null; line = parent.readLine()) {
            say(work.answer(mapper.readValue(line, ChaosAsk.class)));
        }
        Runtime.getRuntime().halt(0);
        return 0;
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
