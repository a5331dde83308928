package dev.pando.bench;

import dev.pando.core.NodeName;
import dev.pando.core.Protocols;
import dev.pando.horde.HordeRegistry;
import java.util.concurrent.CountDownLatch;

/// One of several nodes with a registry.
///
/// @param leaving open when the node has been asked to go
record PandoPlace(PandoMember member, PandoGenerations<HordeRegistry> registries, CountDownLatch leaving)
        implements AutoCloseable {

    /// Waits until there is a session with each node of an earlier place; the first one joins last.
    static PandoPlace join(int place, Places places) {
        PandoPlace joined = join(PandoMember.name(place), place, places, 0);
        joined.member.await(place == Places.NEAR ? places.nodes() : place);
        return joined;
    }

    /// Joins as a new node, and as another one whenever it has been asked to go; ends with its thread.
    ///
    /// @param generation of the registry that it joins
    static void comeAndGo(Places places, int generation) throws InterruptedException {
        for (int visit = 1; ; visit++) {
            try (PandoPlace visitor = join(NodeName.of("visitor" + visit), places.newcomer(), places, generation)) {
                visitor.leaving.await();
            }
        }
    }

    private static PandoPlace join(NodeName name, int place, Places places, int generation) {
        PandoMember member = PandoMember.of(name, place, places, Protocols.of(PandoRegistrar.class, PandoEcho.class));
        PandoPlace joined = new PandoPlace(
                member,
                new PandoGenerations<>(
                        member.node(),
                        generation,
                        number -> HordeRegistry.of(member.cluster(), "names" + number),
                        HordeRegistry::childSpec),
                new CountDownLatch(1));
        // Before any other node can see this one and ask.
        member.node().start(new PandoRegistrar(joined.registries, joined.leaving), PandoRegistrar.NAME);
        member.join();
        joined.registries.start();
        return joined;
    }

    @Override
    public void close() {
        member.close();
    }
}
