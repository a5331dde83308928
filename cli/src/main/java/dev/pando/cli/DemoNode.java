package dev.pando.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pando.cluster.Cluster;
import dev.pando.core.Node;
import dev.pando.core.Resources;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.donations.DonationProtocols;
import dev.pando.donations.DonationRouter;
import dev.pando.donations.Ledger;
import dev.pando.donations.LedgerConfig;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Placement;
import dev.pando.horde.SupervisorOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// One node of the demonstration, in a process of its own. Ends when its standard input does, that
/// is with the process that started it, however that one ends.
@Command(name = "demo-node", hidden = true)
final class DemoNode implements Callable<Integer> {

    /// The one line on standard output.
    static final String READY = "ready";

    private static final int CONNECTIONS = 4;
    private static final Duration START = Duration.ofSeconds(60);

    @Override
    public Integer call() throws Exception {
        BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        NodeSettings settings = new ObjectMapper().readValue(parent.readLine(), NodeSettings.class);
        Cluster cluster = start(settings);
        if (!cluster.awaitMembers(settings.members(), START)) {
            throw new IllegalStateException(settings.name() + " found only " + cluster.nodes() + " in " + START);
        }
        System.out.println(READY);
        while (parent.readLine() != null) {
            // Nothing more is said; the end is what counts.
        }
        Runtime.getRuntime().halt(0);
        return 0;
    }

    private static Cluster start(NodeSettings settings) {
        Ledger ledger =
                Ledger.open(LedgerConfig.of(settings.ledgerUrl(), settings.ledgerUser(), settings.ledgerPassword())
                        .connections(CONNECTIONS));
        Node node = Node.start(settings.name(), DonationProtocols.all(), Resources.of(ledger));
        Cluster cluster = Cluster.of(node, settings.cluster());
        DistributedSupervisor workers = DistributedSupervisor.of(
                cluster,
                NodeSettings.WORKERS,
                SupervisorOptions.of(Placement.consistentHash()).takeOvers((_, _, _) -> settings.takeOver()));
        node.start(Supervisor.of(
                Strategy.ONE_FOR_ONE,
                cluster.childSpec(),
                workers.childSpec(),
                new DonationRouter(workers).childSpec()));
        return cluster;
    }
}
