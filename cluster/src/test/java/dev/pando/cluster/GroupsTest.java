package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Down;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Protocols;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Groups of nodes over an engine that does what the test says. Numbers such as S-16 are rows of the catalogue of
/// tests for groups of syn, from which the promises here were taken.
class GroupsTest {

    private static final Name SERVER = new Name("pando.groups.pg");

    private final List<Node> nodes = new ArrayList<>();

    record Party(Node node, Cluster cluster, FaultyEngine engine, Groups groups) {
        NodeName name() {
            return node.name();
        }

        Pid process() {
            return node.spawn(GroupsTest::idle);
        }

        Pid member(Object group) {
            Pid pid = process();
            groups.join(group, pid);
            return pid;
        }

        void crashScope() {
            Pid server = server();
            node.exit(server, ExitReason.killed());
            Waits.until(
                    "the scope runs again",
                    () -> node.whereis(SERVER)
                            .filter(pid -> !pid.equals(server))
                            .isPresent());
        }

        Pid server() {
            return node.whereis(SERVER).orElseThrow();
        }
    }

    /// A letter to a member.
    record Letter(String text) {}

    /// What no node has listed.
    record Unlisted(String text) {}

    private static void idle() {
        Self.receive(ExitReason.class);
    }

    private Party party(String name) {
        Node node = Node.start(name, Protocols.of(Letter.class));
        nodes.add(node);
        FaultyEngine engine = new FaultyEngine(name);
        Cluster cluster = Cluster.of(node, () -> engine);
        Groups groups = Groups.of(cluster);
        node.start(Supervisor.of(Strategy.REST_FOR_ONE, cluster.childSpec(), groups.childSpec())
                .intensity(100, Duration.ofSeconds(5)));
        return new Party(node, cluster, engine, groups);
    }

    private List<Party> parties(int count) {
        List<Party> parties =
                IntStream.rangeClosed(1, count).mapToObj(i -> party("n" + i)).toList();
        meet(parties);
        return parties;
    }

    private static void meet(List<Party> parties) {
        FaultyEngine.meet(parties.stream().map(Party::engine).toArray(FaultyEngine[]::new));
        parties.forEach(party -> assertThat(party.cluster().awaitMembers(parties.size(), Waits.DEADLINE))
                .isTrue());
    }

    /// Each sees only itself, at once.
    private static void part(List<Party> parties) {
        parties.forEach(party -> party.engine().sees(party.engine()));
    }

    @AfterEach
    void close() {
        nodes.reversed().forEach(Node::close);
    }

    private static void untilAllList(List<Party> parties, Object group, List<Pid> expected) {
        List<Pid> sorted = expected.stream().sorted().toList();
        parties.forEach(party -> Waits.untilEqual(
                "members on " + party.name(),
                sorted,
                () -> List.copyOf(party.groups().members(group))));
    }

    /// A process that monitors, and passes on what it is told; it does what it is told, too.
    private static Pid watcher(Node node, Supplier<Object> monitor, BlockingQueue<Object> heard) {
        Pid pid = node.spawn(() -> {
            heard.add(monitor.get());
            while (true) {
                switch (Self.receive(Object.class)) {
                    case Runnable task -> task.run();
                    case Object notice -> heard.add(notice);
                }
            }
        });
        return pid;
    }

    // ---- joining and leaving

    @Test
    void aProcessIsAMemberOnceItsJoinHasReturned() {
        Party a = party("a");
        Pid one = a.process();
        Pid other = a.process();

        a.groups().join("g", other);
        a.groups().join("g", one);

        assertThat(a.groups().members("g")).containsExactly(one, other);
        assertThat(a.groups().localMembers("g")).containsExactly(one, other);
        assertThat(a.groups().members("unknown")).isEmpty();
        assertThat(a.groups().localMembers("unknown")).isEmpty();
    }

    @Test
    void itIsAMemberUntilItHasLeftAsOftenAsItHasJoined() {
        Party a = party("a");
        Pid pid = a.member("g");
        a.groups().join("g", pid);
        assertThat(a.groups().members("g")).containsExactly(pid, pid);

        assertThat(a.groups().leave("g", pid)).isTrue();
        assertThat(a.groups().members("g")).containsExactly(pid);
        assertThat(a.groups().leave("g", pid)).isTrue();
        assertThat(a.groups().members("g")).isEmpty();
        assertThat(a.groups().leave("g", pid)).isFalse();
    }

