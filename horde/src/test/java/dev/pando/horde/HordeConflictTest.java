package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryEntry;
import dev.pando.core.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two processes that hold one name, on two sides of a partition or on nodes that claim it at once.
class HordeConflictTest {

    private static List<HordeRegistry> start(Herd herd, ConflictPolicy policy) {
        return herd.clusters.stream()
                .map(cluster -> HordeRegistry.start(cluster, "names", policy))
                .toList();
    }

    /// Has a name claimed on both sides of a cut, and heals it.
    private static final class Conflict {
        final Holder older;
        final Holder newer;

        Conflict(Herd herd, List<HordeRegistry> registries, Object olderValue, Object newerValue) {
            herd.cut(List.of(0), herd.others(0));
            Names.awaitApart(herd);
            older = new Holder(herd.node(0));
            newer = new Holder(herd.node(1));
            registries.get(0).register("x", older.pid, olderValue);
            registries.get(1).register("x", newer.pid, newerValue);
            Names.awaitHolder(registries.subList(1, registries.size()), "x", newer.pid);
            herd.heal();
        }

        void assertEnds(List<HordeRegistry> registries, Holder winner) {
            Holder loser = winner == older ? newer : older;
            Names.awaitHolder(registries, "x", winner.pid);
            Eventually.holds(() -> assertThat(loser.signals())
                    .containsExactly(new ExitReason.NameConflict(new Payload("x"), winner.pid)));
            loser.stop();
            Eventually.holds(() -> assertThat(loser.node.isAlive(loser.pid)).isFalse());
            Names.settle(registries);
            assertThat(registries)
                    .allMatch(one -> one.lookup("x").filter(winner.pid::equals).isPresent());
            assertThat(loser.signals()).hasSize(1);
            assertThat(winner.signals()).isEmpty();
        }
    }

    @Test
    void theOtherNamesOfALoserGoWithItsEndAndThoseOfTheWinnerStay() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            Conflict conflict = new Conflict(herd, registries, 1, 2);
            registries.get(0).register("winner's", conflict.older.pid, 1);
            registries.get(1).register("loser's", conflict.newer.pid, 2);
            Names.awaitHolder(registries, "winner's", conflict.older.pid);
            Names.awaitHolder(registries, "loser's", conflict.newer.pid);

            conflict.assertEnds(registries, conflict.older);

