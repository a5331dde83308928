package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Pid;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Children that take names of their own: two things decide then which copy stays, and they may differ.
class NamedChildrenTest {

    private static final int CHILDREN = 40;

    /// A thousand are Horde's own row H-52, which it skips.
    @ParameterizedTest
    @ValueSource(ints = {CHILDREN, 1000})
    void afterAPartitionAllLiveAreNamedAndThereAreNoDuplicates(int children) {
        try (Herd herd = new Herd(4, Named.class)) {
            List<HordeRegistry> registries = names(herd);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            start(supervisors, children);

            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitTwoEach(herd, children);
            Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == children));
            herd.heal();

            awaitOneEachWithItsName(herd, supervisors, registries, children);
        }
    }

    /// A copy that fails takes its name anew, and is the younger holder then; its record is the older one still.
    @Test
    void theSameHoldsWhereRegistryAndSupervisorPreferDifferentCopies() {
        try (Herd herd = new Herd(4, Named.class)) {
            List<HordeRegistry> registries = names(herd);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<Pid> originals = start(supervisors, CHILDREN);

            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitTwoEach(herd, CHILDREN);
            originals.forEach(pid -> herd.node(herd.indexOf(pid.node())).cast(pid, new Worker.Fail()));
            Eventually.holds(() -> assertThat(originals).noneMatch(herd::isAlive));
            awaitTwoEach(herd, CHILDREN);
            herd.heal();

            awaitOneEachWithItsName(herd, supervisors, registries, CHILDREN);
        }
    }

    private static List<HordeRegistry> names(Herd herd) {
        List<HordeRegistry> registries = Names.on(herd);
        for (int i : herd.alive()) {
            herd.directories.get(i).open(registries.get(i));
        }
        return registries;
    }

    private static List<Pid> start(List<DistributedSupervisor> supervisors, int children) {
        List<Pid> pids = IntStream.range(0, children)
                .mapToObj(i ->
                        supervisors.get(i % 4).startOrGet(Named.spec("c" + i)).pid())
                .toList();
        Supervisors.awaitRunning(supervisors, children);
        return pids;
    }

    private static void awaitTwoEach(Herd herd, int children) {
        Eventually.holds(
                () -> assertThat(herd.copies().values()).hasSize(children).allMatch(copies -> copies.size() == 2));
    }

    private static void awaitOneEachWithItsName(
            Herd herd, List<DistributedSupervisor> supervisors, List<HordeRegistry> registries, int children) {
        Eventually.holds(() -> {
            Supervisors.assertOneEach(herd, supervisors, children);
            Map<String, List<Pid>> copies = herd.copies();
            for (HordeRegistry registry : registries) {
                assertThat(registry.count()).isEqualTo(children);
                assertThat(copies)
                        .allSatisfy(
                                (id, pids) -> assertThat(registry.lookup(id)).contains(pids.getFirst()));
            }
        });
    }
}