    @Test
    void manyJoinAndLeaveAtOnce() throws InterruptedException {
        Party a = party("a");
        List<Pid> pids = List.of(a.process(), a.process(), a.process());
        Pid ended = ended(a);
        List<Pid> twice = new ArrayList<>(pids);
        twice.addAll(List.of(ended, pids.getFirst()));

        assertThat(a.groups().join("g", twice)).isEqualTo(4);
        assertThat(a.groups().members("g")).containsExactly(pids.get(0), pids.get(0), pids.get(1), pids.get(2));

        assertThat(a.groups().leave("g", List.of(pids.get(0), pids.get(1), pids.get(1), a.process())))
                .isEqualTo(2);
        assertThat(a.groups().members("g")).containsExactly(pids.get(0), pids.get(2));
        assertThat(a.groups().join("g", List.of())).isZero();
        assertThat(a.groups().leave("g", List.of())).isZero();
    }

    private static Pid ended(Party party) {
        Pid pid = party.process();
        party.node().exit(pid, ExitReason.killed());
        Waits.until("it has ended", () -> !party.node().isAlive(pid));
        return pid;
    }

    /// S-19.
    @Test
    void leavingWhatOneHasNotJoinedSaysSo() {
        Party a = party("a");
        Pid pid = a.member("g");

        assertThat(a.groups().leave("g", a.process())).isFalse();
        assertThat(a.groups().leave("other", pid)).isFalse();
        assertThat(a.groups().leave("g", List.of(a.process(), a.process()))).isZero();
        assertThat(a.groups().members("g")).containsExactly(pid);
    }

    /// S-16.
    @Test
    void aProcessOfAnotherNodeIsRefusedByName() {
        List<Party> two = parties(2);
        Pid there = two.get(1).process();
        Pid here = two.get(0).process();

        assertThatThrownBy(() -> two.get(0).groups().join("g", there))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(there.toString())
                .hasMessageContaining("joins and leaves at its own node");
        assertThatThrownBy(() -> two.get(0).groups().join("g", List.of(here, there)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> two.get(0).groups().leave("g", there)).isInstanceOf(IllegalArgumentException.class);
        assertThat(two.get(0).groups().members("g")).isEmpty();
    }

    /// S-19.
    @Test
    void aProcessThatHasEndedCannotJoin() {
        Party a = party("a");
        Pid ended = ended(a);

        assertThatThrownBy(() -> a.groups().join("g", ended))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        e -> assertThat(e.reason()).isEqualTo(new ExitReason.NoProcess(ended.toString())));
        assertThat(a.groups().groups()).isEmpty();
    }

    /// S-19.
    @Test
    void aMemberThatEndsIsNoneAnyMoreHoweverOftenItHasJoined() {
        List<Party> two = parties(2);
        Pid stays = two.get(0).member("g");
        Pid ends = two.get(0).member("g");
        two.get(0).groups().join("g", ends);
        two.get(0).groups().join("h", ends);
        untilAllList(two, "g", List.of(stays, ends, ends));

        two.get(0).node().exit(ends, ExitReason.killed());

        untilAllList(two, "g", List.of(stays));
        untilAllList(two, "h", List.of());
        two.forEach(party -> assertThat(party.groups().groups()).containsExactly("g"));
    }

    @Test
    void whoeverIsToldOfAMembersEndDoesNotFindItInAGroup() throws InterruptedException {
        Party a = party("a");
        BlockingQueue<Object> found = new LinkedBlockingQueue<>();
        for (int i = 0; i < 200; i++) {
            Pid member = a.member("g");
            a.node().spawn(() -> {
                Self.monitor(member);
                a.node().exit(member, ExitReason.killed());
                Self.receive(Down.class);
                found.add(a.groups().members("g").contains(member));
            });
            assertThat(Waits.next(found)).isEqualTo(false);
        }
        assertThat(a.groups().groups()).isEmpty();
    }

