package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.DonationGroup.Donation;
import dev.pando.cluster.LocalCluster.Party;
import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Groups of nodes over real sockets, three in this JVM.
class GroupsIT {

    private static final Name SERVER = new Name("pando.groups.pg");

    private final LocalCluster local = new LocalCluster(3);

    record Member(Party party, Groups groups) {
        Node node() {
            return party.node();
        }

        Pid process() {
            return node().spawn(() -> Self.receive(ExitReason.class));
        }
    }

    private List<Member> three() {
        List<Member> members =
                IntStream.range(0, 3).mapToObj(i -> member(local.join(i))).toList();
        LocalCluster.assertTogether(members.stream().map(Member::party).toList());
        return members;
    }

    private static Member member(Party party) {
        Groups groups = Groups.of(party.cluster());
        party.node()
                .start(Supervisor.of(Strategy.ONE_FOR_ONE, groups.childSpec()).intensity(100, Duration.ofSeconds(5)));
        return new Member(party, groups);
    }

    @AfterEach
    void close() {
        local.close();
    }

    private static void untilAllList(List<Member> members, Object group, List<Pid> expected) {
        List<Pid> sorted = expected.stream().sorted().toList();
        members.forEach(member -> Waits.untilEqual(
                "members on " + member.node(),
                sorted,
                () -> List.copyOf(member.groups().members(group))));
    }

    /// The guide's example, as its chapter in `docs/guide.md` shows it.
    @Test
    void aBroadcastToARegionReachesTheProcessorsOfBothNodes() throws Exception {
        List<DonationGroup> three = three().stream()
                .map(member -> {
                    member.node().speak(Protocols.of(Donation.class));
                    return new DonationGroup(
                            member.node(), Groups.start(member.party().cluster(), "donation_processors"));
                })
                .toList();
        List<Pid> processors =
                List.of(three.get(0).startProcessor("US-East"), three.get(1).startProcessor("US-East"));
        three.get(0).startProcessor("EU-West");
        BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
        three.get(2).node().spawn(() -> {
            processors.forEach(Self::monitor);
            while (true) {
                ends.add(Self.receive(Down.class).reason());
            }
        });
        Waits.untilEqual(
                "how many",
                2,
                () -> three.get(2).processors().members("US-East").size());

        int count = three.get(2).broadcastToRegion("US-East", new Donation(new BigDecimal("1000")));

        assertThat(count).isEqualTo(2);
        // Each has processed it, and so has ended.
        assertThat(List.of(Waits.next(ends), Waits.next(ends))).containsOnly(ExitReason.normal());
        Waits.untilEqual(
                "how many",
                0,
                () -> three.get(2).processors().members("US-East").size());
        assertThat(three.get(2).broadcastToRegion("US-East", new Donation(BigDecimal.ONE)))
                .isZero();
    }

    @Test
    void theGuideShowsThisVeryExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/pando/cluster/DonationGroup.java"));

        assertThat(Files.readString(Path.of("..", "docs", "guide.md")))
                .contains(source.substring(source.indexOf("record DonationGroup(")));
    }

    @Test
    void allNodesAgreeWhateverComesAndGoes() {
        List<Member> three = three();
        List<Pid> members = new ArrayList<>();
        for (Member member : three) {
            Pid twice = member.process();
            member.groups().join("g", List.of(twice, twice, member.process()));
            members.addAll(member.groups().localMembers("g"));
        }
        untilAllList(three, "g", members);

        Member second = three.get(1);
        Pid server = second.node().whereis(SERVER).orElseThrow();
        second.node().exit(server, ExitReason.killed());
        second.node().exit(members.get(3), ExitReason.killed());
        Pid ended = members.get(3);
        members.removeIf(ended::equals);
        untilAllList(three, "g", members);

        three.get(2).node().close();
        members.removeIf(pid -> pid.node().equals(three.get(2).party().name()));
        untilAllList(three.subList(0, 2), "g", members);

        Member again = member(local.join(2));
        List<Member> now = List.of(three.get(0), three.get(1), again);
        LocalCluster.assertTogether(now.stream().map(Member::party).toList());
        Pid late = again.process();
        again.groups().join("g", late);
        members.add(late);
        untilAllList(now, "g", members);
    }

    @Test
    void tenThousandJoinsIntoOneGroupAreSeenOnAllNodes() {
        List<Member> three = three();
        Member first = three.getFirst();
        List<Pid> many =
                IntStream.range(0, 10_000).mapToObj(_ -> first.process()).toList();

        many.forEach(pid -> first.groups().join("g", pid));
        untilAllList(three, "g", many);

        first.groups().leave("g", many);
        untilAllList(three, "g", List.of());
        first.groups().join("g", many);
        untilAllList(three, "g", many);
    }
}
