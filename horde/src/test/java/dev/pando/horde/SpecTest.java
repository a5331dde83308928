package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.ClusterConfig;
import dev.pando.core.ChildSpec;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.wire.WireException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A spec that is no good harms its caller, and nobody else.
class SpecTest {

    @Test
    void aSpecThatCannotTravelIsRefused() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> healthy = Supervisors.start(supervisors, 12);
            ProcessBody lambda = () -> {};
            for (int i = 0; i < 6; i++) {
                ChildSpec closure = ChildSpec.of("x" + i, lambda);
                ChildSpec unlisted = ChildSpec.of("y" + i, new Parcel("small"));

                assertThatThrownBy(() -> supervisors.getFirst().startOrGet(closure))
                        .isInstanceOf(WireException.class);
                assertThatThrownBy(() -> supervisors.getFirst().startOrGet(unlisted))
                        .isInstanceOf(WireException.class);
            }

            assertUnharmed(herd, supervisors, healthy);
        }
    }

    @Test
    void aSpecThatIsTooLargeIsRefused() {
        try (Herd herd = new Herd(2, Worker.class, Parcel.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> healthy = Supervisors.start(supervisors, 12);

            assertThatThrownBy(() ->
                            supervisors.getFirst().startOrGet(Parcel.spec("huge", ClusterConfig.MESSAGE_BYTES_MAX)))
                    .isInstanceOf(WireException.class);

            assertUnharmed(herd, supervisors, healthy);
        }
    }

    @Test
    void aBehaviourThatCannotNameItsResourcesIsRefused() {
        try (Herd herd = new Herd(2, Worker.class, Parcel.Undecided.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> healthy = Supervisors.start(supervisors, 12);

            assertThatThrownBy(() -> supervisors.getFirst().startOrGet(ChildSpec.of("u", new Parcel.Undecided())))
                    .hasMessage("undecided");

            assertUnharmed(herd, supervisors, healthy);
        }
    }

    @Test
    void largeSpecsAreToldInPieces() {
        try (Herd herd = new Herd(2, Worker.class, Parcel.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Callers<Pid> callers = new Callers<>();
            for (int i = 0; i < 60; i++) {
                ChildSpec spec = Parcel.spec("p" + i, i == 0 ? 1_000_000 : 60_000);
                callers.add(() -> supervisors
                        .getFirst()
                        .startOrGet(spec, Supervisors.LIMIT)
                        .pid());
            }
            List<Pid> pids = callers.go().results();
            Supervisors.awaitRunning(supervisors, 60);
            herd.join(herd.resources(), Worker.class, Parcel.class);
            herd.awaitAll();

            DistributedSupervisor joined = Supervisors.on(herd, 2);

            Supervisors.awaitRunning(List.of(joined), 60);
            herd.crash(1);
            Supervisors.awaitRunning(List.of(supervisors.getFirst(), joined), 60);
            assertThat(pids)
                    .filteredOn(pid -> pid.node().equals(herd.name(0)))
                    .isNotEmpty()
                    .allMatch(herd::isAlive);
        }
    }

    private static void assertUnharmed(Herd herd, List<DistributedSupervisor> supervisors, List<Pid> healthy) {
        assertThat(supervisors.getFirst().startOrGet(Worker.spec("after"))).isNotNull();
        Supervisors.awaitRunning(supervisors, healthy.size() + 1);
        assertThat(Supervisors.pids(supervisors.getFirst(), healthy.size())).isEqualTo(healthy);
        assertThat(healthy).allMatch(herd::isAlive);
    }
}
