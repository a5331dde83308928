package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.GroupNotice;
import dev.pando.cluster.Groups;
import dev.pando.core.Cast;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups of processes in simulated clusters.
final class SimulatedGroupsTest {

    private static final Name SERVER = new Name("pando.groups.pg");
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static SimulatedNodes<Groups> groups(long seed, int count, boolean supervised) {
        return SimulatedNodes.start(
                Simulation.of(seed), count, Protocols.of(Slow.Work.class), Resources::none, (node, cluster) -> {
                    Groups groups = Groups.of(cluster);
                    if (supervised) {
                        node.start(Supervisor.of(Strategy.ONE_FOR_ONE, groups.childSpec())
                                .intensity(100, Duration.ofSeconds(1)));
                    } else {
                        node.start(groups.childSpec().behaviour(), SERVER);
                    }
                    return groups;
                });
    }

    private static Pid member(SimulatedNodes<Groups> nodes, String on) {
        Node node = nodes.member(on).node();
        Pid pid = node.spawn(() -> Self.receive(ExitReason.class));
        nodes.simulation().run(node, () -> nodes.member(on).app().join("g", pid));
        return pid;
    }

    private static void crashScope(SimulatedNodes<Groups> nodes, String on) {
        Node node = nodes.member(on).node();
        node.exit(node.whereis(SERVER).orElseThrow(), ExitReason.killed());
    }

    private static Verdict agree(SimulatedNodes<Groups> nodes, Set<Pid> living) {
        Map<String, List<Pid>> seen = new LinkedHashMap<>();
        nodes.alive().forEach(member -> seen.put(member.name(), member.app().members("g")));
        return GroupMembership.check(living, seen);
    }

    private static boolean lists(SimulatedNodes<Groups> nodes, String on, Pid pid) {
        return nodes.member(on).app().members("g").contains(pid);
    }

    /// In OTP the members are gone everywhere until they join again.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nobodyMissesAMemberAtAnyMomentBecauseAScopeCrashes(long seed) {
        try (var nodes = groups(seed, 3, true)) {
            Pid pid = member(nodes, "n1");
            nodes.converge(BOUND, () -> agree(nodes, Set.of(pid)));
            for (String crashed : List.of("n1", "n2", "n1", "n3")) {
                crashScope(nodes, crashed);
                boolean missed = nodes.simulation()
                        .until(
                                () -> nodes.names().stream().anyMatch(name -> !lists(nodes, name, pid)),
                                Duration.ofSeconds(10));
                assertThat(missed).as("after a crash on %s", crashed).isFalse();
            }
        }
    }

    /// Nobody speaks for its members any more: they must not stay for ever.
    @Test
    void theMembersOfAScopeThatHasFailedForGoodAreListedForFiveSecondsMore() {
        try (var nodes = groups(1, 2, false)) {
            Pid pid = member(nodes, "n1");
            nodes.converge(BOUND, () -> agree(nodes, Set.of(pid)));

            crashScope(nodes, "n1");
            nodes.simulation().runFor(Duration.ofSeconds(4));
            assertThat(lists(nodes, "n2", pid)).isTrue();
            nodes.simulation().runFor(Duration.ofSeconds(2));
            assertThat(lists(nodes, "n2", pid)).isFalse();
        }
    }

    /// It may end with them, and then it never comes to tell.
    @Test
    void theMembersOfAScopeThatHasFailedGoWithTheirNodeAtOnce() {
        try (var nodes = groups(1, 2, false)) {
            Pid pid = member(nodes, "n1");
            nodes.converge(BOUND, () -> agree(nodes, Set.of(pid)));

            crashScope(nodes, "n1");
            nodes.simulation().runFor(Duration.ofMillis(100));
            assertThat(lists(nodes, "n2", pid)).isTrue();
            nodes.crash("n1");
            assertThat(nodes.simulation()
                            .until(() -> nodes.member("n2").cluster().nodes().isEmpty(), Duration.ofSeconds(20)))
                    .isTrue();
            nodes.simulation().runFor(Duration.ofMillis(100));
            assertThat(lists(nodes, "n2", pid)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aScopeThatCrashesInAPartitionIsWholeAfterTheHeal(long seed) {
        try (var nodes = groups(seed, 4, true)) {
            Set<Pid> living = new LinkedHashSet<>();
            nodes.names().forEach(name -> living.add(member(nodes, name)));
            nodes.converge(BOUND, () -> agree(nodes, living));

            nodes.partition(List.of("n1", "n2"));
            nodes.simulation().runFor(Duration.ofSeconds(10));
            assertThat(nodes.member("n1").app().members("g")).hasSize(2);
            nodes.names().forEach(name -> crashScope(nodes, name));
            nodes.names()
                    .forEach(name -> nodes.simulation()
                            .until(
                                    () -> nodes.member(name)
                                            .node()
                                            .whereis(SERVER)
                                            .isPresent(),
                                    BOUND));
            living.add(member(nodes, "n3"));
            Pid ended = nodes.member("n1").app().localMembers("g").getFirst();
            nodes.member("n1").node().exit(ended, ExitReason.killed());
            living.remove(ended);
            nodes.heal();

            nodes.converge(BOUND, () -> agree(nodes, living));
        }
    }

    /// A flap need not change who is in the cluster, so nobody may rely on that.
    @Test
    void aFalseSuspicionTakesMembersAwayAndGivesThemBack() {
        try (var nodes = groups(3, 3, true)) {
            Set<Pid> living = new LinkedHashSet<>();
            nodes.names().forEach(name -> living.add(member(nodes, name)));
            nodes.converge(BOUND, () -> agree(nodes, living));
            List<GroupNotice> heard = new ArrayList<>();
            nodes.member("n2").node().spawn(() -> {
                nodes.member("n2").app().monitor("g");
                while (true) {
                    heard.add(Self.receive(GroupNotice.class));
                }
            });

            nodes.simulation().suspect("n2", "n3", Duration.ofSeconds(8));
            nodes.simulation().runFor(Duration.ofSeconds(20));
            nodes.heal();
            nodes.converge(BOUND, () -> agree(nodes, living));

            assertThat(heard).isNotEmpty();
            long joined =
                    heard.stream().filter(GroupNotice.Joined.class::isInstance).count();
            assertThat(joined).isEqualTo(heard.size() - joined);
        }
    }

    /// Takes one message a day.
    record Slow() implements GenServer<Slow.Work, Integer> {
        record Work() implements Cast {}

        @Override
        public int mailboxMax() {
            return 1;
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Work work, Integer done) {
            Self.sleep(Duration.ofDays(1));
            return Step.noReply(done);
        }
    }

    @Test
    void aMemberWhoseMailboxStaysFullIsLeftOutOfABroadcast() {
        try (var nodes = groups(1, 1, true)) {
            Node node = nodes.member("n1").node();
            Groups groups = nodes.member("n1").app();
            Pid eager = member(nodes, "n1");
            nodes.simulation().run(node, () -> {
                Pid slow = node.start(new Slow());
                groups.join("g", slow);
                assertThat(groups.broadcast("g", new Slow.Work())).isEqualTo(2);
                Self.sleep(Duration.ofMillis(1));
                assertThat(groups.broadcast("g", new Slow.Work())).isEqualTo(2);
                assertThat(groups.broadcast("g", new Slow.Work())).isEqualTo(1);
                node.exit(slow, ExitReason.killed());
            });
            assertThat(node.isAlive(eager)).isTrue();
        }
    }
}
