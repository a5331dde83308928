package dev.pando.bench;

import dev.pando.core.Protocols;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Placement;
import dev.pando.horde.SupervisorOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// One of several nodes with a distributed supervisor.
///
/// @param resting when no node shall take a child over: the supervisors are about to be replaced
record PandoWorkplace(PandoMember member, PandoGenerations<DistributedSupervisor> supervisors, AtomicBoolean resting)
        implements AutoCloseable {

    /// Waits until there are sessions between so many nodes, this one included.
    static PandoWorkplace join(int place, Places places, int nodes) {
        PandoMember member = PandoMember.of(
                PandoMember.name(place),
                place,
                places,
                Protocols.of(PandoForeman.class, PandoWorker.class, PandoSentry.class));
        AtomicBoolean resting = new AtomicBoolean();
        PandoWorkplace joined = new PandoWorkplace(
                member,
                new PandoGenerations<>(
                        member.node(),
                        0,
                        number -> DistributedSupervisor.of(
                                member.cluster(),
                                "workers" + number,
                                SupervisorOptions.of(Placement.consistentHash())
                                        .takeOvers((_, _, _) -> !resting.get())
                                        .drain(Duration.ZERO)),
                        DistributedSupervisor::childSpec),
                resting);
        // Before any other node can see this one and ask.
        member.node().start(new PandoForeman(joined), PandoForeman.NAME);
        member.join();
        joined.supervisors.start();
        member.await(nodes);
        return joined;
    }

    DistributedSupervisor supervisor() {
        return supervisors.current();
    }

    void rest() {
        resting.set(true);
    }

    void renew(int generation) {
        supervisors.renew(generation);
        resting.set(false);
    }

    @Override
    public void close() {
        member.close();
    }
}
