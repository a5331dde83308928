package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HordeDuplicateRegistryTest {

    private static List<HordeDuplicateRegistry> on(Herd herd) {
        return herd.clusters.stream()
                .map(cluster -> HordeDuplicateRegistry.start(cluster, "topics"))
                .toList();
    }

    private static List<Pid> pids(HordeDuplicateRegistry registry, Object key) {
        return registry.lookup(key).stream().map(RegistryEntry::pid).toList();
    }

    private static void awaitCount(List<HordeDuplicateRegistry> registries, int count) {
        Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == count));
        Names.settle(registries);
    }

    @Test
    void anyNumberOfProcessesOfAllNodesAreUnderOneKey() {
        try (Herd herd = new Herd(3)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            List<Pid> subscribers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                Pid pid = new Holder(herd.node(i % 3)).pid;
                subscribers.add(pid);
                RegistryEntry entry = registries.get(i % 2).register("topic", pid, i);
                assertThat(registries.get(i % 2).lookup("topic")).contains(entry);
            }

            awaitCount(registries, 30);
            List<RegistryEntry> entries = registries.get(0).lookup("topic");
            assertThat(entries).extracting(RegistryEntry::pid).containsExactlyInAnyOrderElementsOf(subscribers);
            assertThat(entries).isSortedAccordingTo((one, other) -> one.token().compareTo(other.token()));
            assertThat(registries).allMatch(one -> one.lookup("topic").equals(entries));
            assertThat(registries.get(0).lookup("another")).isEmpty();
            assertThat(registries.get(0).count(entry -> (int) entry.value() < 10))
                    .isEqualTo(10);
        }
    }

    @Test
    void aProcessIsUnderAKeyAsOftenAsItLikesAndGoesAllAtOnce() {
        try (Herd herd = new Herd(2)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            Holder often = new Holder(herd.node(0));
            Holder other = new Holder(herd.node(1));
            for (int i = 0; i < 5; i++) {
                registries.get(i % 2).register("topic", often.pid, "v" + i);
            }
            registries.get(0).register("topic", other.pid, "other");
            registries.get(0).register("another", often.pid, "stays");
            awaitCount(registries, 7);
            assertThat(registries.get(1).values("topic", often.pid)).containsExactly("v0", "v1", "v2", "v3", "v4");
            assertThat(registries.get(1).keys(often.pid)).containsExactly("topic", "another");
            assertThat(registries.get(0).keys(often.pid)).containsExactly("topic", "another");

            assertThat(registries
                            .get(1)
                            .unregister(often.pid, entry -> entry.value().equals("v2")))
                    .isEqualTo(1);
            assertThat(registries.get(1).values("topic", often.pid)).containsExactly("v0", "v1", "v3", "v4");
            registries.get(1).unregister("topic", often.pid);

            assertThat(registries.get(1).values("topic", often.pid)).isEmpty();
            awaitCount(registries, 2);
            assertThat(registries).allMatch(one -> pids(one, "topic").equals(List.of(other.pid)));

            registries.get(1).unregister("topic", often.pid);
            registries.get(1).unregister("unheard of", often.pid);

            awaitCount(registries, 2);
        }
    }

    @Test
    void allUnderAKeyAreDealtWithAtOnceAndNobodyWhenThereIsNone() {
        try (Herd herd = new Herd(2)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            for (int i = 0; i < 4; i++) {
                registries.get(0).register("topic", new Holder(herd.node(i % 2)).pid, i);
            }
            List<List<RegistryEntry>> seen = new ArrayList<>();

            registries.get(0).dispatch("topic", seen::add);
            registries.get(0).dispatch("another", seen::add);

            assertThat(seen).hasSize(1);
            assertThat(seen.getFirst()).extracting(RegistryEntry::value).containsExactlyInAnyOrder(0, 1, 2, 3);
            assertThatThrownBy(() -> registries.get(0).dispatch("topic", _ -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whoEndsIsUnderNoKeyAndWhoHasEndedIsRefused() {
        try (Herd herd = new Herd(3)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            Holder passing = new Holder(herd.node(1));
            Holder staying = new Holder(herd.node(1));
            for (int i = 0; i < 10; i++) {
                registries.get(0).register("topic" + i % 2, passing.pid, i);
                registries.get(0).register("topic" + i % 2, staying.pid, i);
            }
            awaitCount(registries, 20);
            List<Ear> ears = registries.stream().map(Ear::on).toList();

            passing.stop();

            awaitCount(registries, 10);
            for (Ear ear : ears) {
                Eventually.holds(
                        () -> assertThat(ear.heard("topic0")).containsExactlyInAnyOrder("-0", "-2", "-4", "-6", "-8"));
            }
            assertThatThrownBy(() -> registries.get(0).register("topic", passing.pid, 1))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
        }
    }

    @Test
    void eachSideOfACutSeesItsOwnAndAfterwardsBothSeeAll() {
        try (Herd herd = new Herd(3)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            List<Holder> holders = herd.nodes.stream().map(Holder::new).toList();
            for (int i = 0; i < 3; i++) {
                registries.get(i).register("topic", holders.get(i).pid, "before");
            }
            awaitCount(registries, 3);
            List<RegistryEntry> before = registries.get(0).lookup("topic");
            for (int flap = 0; flap < 3; flap++) {
                herd.cut(List.of(0), List.of(1, 2));
                Eventually.holds(() -> assertThat(registries)
                        .extracting(HordeDuplicateRegistry::count)
                        .containsExactly(1, 2, 2));
                assertThat(pids(registries.get(0), "topic")).containsExactly(holders.get(0).pid);

                herd.heal();

                awaitCount(registries, 3);
                assertThat(registries).allMatch(one -> one.lookup("topic").equals(before));
            }
            herd.cut(List.of(0), List.of(1, 2));
            Names.awaitApart(herd);
            for (int i = 0; i < 3; i++) {
                registries.get(i).register("topic", holders.get(i).pid, "during");
            }
            holders.get(1).stop();
            herd.heal();
            awaitCount(registries, 4);
            assertThat(holders).allMatch(holder -> holder.signals().isEmpty());

            herd.crash(0);

            Eventually.holds(() -> assertThat(registries.subList(1, 3)).allMatch(one -> one.count() == 2));
            assertThat(pids(registries.get(1), "topic")).containsExactly(holders.get(2).pid, holders.get(2).pid);
        }
    }

    @Test
    void theEntriesOfLivingProcessesOutliveTheirServer() {
        try (Herd herd = new Herd(2)) {
            List<HordeDuplicateRegistry> registries = on(herd);
            Name name = new Name(registries.get(0).toString());
            List<Holder> holders = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                holders.add(new Holder(herd.node(0)));
                registries.get(0).register("topic", holders.get(i).pid, i);
            }
            registries.get(0).register("topic", new Holder(herd.node(1)).pid, 10);
            awaitCount(registries, 11);
            Ear ear = Ear.on(registries.get(0));
            Pid server = herd.node(0).whereis(name).orElseThrow();
            herd.node(0).exit(server, ExitReason.killed());
            Eventually.holds(() -> assertThat(herd.node(0).whereis(name)).isEmpty());
            holders.subList(0, 5).forEach(Holder::stop);
            Eventually.holds(() -> assertThat(registries.get(0).lookup("topic")).hasSize(6));

            registries.get(0).start();

            awaitCount(registries, 6);
            assertThat(registries.get(0).lookup("topic"))
                    .extracting(RegistryEntry::value)
                    .containsExactlyInAnyOrder(5, 6, 7, 8, 9, 10);
            Eventually.holds(() -> assertThat(ear.heard("topic"))
                    .contains("-0", "-1", "-2", "-3", "-4")
                    .doesNotContain("-5"));
            holders.get(5).stop();
            awaitCount(registries, 5);
        }
    }
}
