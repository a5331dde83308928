package dev.pando.cli;

import dev.pando.core.Protocols;
import dev.pando.core.Registry;
import dev.pando.core.Resources;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;

/// The small registry under the same claims and faults as the library's own.
final class SimulatedFixture implements SimulationSuite.Body {

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        SimulatedNames.Holders holders = new SimulatedNames.Holders();
        try (SimulatedNodes<Registry> nodes = SimulatedNodes.start(
                simulation,
                setting.nodes(),
                Protocols.of(FixtureRegistry.Message.class),
                Resources::none,
                (node, cluster) -> {
                    Registry registry = FixtureRegistry.start(cluster, setting);
                    SimulatedNames.claim(simulation, setting, node, registry, holders);
                    return registry;
                })) {
            SimulatedNames.watch(nodes, setting, holders);
        }
    }
}