    /// A join that comes while the process ends either fails or is undone.
    @Test
    void nobodyJoinsAfterItsEnd() throws InterruptedException {
        Party a = party("a");
        BlockingQueue<Object> done = new LinkedBlockingQueue<>();
        for (int i = 0; i < 500; i++) {
            Pid member = a.process();
            a.node().spawn(() -> {
                done.add(a.groups().join("g", List.of(member, member)));
            });
            a.node().exit(member, ExitReason.killed());
            Waits.next(done);
        }
        Waits.untilEqual("groups", List.of(), () -> a.groups().groups());
    }

    @Test
    void whoHasLeftAllGroupsIsNotKept() {
        Party a = party("a");
        Pid pid = a.member("g");
        a.groups().join("h", List.of(pid, pid));
        assertThat(a.groups().kept()).isOne();

        a.groups().leave("g", pid);
        a.groups().leave("h", List.of(pid, pid));

        assertThat(a.groups().kept()).isZero();
        assertThat(a.groups().groups()).isEmpty();
    }

    @Test
    void scopesShareNothing() {
        Party a = party("a");
        Groups other = Groups.start(a.cluster(), "other");
        Pid pid = a.member("g");

        assertThat(other.members("g")).isEmpty();
        assertThat(other.leave("g", pid)).isFalse();
        assertThatThrownBy(() -> Groups.start(a.cluster(), "other")).isInstanceOf(IllegalStateException.class);
        assertThat(other).hasToString("pando.groups.other");
    }

    @Test
    void aGroupWhoseNameCannotTravelIsRefusedWhereItIsJoined() {
        Party a = party("a");
        Pid pid = a.process();

        assertThatThrownBy(() -> a.groups().join(new Unlisted("x"), pid))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Unlisted");
        assertThatThrownBy(() -> a.groups().join("x".repeat(ClusterConfig.MESSAGE_BYTES_MAX), pid))
                .isInstanceOf(WireException.class);
        assertThat(a.groups().groups()).isEmpty();
        assertThat(a.groups().leave(new Unlisted("x"), pid)).isFalse();
    }

    /// S-19: an invalid scope.
    @Test
    void aScopeThatDoesNotRunRefusesWhoeverJoinsAndListsNobody() {
        Party a = party("a");
        Groups idle = Groups.of(a.cluster(), "idle");
        Pid pid = a.process();

        assertThatThrownBy(() -> idle.join("g", pid))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
        assertThatThrownBy(() -> idle.leave("g", pid)).isInstanceOf(ExitException.class);
        assertThat(idle.members("g")).isEmpty();
        assertThat(idle.groups()).isEmpty();
        assertThat(idle.broadcast("g", new Letter("x"))).isZero();
    }

    // ---- several nodes

    /// S-17, S-25.
    @Test
    void membersAndGroupsAreKnownOnAllNodesAndPerNode() {
        List<Party> two = parties(2);
        Pid one = two.get(0).member("g");
        Pid other = two.get(1).member("g");
        Pid alone = two.get(1).member("h");

        untilAllList(two, "g", List.of(one, other));
        untilAllList(two, "h", List.of(alone));
        assertThat(two.get(0).groups().localMembers("g")).containsExactly(one);
        assertThat(two.get(0).groups().members("g")).hasSize(2);
        assertThat(two.get(0).groups().groups()).containsExactlyInAnyOrder("g", "h");
        assertThat(two.get(0).groups().localGroups()).containsExactly("g");

        two.get(1).groups().leave("h", alone);

        untilAllList(two, "h", List.of());
        two.forEach(party -> assertThat(party.groups().groups()).containsExactly("g"));
    }

    /// S-18, S-21.
    @Test
    void nodesThatMeetLaterShareWhatTheyHave() {
        List<Party> three = List.of(party("a"), party("b"), party("c"));
        List<Pid> members = three.stream().map(party -> party.member("g")).toList();
        untilAllList(three.subList(0, 1), "g", members.subList(0, 1));

        meet(three.subList(0, 2));
        untilAllList(three.subList(0, 2), "g", members.subList(0, 2));

        meet(three);
        untilAllList(three, "g", members);
    }

