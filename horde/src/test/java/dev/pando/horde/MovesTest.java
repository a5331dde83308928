package dev.pando.horde;

import static dev.pando.horde.Supervisors.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Restart;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Children that move to another node, by hand, by placement, and because theirs stops.
class MovesTest {

    private static Router<String> router(DistributedSupervisor supervisor) {
        return Router.byKey(supervisor, Purse::spec);
    }

    private static List<Integer> coins(DistributedSupervisor supervisor, String id) {
        return router(supervisor).call(id, new Purse.Look(), LIMIT).all();
    }

    private static void awaitOn(Herd herd, List<DistributedSupervisor> supervisors, String id, NodeName on) {
        Eventually.holds(() -> assertThat(herd.alive())
                .allSatisfy(i -> assertThat(supervisors.get(i).lookup(id))
                        .hasValueSatisfying(pid -> assertThat(pid.node()).isEqualTo(on))));
    }

    private static int other(Herd herd, Pid pid) {
        return (herd.indexOf(pid.node()) + 1) % herd.nodes.size();
    }

    // ---- by hand

    @Test
    void aChildMovesWithItsState() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            DistributedSupervisor first = supervisors.getFirst();
            Pid before = first.startOrGet(Purse.spec("p")).pid();
            router(first).call("p", new Purse.Put(7), LIMIT);
            NodeName to = herd.name(other(herd, before));

            assertThat(first.move("p", to, LIMIT)).isTrue();

            awaitOn(herd, supervisors, "p", to);
            assertThat(coins(first, "p")).containsExactly(7);
            assertThat(herd.copies("p")).hasSize(1);
            assertThat(herd.census.ends("p"))
                    .singleElement()
                    .satisfies(end -> assertThat(end.reason()).isInstanceOf(ExitReason.Moved.class));
            List<Token> tokens =
                    herd.census.births("p").stream().map(Census.Birth::token).toList();
            assertThat(tokens).hasSize(2).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aMovedChildIsNoChildThatWasTakenOver() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid before = supervisors.getFirst().startOrGet(Purse.spec("p")).pid();

            supervisors.getFirst().move("p", herd.name(other(herd, before)), LIMIT);

