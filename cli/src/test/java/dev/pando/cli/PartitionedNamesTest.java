package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.Cluster;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.horde.HordeRegistry;
import dev.pando.testkit.Setup;
import dev.pando.testkit.SimulatedCluster;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.TestCluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names through partitions of given shapes, each in many orders of what happens.
class PartitionedNamesTest implements Setup<PartitionedNamesTest.Desk> {

    private static final Duration NOTICED = Duration.ofSeconds(10);
    private static final Duration HEALED = Duration.ofSeconds(10);
    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

    /// A node's registry, and the processes of the node that were granted a key.
    static final class Desk {
        private final Node node;
        private final HordeRegistry registry;
        private final Map<Pid, String> granted = new LinkedHashMap<>();
        private final List<Pid> told = new ArrayList<>();

        Desk(Node node, Cluster cluster) {
            this.node = node;
            this.registry = HordeRegistry.start(cluster, "names");
        }

        /// Starts a process that claims a key and lives until it is told that it has lost.
        void claim(String key) {
            node.spawn(() -> {
                Self.trapExits(true);
                try {
                    if (registry.register(key, Self.pid(), node.name().name()) instanceof Registration.Registered) {
                        granted.put(Self.pid(), key);
                        Exit exit = Self.receive(Exit.class);
                        assertThat(exit.reason()).isInstanceOf(ExitReason.NameConflict.class);
                        told.add(Self.pid());
                        Self.receive(Exit.class, Duration.ofSeconds(1)).ifPresent(_ -> told.add(Self.pid()));
                    }
                } catch (ExitException e) {
                    // It is given up with the end.
                }
            });
        }

        List<Pid> living(String key) {
            return granted.entrySet().stream()
                    .filter(one -> one.getValue().equals(key) && node.isAlive(one.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    @Override
    public Protocols protocols() {
        return Protocols.none();
    }

    @Override
    public Resources resources() {
        return Resources.none();
    }

    @Override
    public Desk boot(Node node, Cluster cluster) {
        return new Desk(node, cluster);
    }

    private static void claimAll(SimulatedNodes<Desk> nodes) {
        nodes.alive().forEach(member -> KEYS.forEach(member.app()::claim));
    }

    private static void awaitParted(SimulatedNodes<Desk> nodes, int largest) {
        assertThat(nodes.until(
                        () -> nodes.alive().stream()
                                .allMatch(member -> member.cluster().nodes().size() < largest),
                        NOTICED))
                .isTrue();
    }

    /// Heals, and wants one living holder of each key, found by all; and none told twice.
    private static void healAndLook(SimulatedNodes<Desk> nodes) {
        nodes.heal();
        assertThat(nodes.until(() -> nodes.isWhole() && KEYS.stream().allMatch(key -> isSettled(nodes, key)), HEALED))
                .as(() -> "seed " + nodes.seed() + ": " + holders(nodes))
                .isTrue();
        for (Member<Desk> member : nodes.alive()) {
            assertThat(member.app().told).doesNotHaveDuplicates();
            long repairs = nodes.call(
                    member.node(), () -> member.app().registry.status().repairs());
            assertThat(repairs).isZero();
        }
    }

    private static boolean isSettled(SimulatedNodes<Desk> nodes, String key) {
        List<Pid> living = nodes.alive().stream()
                .flatMap(member -> member.app().living(key).stream())
                .toList();
        return living.size() == 1
                && nodes.alive().stream()
                        .allMatch(member -> member.app().registry.lookup(key).equals(Optional.of(living.getFirst())));
    }

    private static String holders(SimulatedNodes<Desk> nodes) {
        StringBuilder text = new StringBuilder();
        for (Member<Desk> member : nodes.alive()) {
            text.append(member.name()).append(" sees ").append(member.cluster().nodes());
            KEYS.forEach(key -> text.append(' ')
                    .append(key)
                    .append('=')
                    .append(member.app().registry.lookup(key))
                    .append(member.app().living(key)));
            text.append('\n');
        }
        return text.toString();
    }

    @SimulatedCluster(nodes = 4, seeds = 10)
    void aLoneNodeOfFourAndTheOthersClaimTheSameKeys(SimulatedNodes<Desk> nodes) {
        nodes.partition(List.of("n2"));
        awaitParted(nodes, 3);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);
    }

    @SimulatedCluster(nodes = 4, seeds = 10)
    void whatALoneNodeHeldBeforeStaysItsOwn(SimulatedNodes<Desk> nodes) {
        KEYS.forEach(nodes.member("n2").app()::claim);
        nodes.runFor(Duration.ofSeconds(1));
        List<Pid> before = KEYS.stream()
                .flatMap(key -> nodes.member("n2").app().living(key).stream())
                .toList();
        assertThat(before).hasSameSizeAs(KEYS);
        nodes.partition(List.of("n2"));
        awaitParted(nodes, 3);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);

        assertThat(KEYS.stream().flatMap(key -> nodes.member("n2").app().living(key).stream()))
                .containsExactlyElementsOf(before);
    }

    @SimulatedCluster(nodes = 4, seeds = 10)
    void twoAndTwoClaimTheSameKeys(SimulatedNodes<Desk> nodes) {
        nodes.partition(List.of("n1", "n3"));
        awaitParted(nodes, 2);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);
    }