    /// S-21: only the members that are out of reach are missing, and only where they are. No conflicts: a process is
    /// a member at its own node.
    @Test
    void aSplitHidesTheMembersOfTheOtherSideAndTheHealBringsThemBackAsTheyAreThen() {
        List<Party> three = parties(3);
        List<Pid> members = three.stream().map(party -> party.member("g")).toList();
        untilAllList(three, "g", members);

        List<Party> side = three.subList(0, 2);
        FaultyEngine.meet(side.get(0).engine(), side.get(1).engine());
        part(three.subList(2, 3));
        untilAllList(side, "g", members.subList(0, 2));
        untilAllList(three.subList(2, 3), "g", members.subList(2, 3));
        Pid later = three.get(2).member("g");
        three.get(2).groups().leave("g", members.get(2));
        three.get(0).groups().leave("g", members.get(0));

        meet(three);
        untilAllList(three, "g", List.of(members.get(1), later));
    }

    @Test
    void aScopeThatStopsInOrderTakesItsMembersWithItForTheOthersUntilItIsStartedAgain() {
        List<Party> two = parties(2);
        Groups first = Groups.of(two.get(0).cluster(), "s");
        Supplier<Pid> start = () -> two.get(0).node().start(Supervisor.of(Strategy.ONE_FOR_ONE, first.childSpec()));
        Pid running = start.get();
        Groups second = Groups.start(two.get(1).cluster(), "s");
        Pid pid = two.get(0).process();
        Pid there = two.get(1).process();
        first.join("g", pid);
        second.join("g", there);
        Waits.untilEqual("members", List.of(pid, there), () -> List.copyOf(first.members("g")));

        two.get(0).node().stop(running, Waits.DEADLINE);
        Waits.untilEqual("members", List.of(there), () -> List.copyOf(second.members("g")));
        assertThat(first.members("g")).containsExactly(pid);
        assertThatThrownBy(() -> first.join("g", pid)).isInstanceOf(ExitException.class);

        assertThat(start.get()).isNotEqualTo(running);
        Waits.untilEqual("members", List.of(pid, there), () -> List.copyOf(first.members("g")));
        Waits.untilEqual("members", List.of(pid, there), () -> List.copyOf(second.members("g")));
    }

    // ---- failures of the scope

