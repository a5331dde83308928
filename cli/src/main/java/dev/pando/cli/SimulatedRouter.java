package dev.pando.cli;

import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.HordeRegistry;
import dev.pando.horde.Placement;
import dev.pando.testkit.Conservation;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.TestCluster;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every donation comes in on all nodes at once, and has to have one worker, which records it. No faults: what a router
/// does wrong here, it does on a good day.
final class SimulatedRouter implements SimulationSuite.Body {

    private static final int DONATIONS = 10;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

    /// Records whatever it is told; it has no key of its own that would refuse a second one.
    static final class Ledger {
        private final List<Map.Entry<String, BigDecimal>> entries = new ArrayList<>();

        void record(String donation) {
            entries.add(Map.entry(donation, amount(donation)));
        }
    }

    /// Records one donation when it starts.
    record Recorder(String donation) implements GenServer<Recorder.Nudge, String> {
        record Nudge() implements Cast {}

        @Override
        public List<Class<?>> resources() {
            return List.of(Ledger.class);
        }

        @Override
        public String init() {
            Self.resource(Ledger.class).record(donation);
            return donation;
        }

        @Override
        public Step<String> handle(Nudge nudge, String state) {
            return Step.noReply(state);
        }
    }

    @FunctionalInterface
    private interface Router {
        void route(String donation);
    }

    private static BigDecimal amount(String donation) {
        return new BigDecimal(donation.length() * 100 + donation.charAt(donation.length() - 1));
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Ledger ledger = new Ledger();
        Map<String, BigDecimal> in = new LinkedHashMap<>();
        for (int i = 0; i < DONATIONS; i++) {
            in.put("donation-" + i, amount("donation-" + i));
        }
        boolean planted = setting.has(SimulationSuite.Plant.CHECK_THEN_ACT);
        try (SimulatedNodes<Router> nodes = SimulatedNodes.start(
                simulation,
                setting.nodes(),
                Protocols.of(Recorder.class),
                () -> Resources.of(ledger),
                (node, cluster) -> {
                    DistributedSupervisor workers =
                            DistributedSupervisor.start(cluster, "workers", Placement.consistentHash());
                    HordeRegistry names = HordeRegistry.start(cluster, "names");
                    return planted ? checkThenAct(names) : donation -> workers.startOrGet(worker(donation));
                })) {
            // Supervisors that have not met yet place children on what they know, which is themselves.
            simulation.runFor(LONG_ENOUGH);
            for (TestCluster.Member<Router> member : nodes.alive()) {
                in.keySet()
                        .forEach(donation ->
                                member.node().spawn(() -> member.app().route(donation)));
            }
            simulation.runFor(LONG_ENOUGH);
            nodes.require(Conservation.check(in, ledger.entries));
        }
    }

    private static ChildSpec worker(String donation) {
        return ChildSpec.of(donation, new Recorder(donation));
    }

    private static Router checkThenAct(HordeRegistry names) {
        return donation -> {
            if (names.lookup(donation).isEmpty()) {
                names.register(donation, Self.node().start(new Recorder(donation)), "");
            }
        };
    }
}