    @SimulatedCluster(nodes = 4, seeds = 10)
    void twoCutsOfOtherShapesInARow(SimulatedNodes<Desk> nodes) {
        nodes.partition(List.of("n1", "n3"));
        awaitParted(nodes, 2);
        claimAll(nodes);
        nodes.heal();
        nodes.runFor(Duration.ofMillis(500L + nodes.chance("when").nextInt(4_000)));
        nodes.partition(List.of("n1", "n2"));
        claimAll(nodes);
        nodes.runFor(NOTICED);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);
    }

    @SimulatedCluster(nodes = 5, seeds = 10)
    void theHolderIsLostAndBothSidesClaimItsKeys(SimulatedNodes<Desk> nodes) {
        KEYS.forEach(nodes.member("n5").app()::claim);
        nodes.runFor(Duration.ofSeconds(1));
        nodes.crash("n5");
        nodes.partition(List.of("n1", "n2"));
        awaitParted(nodes, 2);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);
    }

    @SimulatedCluster(nodes = 4, seeds = 10)
    void nodesThatFlapLoseNoName(SimulatedNodes<Desk> nodes) {
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));
        healAndLook(nodes);
        List<Pid> before = nodes.alive().stream()
                .flatMap(member -> KEYS.stream().flatMap(key -> member.app().living(key).stream()))
                .toList();
        for (int flap = 0; flap < 10; flap++) {
            nodes.partition(List.of("n" + (1 + nodes.chance("who").nextInt(4))));
            nodes.runFor(Duration.ofSeconds(1));
            nodes.heal();
            nodes.runFor(Duration.ofSeconds(1));
        }

        healAndLook(nodes);

        List<Pid> after = nodes.alive().stream()
                .flatMap(member -> KEYS.stream().flatMap(key -> member.app().living(key).stream()))
                .toList();
        assertThat(after).containsExactlyInAnyOrderElementsOf(before);
    }

    @SimulatedCluster(nodes = 3, seeds = 10)
    void clocksThatAreFarApartDecideWronglyButAllDecideAlike(SimulatedNodes<Desk> nodes) {
        nodes.simulation().ahead("n1", Duration.ofHours(1));
        nodes.simulation().ahead("n2", Duration.ofHours(-1));
        nodes.partition(List.of("n1"));
        awaitParted(nodes, 2);
        claimAll(nodes);
        nodes.runFor(Duration.ofSeconds(1));

        healAndLook(nodes);

        // A claim from the future loses, and leads nobody there.
        assertThat(KEYS.stream().flatMap(key -> nodes.member("n1").app().living(key).stream()))
                .isEmpty();
        nodes.runFor(Duration.ofSeconds(1));
        Duration skew = nodes.call(
                nodes.member("n3").node(),
                () -> nodes.member("n3").app().registry.status().skew());
        assertThat(skew).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }
}