    /// S-18, S-19. In OTP they are lost.
    @Test
    void membershipsOutliveACrashOfTheScopeAndNobodyMissesThem() throws InterruptedException {
        List<Party> two = parties(2);
        Pid twice = two.get(0).member("g");
        two.get(0).groups().join("g", twice);
        Pid there = two.get(1).member("g");
        List<Pid> members = List.of(twice, twice, there);
        untilAllList(two, "g", members);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        two.forEach(party -> watcher(party.node(), () -> party.groups().monitor("g"), heard));
        Waits.next(heard);
        Waits.next(heard);

        two.get(0).crashScope();
        two.get(1).crashScope();
        assertThat(two.get(0).groups().members("g")).isEqualTo(members);
        Pid last = two.get(0).member("g");
        untilAllList(two, "g", List.of(twice, twice, there, last));

        List<List<Pid>> notices = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            notices.add(((GroupNotice.Joined) Waits.next(heard)).pids());
        }
        assertThat(notices).containsOnly(List.of(last));
        assertThat(heard).isEmpty();
    }

    @Test
    void membersComeAndGoWhileTheScopeIsDownAndAreToldAfterwards() {
        List<Party> two = parties(2);
        Groups groups = Groups.start(two.get(0).cluster(), "s");
        Groups others = Groups.start(two.get(1).cluster(), "s");
        Pid ends = two.get(0).process();
        Pid stays = two.get(0).process();
        groups.join("g", List.of(ends, stays));
        Waits.untilEqual("members", List.of(ends, stays), () -> List.copyOf(others.members("g")));

        Name server = new Name(groups.toString());
        Node node = two.get(0).node();
        node.exit(node.whereis(server).orElseThrow(), ExitReason.killed());
        node.exit(ends, ExitReason.killed());
        Waits.until("both have ended", () -> node.whereis(server).isEmpty() && !node.isAlive(ends));
        assertThat(others.members("g")).contains(stays);
        assertThat(groups.members("g")).containsExactly(stays);
        groups.join("g", stays);
        node.start(groups.childSpec().behaviour(), server);

        Waits.untilEqual("members", List.of(stays, stays), () -> List.copyOf(others.members("g")));
        assertThat(groups.members("g")).containsExactly(stays, stays);
        assertThat(groups.leave("g", List.of(stays, stays))).isEqualTo(2);
        Waits.untilEqual("members", List.of(), () -> List.copyOf(others.members("g")));
    }

    /// A killed server's code may go on for a moment; what it does must not mix with what the next one does.
    @Test
    void aServerThatWasReplacedChangesNothingAnyMore() {
        GroupTable table = new GroupTable(party("a").node(), new Name("nobody"));
        NodeName owner = NodeName.of("x");
        Pid pid = new Pid(owner, 1, 1);
        GroupTable.Pen former = table.take();
        former.join("g", List.of(pid));
        GroupTable.Pen latter = table.take();

        List<Consumer<GroupTable.Pen>> changes = List.of(
                pen -> pen.join("g", List.of(pid)),
                pen -> pen.leave("g", List.of(pid)),
                pen -> pen.replace(owner, Map.of()),
                pen -> pen.drop(owner),
                GroupTable.Pen::close,
                GroupTable.Pen::cut,
                GroupTable.Pen::takeUntold);
        for (Consumer<GroupTable.Pen> change : changes) {
            assertThatThrownBy(() -> change.accept(former)).isInstanceOf(ExitException.class);
        }

        assertThat(table.members("g")).containsExactly(pid);
        latter.drop(owner);
        assertThat(table.groups()).isEmpty();
    }

    // ---- what namesakes tell

    /// A process that has the name of the groups' server on a node without groups.
    private static Pid stranger(Node node, Cluster cluster) {
        assertThat(cluster.nodes()).isNotEmpty();
        node.speak(Protocols.of(GroupSync.class));
        ProcessBody body = GroupsTest::idle;
        return node.start(body);
    }

    private static GroupSync.Change joins(Object group, Long... serials) {
        return new GroupSync.Change(new Payload(group), true, List.of(serials));
    }

    private static GroupSync.Change leaves(Object group, Long... serials) {
        return new GroupSync.Change(new Payload(group), false, List.of(serials));
    }

    /// A node with groups, one without, and how to speak to the first one's server from the second.
    private final class Stage {
        final Party party = party("a");
        final Node other;
        final List<Pid> strangers;
        private final FaultyEngine engine = new FaultyEngine("b");

        Stage() {
            other = Node.start("b", Protocols.none());
            nodes.add(other);
            Cluster cluster = Cluster.of(other, () -> engine);
            other.start(cluster.childSpec().behaviour());
            FaultyEngine.meet(party.engine(), engine);
            assertThat(cluster.awaitMembers(2, Waits.DEADLINE)).isTrue();
            assertThat(party.cluster().awaitMembers(2, Waits.DEADLINE)).isTrue();
            strangers = List.of(stranger(other, cluster), stranger(other, cluster));
        }

        void says(GroupSync... all) {
            for (GroupSync one : all) {
                other.cast(SERVER.on(party.name()), one);
            }
        }

        Pid pid(long serial) {
            return new Pid(other.name(), other.incarnation(), serial);
        }

        void untilMembers(Object group, long... serials) {
            Waits.untilEqual(
                    "members",
                    IntStream.range(0, serials.length)
                            .mapToObj(i -> pid(serials[i]))
                            .toList(),
                    () -> List.copyOf(party.groups().members(group)));
        }
    }

    /// S-20.
    @Test
    void newsOfAServerThatWasNotIntroducedIsDropped() {
        Stage stage = new Stage();
        Pid server = stage.strangers.get(0);

        stage.says(
                new GroupSync.News(server, List.of(joins("g", 1L))),
                new GroupSync.Told(server),
                new GroupSync.Introduction(server),
                new GroupSync.News(server, List.of(joins("g", 2L))),
                new GroupSync.News(stage.strangers.get(1), List.of(joins("g", 3L))),
                new GroupSync.Told(server));

        stage.untilMembers("g", 2);
    }

    /// S-28.
    @Test
    void aFullCopyTakesThePlaceOfAllThatWasKnown() throws InterruptedException {
        Stage stage = new Stage();
        Pid server = stage.strangers.get(0);
        Pid next = stage.strangers.get(1);
        stage.says(
                new GroupSync.Introduction(server),
                new GroupSync.News(server, List.of(joins("g", 1L, 2L, 2L, 3L), joins("h", 4L))),
                new GroupSync.Told(server));
        stage.untilMembers("h", 4);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        watcher(stage.party.node(), () -> stage.party.groups().monitor(), heard);
        Ref ref = ((Groups.ScopeMonitor) Waits.next(heard)).ref();

        stage.says(
                new GroupSync.Introduction(next),
                new GroupSync.News(next, List.of(joins("g", 2L, 3L, 3L), joins("i", 5L))),
                new GroupSync.News(server, List.of(joins("g", 6L))),
                new GroupSync.Told(next),
                new GroupSync.News(next, List.of(leaves("g", 3L))));

        stage.untilMembers("g", 2, 3);
        stage.untilMembers("h");
        stage.untilMembers("i", 5);
        assertThat(List.of(
                        Waits.next(heard), Waits.next(heard), Waits.next(heard), Waits.next(heard), Waits.next(heard)))
                .containsExactly(
                        new GroupNotice.Left(ref, "g", List.of(stage.pid(1), stage.pid(2))),
                        new GroupNotice.Joined(ref, "g", List.of(stage.pid(3))),
                        new GroupNotice.Left(ref, "h", List.of(stage.pid(4))),
                        new GroupNotice.Joined(ref, "i", List.of(stage.pid(5))),
                        new GroupNotice.Left(ref, "g", List.of(stage.pid(3))));
    }

    @Test
    void nonsenseOfANamesakeHurtsNobody() {
        Stage stage = new Stage();
        Pid server = stage.strangers.get(0);
        stage.says(
                new GroupSync.Introduction(server),
                new GroupSync.Introduction(server),
                new GroupSync.Told(server),
                new GroupSync.Told(server),
                new GroupSync.News(server, List.of(leaves("g", 1L), joins("g"), leaves("g"), joins("g", -1L, 0L, 1L))));

        Waits.untilEqual("how many", 3, () -> stage.party.groups().members("g").size());
        assertThat(stage.party.member("g")).isNotNull();
        stage.says(new GroupSync.News(server, List.of(leaves("g", -1L, 0L, 1L, 1L))));
        Waits.untilEqual("how many", 1, () -> stage.party.groups().members("g").size());
    }

    // ---- sizes

    @Test
    void aHundredThousandMembershipsAreToldToANodeThatComes() {
        Party a = party("a");
        Party b = party("b");
        List<Pid> many = IntStream.range(0, 10_000).mapToObj(_ -> a.process()).toList();
        a.groups().join("large", Collections.nCopies(90_000, many.getFirst()));
        a.groups().join("large", many);

        meet(List.of(a, b));

        Waits.untilEqual("how many", 100_000, () -> b.groups().members("large").size());
        assertThat(List.copyOf(b.groups().members("large")))
                .isEqualTo(List.copyOf(a.groups().members("large")));
    }

    /// All at once they exceed what one message may have several times.
    @Test
    void groupsWithLongNamesAreToldToANodeThatComes() {
        Party a = party("a");
        Party b = party("b");
        Pid pid = a.process();
        for (int i = 0; i < 300; i++) {
            a.groups().join(i + "x".repeat(20_000), pid);
        }
        a.groups().join("y".repeat(1_000_000), Collections.nCopies(30_000, pid));

        meet(List.of(a, b));

        Waits.untilEqual("how many", 301, () -> b.groups().groups().size());
        Waits.untilEqual(
                "how many",
                30_000,
                () -> b.groups().members("y".repeat(1_000_000)).size());
    }

    // ---- monitors

    /// S-22.
    @Test
    void aMonitorIsGivenTheMembersAndThenEachChangeOnceAndInOrder() throws InterruptedException {
        List<Party> two = parties(2);
        Pid first = two.get(0).member("g");
        untilAllList(two, "g", List.of(first));
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        watcher(two.get(1).node(), () -> two.get(1).groups().monitor("g"), heard);
        Groups.Monitor monitor = (Groups.Monitor) Waits.next(heard);
        assertThat(monitor.members()).containsExactly(first);

        List<Pid> more = List.of(two.get(1).process(), two.get(1).process());
        two.get(1).groups().join("g", more);
        two.get(1).member("other");
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Joined(monitor.ref(), "g", more));
        two.get(1).groups().leave("g", more.getFirst());
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Left(monitor.ref(), "g", more.subList(0, 1)));
        two.get(0).node().exit(first, ExitReason.killed());
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Left(monitor.ref(), "g", List.of(first)));
        Pid late = two.get(0).member("g");
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Joined(monitor.ref(), "g", List.of(late)));
        part(two);
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Left(monitor.ref(), "g", List.of(late)));
        meet(two);
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Joined(monitor.ref(), "g", List.of(late)));
        assertThat(heard).isEmpty();
    }

    @Test
    void aMonitorOfTheScopeIsToldOfAllGroups() throws InterruptedException {
        Party a = party("a");
        Pid first = a.member("g");
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        watcher(a.node(), () -> a.groups().monitor(), heard);
        Groups.ScopeMonitor monitor = (Groups.ScopeMonitor) Waits.next(heard);
        assertThat(monitor.members()).isEqualTo(Map.of("g", List.of(first)));

        Pid second = a.member("h");
        assertThat(Waits.next(heard)).isEqualTo(new GroupNotice.Joined(monitor.ref(), "h", List.of(second)));
    }

    /// A snapshot that is taken while many join: none is in neither, none in both.
    @Test
    void snapshotAndNoticesFitTogetherWhateverHappensMeanwhile() throws InterruptedException {
        Party a = party("a");
        List<Pid> many = IntStream.range(0, 500).mapToObj(_ -> a.process()).toList();
        BlockingQueue<Object> joined = new LinkedBlockingQueue<>();
        a.node().spawn(() -> {
            many.forEach(pid -> a.groups().join("g", pid));
            joined.add("all");
        });
        List<BlockingQueue<Object>> watchers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
            watcher(a.node(), () -> a.groups().monitor("g"), heard);
            watchers.add(heard);
        }
        Waits.next(joined);

        for (BlockingQueue<Object> heard : watchers) {
            List<Pid> seen = new ArrayList<>(((Groups.Monitor) Waits.next(heard)).members());
            while (seen.size() < many.size()) {
                seen.addAll(((GroupNotice.Joined) Waits.next(heard)).pids());
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(many);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void nothingIsToldAfterDemonitorNotEvenWhatLiesInTheMailbox() throws InterruptedException {
        Party a = party("a");
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        a.node().spawn(() -> {
            Groups.Monitor ended = a.groups().monitor("g");
            Groups.Monitor other = a.groups().monitor("g");
            a.groups().join("g", Self.pid());
            a.groups().join("g", Self.pid());
            heard.add(a.groups().demonitor(ended.ref()));
            heard.add(a.groups().demonitor(ended.ref()));
            a.groups().leave("g", Self.pid());
            for (int i = 0; i < 3; i++) {
                heard.add(Self.receive(GroupNotice.class).ref().equals(other.ref()));
            }
            heard.add(Self.receive(GroupNotice.class, Duration.ZERO).isEmpty());
        });

        assertThat(Waits.next(heard)).isEqualTo(true);
        assertThat(Waits.next(heard)).isEqualTo(false);
        for (int i = 0; i < 4; i++) {
            assertThat(Waits.next(heard)).isEqualTo(true);
        }
    }

    @Test
    void aProcessKeepsNothingOfAMonitorThatItHasEnded() throws InterruptedException {
        Party a = party("a");
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();

        a.node().spawn(() -> {
            Ref ref = a.groups().monitor("g").ref();
            outcome.add(Self.token(ref));
            a.groups().demonitor(ref);
            try {
                outcome.add(Self.token(ref));
            } catch (NoSuchElementException e) {
                outcome.add("nothing");
            }
        });

        assertThat(Waits.next(outcome)).isInstanceOf(Token.class);
        assertThat(Waits.next(outcome)).isEqualTo("nothing");
    }

    @Test
    void aMonitorIsItsProcesssOwnAndEndsWithIt() throws InterruptedException {
        Party a = party("a");
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Pid watcher = watcher(a.node(), () -> a.groups().monitor("g"), heard);
        Ref ref = ((Groups.Monitor) Waits.next(heard)).ref();
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();

        a.node().spawn(() -> outcome.add(a.groups().demonitor(ref)));
        assertThat(Waits.next(outcome)).isEqualTo(false);
        assertThat(a.groups().monitors()).isOne();
        a.node().exit(watcher, ExitReason.killed());
        Waits.until("it has ended", () -> !a.node().isAlive(watcher));

        assertThat(a.groups().monitors()).isZero();
        assertThatThrownBy(() -> a.groups().monitor("g")).isInstanceOf(IllegalStateException.class);
    }

    // ---- broadcast

    private static Pid listener(Party party, BlockingQueue<Object> heard) {
        return party.node().spawn(() -> {
            while (true) {
                heard.add(Self.receive(Letter.class));
            }
        });
    }

    /// S-23.
    @Test
    void aBroadcastReachesEachMemberAsOftenAsItHasJoinedAndSaysHowMany() throws InterruptedException {
        List<Party> two = parties(2);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Pid here = listener(two.get(0), heard);
        two.get(0).groups().join("g", List.of(here, here));
        two.get(1).groups().join("g", listener(two.get(1), heard));
        two.get(1).groups().join("other", listener(two.get(1), heard));
        Waits.untilEqual("how many", 3, () -> two.get(0).groups().members("g").size());

        assertThat(two.get(0).groups().broadcast("g", new Letter("all"))).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(Waits.next(heard)).isEqualTo(new Letter("all"));
        }
        assertThat(two.get(0).groups().broadcastLocally("g", new Letter("here")))
                .isEqualTo(2);
        assertThat(Waits.next(heard)).isEqualTo(new Letter("here"));
        assertThat(Waits.next(heard)).isEqualTo(new Letter("here"));
        assertThat(two.get(0).groups().broadcast("unknown", new Letter("nobody")))
                .isZero();
        assertThat(heard).isEmpty();
    }

    @Test
    void aMessageThatCannotTravelReachesNobodyNotEvenHere() {
        List<Party> two = parties(2);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Pid here = two.get(0).node().spawn(() -> heard.add(Self.receive(Unlisted.class)));
        two.get(0).groups().join("g", here);
        two.get(1).member("g");
        Waits.untilEqual("how many", 2, () -> two.get(0).groups().members("g").size());

        assertThatThrownBy(() -> two.get(0).groups().broadcast("g", new Unlisted("x")))
                .isInstanceOf(WireException.class);

        assertThat(two.get(0).groups().broadcastLocally("g", new Unlisted("y"))).isEqualTo(1);
        Waits.untilEqual("heard", List.of(new Unlisted("y")), () -> List.copyOf(heard));
    }

    /// S-24, S-26: what syn keeps with a membership belongs into the member's own state.
    @Test
    void theMembersOfAGroupCanBeAskedAllAtOnce() {
        List<Party> two = parties(2);
        Node node = two.get(0).node();
        two.forEach(party -> party.node().speak(Protocols.of(Echo.class)));
        List<Pid> members =
                two.stream().map(party -> party.node().start(new Echo())).toList();
        two.get(0).groups().join("g", members.get(0));
        two.get(1).groups().join("g", members.get(1));
        two.get(1).member("g");
        Waits.untilEqual("how many", 3, () -> two.get(0).groups().members("g").size());

        var asked = node.multiCall(two.get(0).groups().members("g"), new Echo.Say("x"), Duration.ofMillis(100));

        assertThat(asked.replies()).containsOnlyKeys(members);
        assertThat(asked.failures()).hasSize(1);
    }
}
