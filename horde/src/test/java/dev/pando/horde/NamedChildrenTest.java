package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Children that take names of their own: two things decide then which copy stays, and they may differ.
class NamedChildrenTest {

    private static final int CHILDREN = 40;

    @Test
    void afterAPartitionAllLiveAreNamedAndThereAreNoDuplicates() {
        try (Herd herd = new Herd(4, Named.class)) {
            List<HordeRegistry> registries = Names.on(herd);
            for (int i = 0; i < 4; i++) {
                herd.directories.get(i).open(registries.get(i));
            }
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < CHILDREN; i++) {
                supervisors.get(i % 4).startOrGet(Named.spec("c" + i));
            }
            Supervisors.awaitRunning(supervisors, CHILDREN);

            herd.cut(List.of(0, 1), List.of(2, 3));
            Eventually.holds(
                    () -> assertThat(herd.copies().values()).hasSize(CHILDREN).allMatch(copies -> copies.size() == 2));
            herd.heal();

            Supervisors.awaitOneEach(herd, supervisors, CHILDREN);
            Eventually.holds(() -> {
                Map<String, List<Pid>> copies = herd.copies();
                for (HordeRegistry registry : registries) {
                    assertThat(registry.count()).isEqualTo(CHILDREN);
                    assertThat(copies)
                            .allSatisfy((id, pids) ->
                                    assertThat(registry.lookup(id)).contains(pids.getFirst()));
                }
            });
        }
    }
}
