package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Restart;
import dev.pando.core.Self;
import dev.pando.core.Start;
import dev.pando.core.Step;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What Horde's own tests look at, for membership and the supervisor. Where Horde has a fault its row is
/// inverted here. What other tests have is not repeated:
///
/// | Horde's rows | where they are |
/// |---|---|
/// | H-01, 02, 05, 06, 09 to 15 members come and go | here; there is no list of members to set (03, 04, 07, 08) |
/// | H-16, 18, 20, 21, 23 to 26, 31, 34, 35, 44, 46, 50, 51, 53, 54 | here |
/// | H-17 options made at run time | they are arguments |
/// | H-19 the pid is the child's | [StartOrGetTest] |
/// | H-22, 32, 33, 47, 49 a child that ends | [RestartTest] |
/// | H-27 terminate | [TerminateTest] |
/// | H-28, 29, 39, 48 a node or its server is lost, or leaves | [TakeOverTest] |
/// | H-38 a node that joins moves nothing | [StartOrGetTest] |
/// | H-45 a cut | [PartitionTest] |
/// | H-52 a cut, with names | [NamedChildrenTest], [HordeFiguresTest] |
class HordeRowsTest {

    private static final Duration LONG = Duration.ofSeconds(15);

    /// Ends by itself, and well.
    record Errand(String id) implements GenServer<Worker.Message, Census> {

        static ChildSpec spec(String id) {
            return ChildSpec.of(id, new Errand(id)).restart(Restart.TRANSIENT);
        }

        @Override
        public List<Class<?>> resources() {
            return List.of(Census.class);
        }

        @Override
        public Census init() {
            Self.cast(Self.pid(), new Worker.Finish());
            return new Worker(id).init();
        }

        @Override
        public Step<Census> handle(Worker.Message message, Census census) {
            return new Worker(id).handle(message, census);
        }
    }

    /// Has nothing to do and says so in its `init`: what is `:ignore` elsewhere.
    record Idle(String id) implements GenServer<Worker.Message, Census> {

        @Override
        public List<Class<?>> resources() {
            return List.of(Census.class);
        }

        @Override
        public Census init() {
            Self.resource(Census.class).tried(id, Self.node().name());
            throw new ExitException(ExitReason.normal());
        }

        @Override
        public Step<Census> handle(Worker.Message message, Census census) {
            return Step.noReply(census);
        }
    }

    /// Fails after a long start.
    record Late(String id) implements GenServer<Worker.Message, Census> {

        @Override
        public List<Class<?>> resources() {
            return List.of(Census.class, Gate.class);
        }

        @Override
        public Census init() throws InterruptedException {
            new Gate.Guarded(id).init();
            throw new ExitException(Broken.reason(id));
        }

        @Override
        public Step<Census> handle(Worker.Message message, Census census) {
            return Step.noReply(census);
        }
    }

    /// Knows nothing, its id included.
    record Same() implements GenServer<Worker.Message, Boolean> {

        @Override
        public Boolean init() {
            return true;
        }

        @Override
        public Step<Boolean> handle(Worker.Message message, Boolean state) {
            return Step.noReply(state);
        }
    }

    /// Starts a child of a supervisor beside it.
    private static final class Adder implements GenServer<Worker.Message, Start> {
        private final DistributedSupervisor supervisor;

        Adder(DistributedSupervisor supervisor) {
            this.supervisor = supervisor;
        }

        @Override
        public Start init() {
            return supervisor.startOrGet(Worker.spec("x"));
        }

        @Override
        public Step<Start> handle(Worker.Message message, Start start) {
            return Step.noReply(start);
        }
    }

    /// H-01, 02, 05, 06, 09, 10, 12 to 15.
    @Test
    void whoJoinsIsAMemberOfBothAndWhoLeavesIsNot() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<HordeRegistry> registries = new ArrayList<>(Names.on(herd));
            List<DistributedSupervisor> supervisors = new ArrayList<>(Supervisors.on(herd));
            awaitMembers(herd, registries, supervisors, 2);

            int third = herd.join(herd.resources(), Worker.class);
            herd.awaitAll();
            registries.add(HordeRegistry.start(herd.clusters.get(third), "names"));
            supervisors.add(Supervisors.on(herd, third));
            awaitMembers(herd, registries, supervisors, 3);