            Eventually.holds(() -> assertThat(supervisors)
                    .allSatisfy(supervisor -> assertThat(supervisor.children())
                            .singleElement()
                            .satisfies(child -> {
                                assertThat(child.takeOvers()).isZero();
                                assertThat(child.state()).isEqualTo(ChildState.RUNNING);
                            })));
        }
    }

    @Test
    void aChildWithoutStateToHandOverStopsHereBeforeItStartsThere() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid before = supervisors.getFirst().startOrGet(Worker.spec("c0")).pid();
            NodeName to = herd.name(other(herd, before));

            assertThat(supervisors.getFirst().move("c0", to, LIMIT)).isTrue();

            awaitOn(herd, supervisors, "c0", to);
            assertThat(herd.census.ends("c0")).singleElement().satisfies(end -> {
                assertThat(end.pid()).isEqualTo(before);
                assertThat(end.reason()).isEqualTo(ExitReason.shutdown());
            });
            assertThat(herd.copies("c0")).hasSize(1);
        }
    }

    @Test
    void nobodyMovesWhatDoesNotExistNorToWhereNobodyIs() {
        try (Herd herd = new Herd(2, Purse.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            Pid pid = supervisor.startOrGet(Purse.spec("p")).pid();

            assertThat(supervisor.move("nobody", herd.name(1), LIMIT)).isFalse();
            assertThat(supervisor.move("p", NodeName.of("elsewhere"), LIMIT)).isFalse();
            assertThat(supervisor.move("p", pid.node(), LIMIT)).isTrue();
            assertThat(supervisor.lookup("p")).contains(pid);
        }
    }

    @Test
    void aStateThatCannotBeRestoredStaysWhereItIs() {
        try (Herd herd = new Herd(2, Purse.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            Pid pid = supervisor.startOrGet(Purse.spec("p")).pid();
            herd.node(0).call(pid, new Purse.Put(Purse.COUNTERFEIT));

            assertThat(supervisor.move("p", herd.name(other(herd, pid)), LIMIT)).isFalse();

            assertThat(supervisor.lookup("p")).contains(pid);
            assertThat(herd.node(0).call(pid, new Purse.Put(1))).isEqualTo(2);
        }
    }

    @Test
    void aChildThatIsBusyForTooLongStaysWhereItIs() {
        try (Herd herd = new Herd(2, Purse.class)) {
            SupervisorOptions options =
                    SupervisorOptions.of(Placement.consistentHash()).handOver(Duration.ofMillis(50));
            DistributedSupervisor supervisor = Supervisors.on(herd, options).getFirst();
            Pid pid = supervisor.startOrGet(Purse.spec("p")).pid();
            herd.node(0).cast(pid, new Purse.Dawdle());

            assertThat(supervisor.move("p", herd.name(other(herd, pid)), LIMIT)).isFalse();
            herd.gate.open();

            assertThat(herd.node(0).call(pid, new Purse.Put(1))).isEqualTo(1);
            assertThat(supervisor.move("p", herd.name(other(herd, pid)), LIMIT)).isTrue();
        }
    }

    @Test
    void aChildGoesOnWhenTheNodeItIsToGoToIsLost() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Pid pid = supervisors.getFirst().startOrGet(Purse.spec("p")).pid();
            int from = herd.indexOf(pid.node());
            int to = (from + 1) % 3;
            int third = (from + 2) % 3;
            router(supervisors.get(third)).call("p", new Purse.Put(1), LIMIT);
            herd.hold(to, List.of(from));
            Callers<Boolean> mover = new Callers<>();
            mover.add(() -> supervisors.get(from).move("p", herd.name(to), LIMIT));
            mover.go();
            Eventually.holds(() -> assertThat(herd.census.births("p")).hasSize(2));

            herd.crash(to);

            assertThat(mover.results()).containsExactly(false);
            awaitOn(herd, supervisors, "p", herd.name(from));
            assertThat(coins(supervisors.get(third), "p")).containsExactly(1);
            assertThat(herd.copies("p")).containsExactly(pid);
        }
    }

    @Test
    void whatIsTerminatedOnItsWayIsOver() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            for (int i = 0; i < 50; i++) {
                String id = "p" + i;
                Pid pid = supervisors.getFirst().startOrGet(Purse.spec(id)).pid();
                NodeName to = herd.name(other(herd, pid));
                Callers<Boolean> callers = new Callers<>();
                callers.add(() -> supervisors.get(1).move(id, to, LIMIT));
                callers.add(() -> supervisors.get(0).terminate(id, LIMIT));
                assertThat(callers.go().results().get(1)).isTrue();
            }

            Eventually.holds(() -> {
                assertThat(herd.copies()).isEmpty();
                assertThat(supervisors)
                        .allSatisfy(
                                supervisor -> assertThat(supervisor.children()).isEmpty());
            });
        }
    }

    @Test
    void callersNoticeNothingOfChildrenThatMoveAllTheTime() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            List<String> ids = IntStream.range(0, 8).mapToObj(i -> "p" + i).toList();
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger coin = new AtomicInteger();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 6; i++) {
                int caller = i;
                Router<String> router = router(supervisors.get(i % 3));
                callers.add(() -> {
                    int put = 0;
                    for (; !over.get(); put++) {
                        String id = ids.get((caller + put) % ids.size());
                        router.call(id, new Purse.Put(coin.incrementAndGet()), LIMIT);
                    }
                    return put;
                });
            }
            callers.go();
            Router<String> router = router(supervisors.getFirst());
            ids.forEach(id -> router.call(id, new Purse.Look(), LIMIT));
            int moves = 0;
            for (int i = 0; i < 200; i++) {
                moves += supervisors.get(i % 3).move(ids.get(i % ids.size()), herd.name(i / 8 % 3), LIMIT) ? 1 : 0;
            }
            over.set(true);
            int put = callers.results().stream().mapToInt(Integer::intValue).sum();

            List<Integer> found = new ArrayList<>();
            ids.forEach(id -> found.addAll(coins(supervisors.getFirst(), id)));
            assertThat(moves).isEqualTo(200);
            assertThat(found).hasSize(put).doesNotHaveDuplicates();
        }
    }

    // ---- because a node stops

    @Test
    void aNodeThatStopsHandsItsChildrenOverWhileTheyAreCalled() {
        try (Herd herd = new Herd(3, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            int children = 300;
            List<String> ids =
                    IntStream.range(0, children).mapToObj(i -> "p" + i).toList();
            ids.forEach(id -> supervisors.getFirst().startOrGet(Purse.spec(id)));
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger coin = new AtomicInteger();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 8; i++) {
                int caller = i;
                Router<String> router = router(supervisors.get(i % 2));
                callers.add(() -> {
                    int put = 0;
                    for (; !over.get(); put++) {
                        String id = ids.get((caller * 37 + put) % children);
                        router.call(id, new Purse.Put(coin.incrementAndGet()), LIMIT);
                    }
                    return put;
                });
            }
            callers.go();
            Eventually.holds(() -> assertThat(coin).hasValueGreaterThan(1000));

            herd.close(2);
            int atClose = coin.get();
            Eventually.holds(() -> assertThat(coin).hasValueGreaterThan(atClose + 1000));
            over.set(true);
            int put = callers.results().stream().mapToInt(Integer::intValue).sum();

            List<Integer> found = new ArrayList<>();
            ids.forEach(id -> found.addAll(coins(supervisors.getFirst(), id)));
            assertThat(found).hasSize(put).doesNotHaveDuplicates();
            Supervisors.awaitOneEach(herd, supervisors, children);
            assertThat(herd.census.births())
                    .as("those of the node, once more")
                    .hasSizeBetween(children + 50, children + 150);
        }
    }

    @Test
    void aNodeThatStopsHandsNothingOverInNoTime() {
        try (Herd herd = new Herd(2, Purse.class)) {
            SupervisorOptions options =
                    SupervisorOptions.of(Placement.consistentHash()).drain(Duration.ZERO);
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, options);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            Pid before = supervisors.getFirst().startOrGet(Purse.spec(id)).pid();
            router(supervisors.getFirst()).call(id, new Purse.Put(7), LIMIT);

            herd.close(1);

            awaitOn(herd, supervisors, id, herd.name(0));
            assertThat(coins(supervisors.getFirst(), id)).as("started afresh").isEmpty();
            assertThat(herd.census.ends(id)).singleElement().satisfies(end -> {
                assertThat(end.pid()).isEqualTo(before);
                assertThat(end.reason()).isEqualTo(ExitReason.shutdown());
            });
        }
    }

    @Test
    void aNodeThatStopsTakesNoChildren() {
        try (Herd herd = new Herd(2, Purse.class)) {
            SupervisorOptions options =
                    SupervisorOptions.of(Placement.consistentHash()).handOver(Duration.ofSeconds(2));
            List<DistributedSupervisor> supervisors = Supervisors.on(herd, options);
            String busy = Supervisors.placedOn(herd, 1, 1).getFirst();
            Pid pid = supervisors.getFirst().startOrGet(Purse.spec(busy)).pid();
            herd.node(0).cast(pid, new Purse.Dawdle());
            Callers<Boolean> closer = new Callers<>();
            closer.add(() -> {
                herd.close(1);
                return true;
            });
            closer.go();
            Eventually.holds(() -> assertThat(Supervisors.state(supervisors.getFirst(), busy))
                    .containsExactly(ChildState.HANDING_OVER));

            for (String id : Supervisors.placedOn(herd, 1, 20)) {
                if (!id.equals(busy)) {
                    assertThat(supervisors
                                    .getFirst()
                                    .startOrGet(Purse.spec(id))
                                    .pid()
                                    .node())
                            .isEqualTo(herd.name(0));
                }
            }
            herd.gate.open();
            closer.results();
            awaitOn(herd, supervisors, busy, herd.name(0));
        }
    }

    @Test
    void whatCannotBeRestoredStartsAfreshAndIsToldSoWhenItsNodeStops() {
        try (Herd herd = new Herd(2, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            router(supervisors.getFirst()).call(id, new Purse.Put(Purse.COUNTERFEIT), LIMIT);

            herd.close(1);

            assertThat(coins(supervisors.getFirst(), id)).isEmpty();
            assertThat(herd.census.tries(id)).containsExactly(new Census.Try(id, herd.name(0)));
        }
    }

    @Test
    void whatCannotBeExportedEndsBeforeItStartsAfreshElsewhere() {
        try (Herd herd = new Herd(2, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            router(supervisors.getFirst()).call(id, new Purse.Put(Purse.STUCK), LIMIT);
            Pid before = supervisors.getFirst().lookup(id).orElseThrow();

            herd.close(1);

            assertThat(coins(supervisors.getFirst(), id)).isEmpty();
            assertThat(herd.census.tries(id)).containsExactly(new Census.Try(id, herd.name(0)));
            assertThat(herd.census.ends(id)).singleElement().satisfies(end -> {
                assertThat(end.pid()).isEqualTo(before);
                assertThat(end.reason()).isEqualTo(ExitReason.shutdown());
            });
            assertThat(herd.census.births(id)).hasSize(2);
        }
    }

    @Test
    void whatFinishesBeforeItsTurnToMoveIsNotStartedAgain() {
        try (Herd herd = new Herd(2, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            ChildSpec spec = Purse.spec("p").restart(Restart.TRANSIENT);
            Pid pid = supervisors.getFirst().startOrGet(spec).pid();
            herd.node(0).cast(pid, new Purse.Dawdle());
            herd.node(0).cast(pid, new Purse.Spend());
            Callers<Boolean> mover = new Callers<>();
            mover.add(() -> supervisors.getFirst().move("p", herd.name(other(herd, pid)), LIMIT));
            mover.go();
            Eventually.holds(() -> assertThat(Supervisors.state(supervisors.getFirst(), "p"))
                    .containsExactly(ChildState.HANDING_OVER));

            herd.gate.open();

            assertThat(mover.results()).containsExactly(false);
            Eventually.holds(() -> assertThat(supervisors)
                    .allSatisfy(supervisor -> assertThat(supervisor.children()).isEmpty()));
            assertThat(herd.census.births("p")).hasSize(1);
        }
    }

    @Test
    void theLastNodeStopsWithItsChildren() {
        try (Herd herd = new Herd(1, Purse.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            supervisor.startOrGet(Purse.spec("p"));

            herd.close(0);

            assertThat(herd.census.ends("p"))
                    .singleElement()
                    .satisfies(end -> assertThat(end.reason()).isEqualTo(ExitReason.shutdown()));
        }
    }

    // ---- by placement

    private static final Redistribution AT_ONCE = Redistribution.active(1000, Duration.ofMillis(20));

    @Test
    void childrenFollowPlacementWhenANodeComes() {
        try (Herd herd = new Herd(2, Purse.class)) {
            SupervisorOptions options =
                    SupervisorOptions.of(Placement.consistentHash()).redistribution(AT_ONCE);
            List<DistributedSupervisor> supervisors = new ArrayList<>(Supervisors.on(herd, options));
            int children = 90;
            for (int i = 0; i < children; i++) {
                router(supervisors.getFirst()).call("p" + i, new Purse.Put(i), LIMIT);
            }

            herd.join(herd.resources(), Purse.class);
            supervisors.add(Supervisors.on(herd.clusters.get(2), options));

            Eventually.holds(() -> assertThat(supervisors.getFirst().children()).allSatisfy(child -> {
                assertThat(child.state()).isEqualTo(ChildState.RUNNING);
                assertThat(child.owner())
                        .isEqualTo(Placement.consistentHash()
                                .place(child.id(), Supervisors.candidates(herd.names(herd.alive())))
                                .orElseThrow());
            }));
            Supervisors.awaitOneEach(herd, supervisors, children);
            Map<NodeName, Long> spread = supervisors.getFirst().children().stream()
                    .collect(Collectors.groupingBy(Child::owner, Collectors.counting()));
            assertThat(spread.get(herd.name(2))).isBetween(15L, 50L);
            for (int i = 0; i < children; i++) {
                assertThat(coins(supervisors.getFirst(), "p" + i)).containsExactly(i);
            }
        }
    }

    /// H-38.
    @Test
    void childrenStayWhenANodeComesUnlessToldToMove() {
        try (Herd herd = new Herd(2, Purse.class)) {
            List<DistributedSupervisor> supervisors = new ArrayList<>(Supervisors.on(herd));
            int children = 60;
            for (int i = 0; i < children; i++) {
                supervisors.getFirst().startOrGet(Purse.spec("p" + i));
            }
            int third = herd.join(herd.resources(), Purse.class);
            herd.awaitAll();
            supervisors.add(Supervisors.on(herd, third));
            Eventually.holds(
                    () -> assertThat(supervisors.getFirst().misplaced(LIMIT)).isPositive());
            assertThat(herd.census.births()).hasSize(children);

            int moving = supervisors.getFirst().redistribute(LIMIT);

            Eventually.holds(
                    () -> assertThat(supervisors.getFirst().misplaced(LIMIT)).isZero());
            Supervisors.awaitOneEach(herd, supervisors, children);
            assertThat(herd.census.births()).hasSize(children + moving);
        }
    }

    // ---- copies that meet

    @Test
    void theStateOfACopyThatStandsBackIsMerged() {
        try (Herd herd = new Herd(2, Purse.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 0, 1).getFirst();
            router(supervisors.getFirst()).call(id, new Purse.Put(1), LIMIT);
            herd.cut(List.of(0), List.of(1));
            Supervisors.awaitRunningWithout(supervisors.get(1), id, herd.name(0));
            router(supervisors.get(1)).call(id, new Purse.Put(2), LIMIT);
            router(supervisors.get(0)).call(id, new Purse.Put(3), LIMIT);

            herd.heal();
            herd.awaitAll();

            Eventually.holds(() -> assertThat(coins(supervisors.get(1), id)).containsExactly(1, 3, 2));
            Eventually.holds(() -> assertThat(herd.census.ends(id))
                    .singleElement()
                    .satisfies(end -> assertThat(end.reason()).isInstanceOf(ExitReason.NameConflict.class)));
            assertThat(supervisors.get(1).lookup(id)).map(Pid::node).contains(herd.name(0));
        }
    }
}