            Names.awaitHolder(registries, "winner's", conflict.older.pid);
            Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == 2));
            assertThat(registries.get(0).keys(conflict.older.pid)).containsExactly("x", "winner's");
            assertThat(registries.get(1).keys(conflict.newer.pid)).isEmpty();
            assertThat(registries.get(1).status().conflicts()).isEqualTo(1);
            assertThat(registries.get(0).status().conflicts()).isZero();
        }
    }

    @Test
    void aLoserThatGoesOnIsKilled() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Conflict conflict = new Conflict(herd, registries, 1, 2);
            Names.awaitHolder(registries, "x", conflict.older.pid);
            Eventually.holds(() -> assertThat(conflict.newer.signals()).hasSize(1));
            assertThat(herd.isAlive(conflict.newer.pid)).isTrue();

            // It has 5 seconds to hand over what it has.
            Eventually.holds(() -> assertThat(herd.isAlive(conflict.newer.pid)).isFalse());

            assertThat(herd.isAlive(conflict.older.pid)).isTrue();
        }
    }

    @Test
    void aLoserThatGoesOnIsKilledWhateverBecomesOfTheServerThatToldIt() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Conflict conflict = new Conflict(herd, registries, 1, 2);
            Names.awaitHolder(registries, "x", conflict.older.pid);
            Eventually.holds(() -> assertThat(conflict.newer.signals()).hasSize(1));
            assertThat(herd.isAlive(conflict.newer.pid)).isTrue();

            herd.node(1).exit(Names.servers(herd).get(1), ExitReason.killed());

            Eventually.holds(() -> assertThat(herd.isAlive(conflict.newer.pid)).isFalse());
            assertThat(herd.isAlive(conflict.older.pid)).isTrue();
        }
    }

    @Test
    void theNewestStaysIfThatIsThePolicy() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = start(herd, ConflictPolicy.keepNewest());
            Conflict conflict = new Conflict(herd, registries, 1, 2);

            conflict.assertEnds(registries, conflict.newer);
        }
    }

    @Test
    void theOldestStaysWithTheValuesOfBothIfThatIsThePolicy() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = start(herd, ConflictPolicy.merging(HordeConflictTest::union));
            Conflict conflict = new Conflict(herd, registries, List.of("a", "b"), List.of("b", "c"));

            conflict.assertEnds(registries, conflict.older);

            Eventually.holds(() -> assertThat(registries)
                    .allMatch(one -> one.value("x")
                            .filter(List.of("a", "b", "c")::equals)
                            .isPresent()));
        }
    }

    private static Object union(Object one, Object other) {
        Set<Object> both = new TreeSet<>(Comparator.comparing(Object::toString));
        both.addAll((List<?>) one);
        both.addAll((List<?>) other);
        return List.copyOf(both);
    }

    @Test
    void theApplicationChoosesIfThatIsThePolicy() {
        ConflictPolicy greatest = (one, other) -> Stream.of(one, other)
                .max(Comparator.comparingInt(entry -> (int) entry.value()))
                .orElseThrow();
        for (List<Integer> values : List.of(List.of(1, 2), List.of(2, 1))) {
            try (Herd herd = new Herd(3)) {
                List<HordeRegistry> registries = start(herd, greatest);
                Conflict conflict = new Conflict(herd, registries, values.getFirst(), values.getLast());

                conflict.assertEnds(registries, values.getFirst() > values.getLast() ? conflict.older : conflict.newer);
            }
        }
    }

    @Test
    void aPolicyThatFailsOrChoosesAStrangerCountsAsTheDefault() {
        ConflictPolicy failing = (_, _) -> {
            throw new IllegalStateException("cannot decide");
        };
        ConflictPolicy strange = (one, _) -> new RegistryEntry(one.key(), one.pid(), "stranger", one.token());
        for (ConflictPolicy policy : List.of(failing, strange)) {
            try (Logged logged = new Logged();
                    Herd herd = new Herd(3)) {
                List<HordeRegistry> registries = start(herd, policy);
                Conflict conflict = new Conflict(herd, registries, 1, 2);

                conflict.assertEnds(registries, conflict.older);

                assertThat(logged.with("the conflict policy")).isNotEmpty();
            }
        }
    }

    @Test
    void aMergeThatFailsOrGivesNothingLeavesTheWinnersValue() {
        for (ConflictPolicy policy : List.of(ConflictPolicy.merging(HordeConflictTest::failing), givingNothing())) {
            try (Logged logged = new Logged();
                    Herd herd = new Herd(2)) {
                List<HordeRegistry> registries = start(herd, policy);
                List<Pid> servers = Names.servers(herd);
                Conflict conflict = new Conflict(herd, registries, 1, 2);

                conflict.assertEnds(registries, conflict.older);

                assertThat(registries)
                        .allMatch(one ->
                                one.value("x").filter(value -> value.equals(1)).isPresent());
                assertThat(logged.with("failed to merge")).isNotEmpty();
                assertThat(Names.servers(herd)).isEqualTo(servers);
            }
        }
    }

    private static Object failing(Object one, Object other) {
        throw new IllegalStateException("cannot merge " + one + " and " + other);
    }

    @SuppressWarnings("NullAway")
    private static ConflictPolicy givingNothing() {
        return ConflictPolicy.merging((_, _) -> null);
    }

    @Test
    void nodesWithDifferentPoliciesSaySo() {
        try (Logged logged = new Logged();
                Herd herd = new Herd(2)) {
            HordeRegistry.start(herd.clusters.get(0), "names", ConflictPolicy.keepNewest());
            HordeRegistry.start(herd.clusters.get(1), "names");

            Eventually.holds(
                    () -> assertThat(logged.with("different conflict policies")).hasSize(2));
        }
    }

    @Test
    void ofClaimsOnThreeNodesAtOnceOneStaysAndEveryLoserIsToldOnce() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            List<List<Holder>> rounds = new ArrayList<>();
            List<Callers<Registration>> all = new ArrayList<>();
            for (int round = 0; round < 40; round++) {
                String key = "x" + round;
                Callers<Registration> callers = new Callers<>();
                List<Holder> holders = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    HordeRegistry registry = registries.get(i);
                    Holder holder = new Holder(herd.node(i));
                    holders.add(holder);
                    callers.add(() -> registry.register(key, holder.pid, "value"));
                }
                rounds.add(holders);
                all.add(callers.go());
            }
            List<List<Registration>> results =
                    all.stream().map(Callers::results).toList();
            Names.settle(registries);

            for (int round = 0; round < rounds.size(); round++) {
                Pid winner = registries.getFirst().lookup("x" + round).orElseThrow();
                for (int i = 0; i < 3; i++) {
                    assertThat(registries.get(i).lookup("x" + round)).contains(winner);
                    Holder holder = rounds.get(round).get(i);
                    boolean lost =
                            results.get(round).get(i) instanceof Registration.Registered && !holder.pid.equals(winner);
                    Eventually.holds(() -> assertThat(holder.signals()).hasSize(lost ? 1 : 0));
                }
            }
        }
    }

    @Test
    void aClockThatIsAheadIsReportedAndTheOldestStillStays() {
        try (Herd herd = Herd.skewed(List.of(Duration.ZERO, Duration.ofHours(1), Duration.ZERO))) {
            List<HordeRegistry> registries = Names.on(herd);
            Eventually.holds(() -> {
                for (int i : List.of(0, 2)) {
                    assertThat(registries.get(i).status().skew())
                            .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
                }
            });
            assertThat(registries.get(1).status().skew()).isLessThan(Duration.ofMinutes(1));

            // By the clocks, the node ahead comes last, whenever it claims.
            Conflict conflict = new Conflict(herd, registries, 1, 2);

            conflict.assertEnds(registries, conflict.older);
            herd.crash(1);
            Eventually.holds(() -> assertThat(registries.get(0).status().skew()).isLessThan(Duration.ofMinutes(1)));
        }
    }
}
