package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HordeRegistryIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void namesAreKnownOnAllNodesUntilTheirNodeIsClosed() {
        try (Trio trio = new Trio(3, Protocols.none())) {
            List<HordeRegistry> registries = trio.clusters.stream()
                    .map(cluster -> HordeRegistry.start(cluster, "names"))
                    .toList();
            List<Holder> holders = trio.nodes.stream().map(Holder::new).toList();
            int count = 300;
            for (int i = 0; i < count; i++) {
                HordeRegistry caller = registries.get((i + 1) % 3);
                Pid pid = holders.get(i % 3).pid;
                assertThat(caller.register("n" + i, pid, i)).isInstanceOf(Registration.Registered.class);
                assertThat(caller.lookup("n" + i)).contains(pid);
            }
            Eventually.holds(LIMIT, () -> assertThat(registries).allMatch(registry -> registry.count() == count));
            assertThat(registries.get(1).register("n0", holders.get(1).pid, 0))
                    .isEqualTo(new Registration.Taken(holders.get(0).pid));

            trio.nodes.get(0).close();

            Eventually.holds(
                    LIMIT,
                    () -> assertThat(registries.subList(1, 3)).allMatch(registry -> registry.count() == count * 2 / 3));
            assertThat(registries.get(1).register("n0", holders.get(1).pid, 0))
                    .isInstanceOf(Registration.Registered.class);
        }
    }
}
