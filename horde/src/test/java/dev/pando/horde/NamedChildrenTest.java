package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Children that take names of their own: two things decide then which copy stays, and they may differ.
class NamedChildrenTest {

    private static final int CHILDREN = 40;

    @Test
    void afterAPartitionAllLiveAreNamedAndThereAreNoDuplicates() {
        try (Herd herd = new Herd(4, Named.class)) {
            List<HordeRegistry> registries = names(herd);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            start(supervisors);

            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitTwoEach(herd);
            herd.heal();

            awaitOneEachWithItsName(herd, supervisors, registries);
        }
    }

    /// A copy that fails takes its name anew, and is the younger holder then; its record is the older one still.
    @Test
    void theSameHoldsWhereRegistryAndSupervisorPreferDifferentCopies() {
        try (Herd herd = new Herd(4, Named.class)) {
            List<HordeRegistry> registries = names(herd);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> originals = start(supervisors);

            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitTwoEach(herd);
            originals.forEach(pid -> herd.node(herd.indexOf(pid.node())).cast(pid, new Worker.Fail()));
            Eventually.holds(() -> assertThat(originals).noneMatch(herd::isAlive));
            awaitTwoEach(herd);
            herd.heal();

            awaitOneEachWithItsName(herd, supervisors, registries);
        }
    }

    private static List<HordeRegistry> names(Herd herd) {
        List<HordeRegistry> registries = Names.on(herd);
        for (int i : herd.alive()) {
            herd.directories.get(i).open(registries.get(i));
        }
        return registries;
    }

    private static List<Pid> start(List<DistributedSupervisor> supervisors) {
        List<Pid> pids = IntStream.range(0, CHILDREN)
                .mapToObj(i ->
                        supervisors.get(i % 4).startOrGet(Named.spec("c" + i)).pid())
                .toList();
        Supervisors.awaitRunning(supervisors, CHILDREN);
        return pids;
    }

    private static void awaitTwoEach(Herd herd) {
        Eventually.holds(
                () -> assertThat(herd.copies().values()).hasSize(CHILDREN).allMatch(copies -> copies.size() == 2));
    }

    private static void awaitOneEachWithItsName(
            Herd herd, List<DistributedSupervisor> supervisors, List<HordeRegistry> registries) {
        Eventually.holds(() -> {
            Supervisors.assertOneEach(herd, supervisors, CHILDREN);
            Map<String, List<Pid>> copies = herd.copies();
            for (HordeRegistry registry : registries) {
                assertThat(registry.count()).isEqualTo(CHILDREN);
                assertThat(copies)
                        .allSatisfy(
                                (id, pids) -> assertThat(registry.lookup(id)).contains(pids.getFirst()));
            }
        });
    }
}
