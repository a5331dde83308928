package dev.pando.observer;

import static dev.pando.core.Step.reply;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.discovery.Topologies;
import dev.pando.cluster.discovery.Topology;
import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Handoff;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Step;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.HordeRegistry;
import dev.pando.horde.Placement;
import dev.pando.horde.Router;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;

/// The guide's complete production system.
record FinanceSystem(
        Supervisor tree,
        HordeRegistry registry,
        DistributedSupervisor workers,
        Router<String> router,
        ClusterMonitor monitor) {

    static FinanceSystem of(
            Node node, ClusterConfig config, Topology topology, Placement placement, MeterRegistry metrics) {
        node.speak(Protocols.of(DonationWorker.class));
        // 1. Cluster formation
        Cluster cluster = Cluster.of(node, config);
        Topologies topologies = Topologies.of(cluster, topology);
        // 2. Distributed registry
        HordeRegistry registry = HordeRegistry.of(cluster, "finance");
        // 3. Distributed supervisor
        DistributedSupervisor workers = DistributedSupervisor.of(cluster, "finance", placement);
        // 4. Routes requests to workers
        Router<String> router = Router.byKey(workers, DonationWorker::spec);
        // 5. Sees who comes and goes
        ClusterMonitor monitor = ClusterMonitor.of(cluster, metrics, MonitorConfig.of(3));
        Supervisor tree = Supervisor.of(
                Strategy.REST_FOR_ONE,
                cluster.childSpec(),
                topologies.childSpec(),
                registry.childSpec(),
                workers.childSpec(),
                monitor.childSpec());
        return new FinanceSystem(tree, registry, workers, router, monitor);
    }

    /// Starts the worker of a donation where there is none, on some node, and has it process an amount.
    BigDecimal processDonation(String donationId, BigDecimal amount) {
        return router.call("donation_" + donationId, new DonationWorker.Donate(amount), Duration.ofSeconds(10));
    }

    /// Its state is what it has processed, which it takes along when it moves.
    record DonationWorker(String id)
            implements GenServer<DonationWorker.Donate, BigDecimal>, Handoff<BigDecimal, DonationWorker.Total> {

        /// Answered with the sum so far.
        record Donate(BigDecimal amount) implements Call<BigDecimal> {}

        record Total(BigDecimal amount) {}

        static ChildSpec spec(String id) {
            return ChildSpec.of(id, new DonationWorker(id));
        }

        @Override
        public BigDecimal init() {
            return BigDecimal.ZERO;
        }

        @Override
        public Step<BigDecimal> handle(Donate donation, BigDecimal total) {
            BigDecimal sum = total.add(donation.amount());
            return reply(donation, sum, sum);
        }

        @Override
        public Total export(BigDecimal total) {
            return new Total(total);
        }

        @Override
        public BigDecimal restore(Total exported, int version) {
            return exported.amount();
        }
    }
}