            herd.close(third);
            awaitMembers(herd, registries, supervisors, 2);
        }
    }

    private static void awaitMembers(
            Herd herd, List<HordeRegistry> registries, List<DistributedSupervisor> supervisors, int count) {
        for (int i : herd.alive()) {
            Eventually.holds(() -> {
                assertThat(registries.get(i).status().servers()).isEqualTo(count);
                assertThat(supervisors.get(i).statusOf(herd.name(i), LONG).nodes())
                        .isEqualTo(count);
            });
        }
    }

    /// H-16.
    @Test
    void aThousandErrandsAreRunOnceEach() {
        try (Herd herd = new Herd(3, Errand.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Callers<Integer> callers = new Callers<>();
            for (int caller = 0; caller < 4; caller++) {
                int first = caller * 250;
                callers.add(() -> {
                    for (int i = first; i < first + 250; i++) {
                        supervisors.get(i * 7 % 3).startOrGet(Errand.spec("e" + i), LONG);
                    }
                    return 250;
                });
            }

            assertThat(callers.go().results()).containsOnly(250);

            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
            assertThat(herd.census.births())
                    .extracting(Census.Birth::id)
                    .doesNotHaveDuplicates()
                    .hasSize(1000);
        }
    }

    /// H-18.
    @Test
    void theSpecOfTheSupervisorCanBeChanged() {
        try (Herd herd = new Herd(1)) {
            ChildSpec spec = Supervisors.on(herd).getFirst().childSpec();

            assertThat(spec.restart()).isEqualTo(Restart.PERMANENT);
            assertThat(spec.restart(Restart.TRANSIENT).shutdown(LONG))
                    .isEqualTo(new ChildSpec(spec.id(), spec.behaviour(), Restart.TRANSIENT, LONG, spec.name()));
        }
    }

    /// H-20, inverted: Horde gives each child an id of its own, and starts two.
    @Test
    void theSameSpecTwiceIsOneChild() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid child = supervisors.getFirst().startOrGet(Worker.spec("x")).pid();

            for (DistributedSupervisor supervisor : supervisors) {
                assertThat(supervisor.startOrGet(Worker.spec("x"))).isEqualTo(new Start.AlreadyStarted(child));
            }
            assertThat(herd.census.births()).hasSize(1);
        }
    }

    /// H-21.
    @ParameterizedTest
    @ValueSource(strings = {"a/b:c", "{\"id\": 1}", "寄付-7", "😀", "\u0000"})
    void anIdIsAnyText(String id) {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);

            Pid child = supervisors.getFirst().startOrGet(Worker.spec(id)).pid();

            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.lookup(id).equals(Optional.of(child))));
            assertThat(supervisors.get(1).terminate(id, LONG)).isTrue();
        }
    }

    /// H-23 to 26, and the figure of Horde's 30 equal children, all of which it starts on one node.
    @Test
    void allNodesListTheChildrenOfAllAndNoneHasThemAlone() {
        try (Herd herd = new Herd(3, Same.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            assertThat(supervisors).allMatch(one -> one.children().isEmpty());

            startAlike(supervisors, 10);

            Supervisors.awaitRunning(supervisors, 10);
            assertThat(supervisors)
                    .allSatisfy(one -> assertThat(Supervisors.ids(one)).hasSize(10));
            assertThat(owners(supervisors.getFirst()).values()).hasSizeGreaterThan(1);

            startAlike(supervisors, 30);

            Supervisors.awaitRunning(supervisors, 30);
            assertThat(owners(supervisors.getFirst()).values()).hasSize(3).allMatch(share -> share >= 6 && share <= 14);
        }
    }

    private static void startAlike(List<DistributedSupervisor> supervisors, int count) {
        for (int i = 0; i < count; i++) {
            supervisors.get(i % 3).startOrGet(ChildSpec.of("same-" + i, new Same()));
        }
    }

    private static Map<NodeName, Integer> owners(DistributedSupervisor supervisor) {
        Map<NodeName, Integer> owners = new TreeMap<>();
        supervisor.children().forEach(child -> owners.merge(child.owner(), 1, Integer::sum));
        return owners;
    }

    /// H-31.
    @Test
    void aTemporaryChildThatIsKilledIsForgotten() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            ChildSpec spec = Worker.spec("x").restart(Restart.TEMPORARY);

            herd.node(0).exit(supervisors.getFirst().startOrGet(spec).pid(), ExitReason.killed());

            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
            assertThat(herd.census.births()).hasSize(1);
        }
    }

    /// H-34.
    @Test
    void twoThousandChildrenAreAllCounted() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);

            List<Pid> children = Supervisors.start(supervisors, 2000);

            Supervisors.awaitRunning(supervisors, 2000);
            assertThat(children).doesNotHaveDuplicates().allMatch(herd::isAlive);
            assertThat(supervisors.getFirst().statusOf(herd.name(1), LONG).running())
                    .isEqualTo(2000);
            assertThat(herd.census.ends()).isEmpty();
        }
    }

    /// H-35.
    @Test
    void aChildThatDeclinesToRunIsNoneAndNotTriedAgain() {
        try (Herd herd = new Herd(3, Idle.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 6; i++) {
                ChildSpec spec = ChildSpec.of("idle" + i, new Idle("idle" + i));

                assertThatThrownBy(() -> supervisors.getFirst().startOrGet(spec))
                        .isInstanceOfSatisfying(
                                ExitException.class, e -> assertThat(e.reason()).isEqualTo(new ExitReason.Normal()));
                assertThat(herd.census.tries("idle" + i)).hasSize(1);
            }
            Eventually.holds(
                    () -> assertThat(supervisors).allMatch(one -> one.children().isEmpty()));
        }
    }

    /// H-44.
    @Test
    void aChildThatFailsAfterALongStartHoldsUpNoOther() {
        try (Herd herd = new Herd(2, Worker.class, Gate.Guarded.class, Late.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Callers<Start> late = new Callers<>();
            late.add(() -> supervisors.get(0).startOrGet(ChildSpec.of("late", new Late("late")), LONG));
            Callers<Start> slow = new Callers<>();
            slow.add(() -> supervisors.get(1).startOrGet(Gate.Guarded.spec("slow"), LONG));
            late.go();
            slow.go();
            Eventually.holds(() -> assertThat(supervisors)
                    .allSatisfy(one -> assertThat(Supervisors.ids(one)).containsExactly("late", "slow")));

            assertThat(supervisors.get(0).startOrGet(Worker.spec("quick"))).isInstanceOf(Start.Started.class);
            herd.gate.open();

            assertThat(slow.results()).allMatch(Start.Started.class::isInstance);
            assertThatThrownBy(late::results).hasRootCauseInstanceOf(ExitException.class);
            Eventually.holds(() -> assertThat(supervisors)
                    .allSatisfy(one -> assertThat(Supervisors.ids(one)).containsExactly("quick", "slow")));
        }
    }

    /// H-46.
    @Test
    void aThousandNamedChildrenOutliveOneSupervisor() {
        try (Herd herd = new Herd(3, Named.class)) {
            List<HordeRegistry> registries = Names.on(herd);
            for (int i : herd.alive()) {
                herd.directories.get(i).open(registries.get(i));
            }
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 1000; i++) {
                supervisors.get(i % 3).startOrGet(Named.spec("c" + i), LONG);
            }
            Supervisors.awaitRunning(supervisors, 1000);

            herd.node(1).stop(herd.node(1).whereis(Supervisors.SERVER).orElseThrow(), LONG);

            List<DistributedSupervisor> left = List.of(supervisors.get(0), supervisors.get(2));
            Eventually.holds(LONG.multipliedBy(2), () -> {
                Map<String, List<Pid>> copies = herd.copies();
                assertThat(copies).hasSize(1000);
                assertThat(copies.values()).allMatch(pids -> pids.size() == 1);
                assertThat(left).allMatch(one -> one.children().size() == 1000);
                assertThat(registries).allMatch(one -> one.count() == 1000);
                copies.forEach((id, pids) -> {
                    assertThat(left).allMatch(one -> one.lookup(id).equals(Optional.of(pids.getFirst())));
                    assertThat(registries).allMatch(one -> one.lookup(id).equals(Optional.of(pids.getFirst())));
                });
            });
        }
    }

    /// H-50, 51. A supervisor that is alone has nobody to remember its children.
    @Test
    void whatComesAfterTheSupervisorInATreeStartsItsChildrenAgain() {
        try (Herd herd = new Herd(1, Worker.class)) {
            DistributedSupervisor supervisor =
                    DistributedSupervisor.of(herd.clusters.getFirst(), "workers", Placement.consistentHash());
            herd.node(0)
                    .start(Supervisor.of(
                            Strategy.REST_FOR_ONE,
                            supervisor.childSpec(),
                            ChildSpec.of("adder", new Adder(supervisor))));
            Pid first = supervisor.lookup("x").orElseThrow();

            herd.node(0).exit(first, ExitReason.killed());
            Pid second = awaitOther(supervisor, first);
            herd.node(0).exit(herd.node(0).whereis(Supervisors.SERVER).orElseThrow(), ExitReason.killed());
            Pid third = awaitOther(supervisor, second);

            Eventually.holds(() -> assertThat(herd.copies("x")).containsExactly(third));
            assertThat(supervisor.children()).hasSize(1);
        }
    }

    private static Pid awaitOther(DistributedSupervisor supervisor, Pid former) {
        Eventually.holds(() -> assertThat(supervisor.lookup("x")).isPresent().isNotEqualTo(Optional.of(former)));
        return supervisor.lookup("x").orElseThrow();
    }

    /// H-53, 54.
    @Test
    void whatTwoNodesRanAloneIsOneWhenTheyMeetAndAfterACutAndALoss() {
        try (Herd herd = new Herd(2, Worker.class)) {
            herd.cut(List.of(0), List.of(1));
            Names.awaitApart(herd);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (DistributedSupervisor supervisor : supervisors) {
                assertThat(supervisor.startOrGet(Worker.spec("x"))).isInstanceOf(Start.Started.class);
            }
            assertThat(herd.copies("x")).hasSize(2);

            herd.heal();
            Supervisors.awaitOneEach(herd, supervisors, 1);
            herd.cut(List.of(0), List.of(1));
            Eventually.holds(() -> assertThat(IntStream.range(0, 2)
                            .mapToObj(i -> supervisors.get(i).lookup("x").map(Pid::node)))
                    .containsExactly(Optional.of(herd.name(0)), Optional.of(herd.name(1))));
            herd.heal();
            Supervisors.awaitOneEach(herd, supervisors, 1);

            herd.crash(herd.indexOf(
                    supervisors.getFirst().lookup("x").orElseThrow().node()));

            Supervisors.awaitOneEach(herd, supervisors, 1);
        }
    }
}
