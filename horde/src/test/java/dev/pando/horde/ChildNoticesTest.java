package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import dev.pando.core.Start;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// Processes that are told what becomes of children.
class ChildNoticesTest {

    private static final Name LISTENER = new Name("listener");

    private final Queue<ChildNotice> heard = new ConcurrentLinkedQueue<>();

    private Pid listener(Node node) {
        return node.spawn(this::hear);
    }

    private void hear() {
        while (true) {
            heard.add(Self.receive(ChildNotice.class));
        }
    }

    private List<ChildNotice> of(String id) {
        return heard.stream().filter(notice -> notice.child().id().equals(id)).toList();
    }

    @Test
    void theNodeOfAChildTellsOfEachStepOfItsLife() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            supervisors.get(1).listen(listener(herd.node(1)));

            Pid pid = supervisors.get(1).startOrGet(Worker.spec(id)).pid();
            supervisors.get(0).terminate(id, Supervisors.LIMIT);

            Eventually.holds(() -> assertThat(of(id)).hasSize(4));
            assertThat(of(id).subList(0, 3))
                    .allMatch(ChildNotice.Changed.class::isInstance)
                    .extracting(notice -> notice.child().state())
                    .containsExactly(ChildState.STARTING, ChildState.RUNNING, ChildState.STOPPING);
            assertThat(of(id).getLast())
                    .isInstanceOf(ChildNotice.Gone.class)
                    .satisfies(notice -> assertThat(notice.child().pid()).hasValue(pid))
                    .satisfies(notice -> assertThat(notice.supervisor()).isEqualTo("workers"));
        }
    }

    @Test
    void anotherNodeTellsOfALossAndOfWhereTheChildGoesOn() {
        try (Herd herd = new Herd(3, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            String id = Supervisors.placedOn(herd, 2, 1).getFirst();
            ProcessBody body = this::hear;
            herd.node(0)
                    .start(Supervisor.of(
                            Strategy.ONE_FOR_ONE, ChildSpec.of("listener", body).name(LISTENER)));
            supervisors.getFirst().listen(LISTENER);
            Pid before = supervisors.getFirst().startOrGet(Worker.spec(id)).pid();

            herd.crash(2);

            Eventually.holds(() -> assertThat(of(id).getLast().child()).satisfies(child -> {
                assertThat(child.state()).isEqualTo(ChildState.RUNNING);
                assertThat(child.takeOvers()).isEqualTo(1);
                assertThat(child.pid()).isPresent().get().isNotEqualTo(before);
            }));
            assertThat(of(id)).extracting(notice -> notice.child().state()).contains(ChildState.LOST_OWNER);
            assertThat(new HashSet<>(of(id))).as("each once").hasSameSizeAs(of(id));
        }
    }

    @Test
    void allAreToldOfOnceMoreWhenTheServerIsStartedAnewAndNoneHasGone() {
        try (Herd herd = Herd.waiting(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.inTrees(herd);
            String id = Supervisors.placedOn(herd, 1, 1).getFirst();
            supervisors.get(0).listen(listener(herd.node(0)));
            // Before they know each other it would be placed here.
            Eventually.holds(() -> assertThat(supervisors
                            .get(0)
                            .statusOf(herd.name(0), Supervisors.LIMIT)
                            .nodes())
                    .isEqualTo(2));
            supervisors.get(0).startOrGet(Worker.spec(id), Supervisors.LIMIT);
            Eventually.holds(() -> assertThat(of(id))
                    .last()
                    .satisfies(notice -> assertThat(notice.child().state()).isEqualTo(ChildState.RUNNING)));
            int before = of(id).size();

            Pid server = herd.node(0).whereis(Supervisors.SERVER).orElseThrow();
            herd.node(0).exit(server, ExitReason.killed());

            Eventually.holds(() -> assertThat(of(id)).hasSizeGreaterThan(before));
            assertThat(of(id)).allMatch(ChildNotice.Changed.class::isInstance);
            assertThat(of(id).getLast().child().state()).isEqualTo(ChildState.RUNNING);
        }
    }

    @Test
    void whoeverListensNoLongerIsToldNothing() {
        try (Herd herd = new Herd(1, Worker.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            Pid listener = listener(herd.node(0));
            supervisor.listen(listener);
            supervisor.unlisten(listener);

            supervisor.startOrGet(Worker.spec("a"));

            supervisor.listen(listener);
            supervisor.startOrGet(Worker.spec("b"));
            Eventually.holds(() -> assertThat(of("b")).hasSize(2));
            assertThat(of("a")).isEmpty();
        }
    }

    @Test
    void onlyProcessesOfItsOwnNodeListen() {
        try (Herd herd = new Herd(2, Worker.class)) {
            DistributedSupervisor supervisor = Supervisors.on(herd).getFirst();
            Pid far = listener(herd.node(1));

            assertThatThrownBy(() -> supervisor.listen(far))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not on this node");
        }
    }

    @Test
    void childrenThatNobodyHasToFindHaveIdsOfTheirOwn() {
        try (Herd herd = new Herd(2, Worker.class)) {
            List<DistributedSupervisor> supervisors = Supervisors.on(herd);
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                String id = supervisors.get(i % 2).newId();
                ChildSpec spec = Worker.spec(id);
                assertThat(supervisors.get(i % 2).startOrGet(spec)).isInstanceOf(Start.Started.class);
                assertThat(supervisors.get(i % 2).startOrGet(spec)).isInstanceOf(Start.AlreadyStarted.class);
                ids.add(id);
            }

            assertThat(ids).hasSize(100);
        }
    }
}
