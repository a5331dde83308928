package dev.pando.horde;

import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.core.Start;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DistributedSupervisorIT {

    record Counter(String id) implements GenServer<Counter.Next, Integer> {
        record Next() implements Call<String> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Next message, Integer state) {
            return reply(message, id + state + "@" + Self.node().name().name(), state + 1);
        }
    }

    @Test
    void childrenSpreadOverTheNodesAndOutliveOne() {
        try (Trio trio = new Trio(3, Protocols.of(Counter.class))) {
            List<DistributedSupervisor> supervisors = trio.clusters.stream()
                    .map(cluster -> DistributedSupervisor.start(cluster, "counters", Placement.consistentHash()))
                    .toList();
            int count = 300;
            for (int i = 0; i < count; i++) {
                DistributedSupervisor supervisor = supervisors.get(i % 3);
                Start start = supervisor.startOrGet(ChildSpec.of("c" + i, new Counter("c" + i)));
                assertThat(supervisor.lookup("c" + i)).contains(start.pid());
                assertThat(trio.nodes.get(i % 3).call(supervisor.via("c" + i), new Counter.Next()))
                        .startsWith("c" + i + "0@");
            }
            Map<NodeName, Integer> spread = new TreeMap<>();
            for (Child child : supervisors.getFirst().children()) {
                spread.merge(child.owner(), 1, Integer::sum);
            }
            assertThat(spread).hasSize(3);
            assertThat(spread.values()).allMatch(share -> share > 70);

            trio.nodes.get(2).close();

            for (int i = 0; i < count; i++) {
                Pid pid = supervisors
                        .get(i % 2)
                        .startOrGet(ChildSpec.of("c" + i, new Counter("c" + i)), Duration.ofSeconds(10))
                        .pid();
                assertThat(pid.node()).isNotEqualTo(trio.nodes.get(2).name());
            }
            int owned = supervisors
                            .getFirst()
                            .childrenOn(trio.nodes.get(0).name(), Duration.ofSeconds(5))
                            .size()
                    + supervisors
                            .getFirst()
                            .childrenOn(trio.nodes.get(1).name(), Duration.ofSeconds(5))
                            .size();
            assertThat(owned).isEqualTo(count);
        }
    }

    @Test
    void anIdThatAllNodesAskForAtOnceIsStartedOnce() {
        try (Trio trio = new Trio(3, Protocols.of(Counter.class))) {
            List<DistributedSupervisor> supervisors = trio.clusters.stream()
                    .map(cluster -> DistributedSupervisor.start(cluster, "counters", Placement.consistentHash()))
                    .toList();
            for (int round = 0; round < 10; round++) {
                ChildSpec spec = ChildSpec.of("c" + round, new Counter("c" + round));
                Callers<Start> callers = new Callers<>();
                for (int i = 0; i < 24; i++) {
                    DistributedSupervisor supervisor = supervisors.get(i % 3);
                    callers.add(() -> supervisor.startOrGet(spec));
                }

                List<Start> starts = callers.go().results();

                assertThat(starts).filteredOn(Start.Started.class::isInstance).hasSize(1);
                assertThat(starts)
                        .extracting(Start::pid)
                        .containsOnly(starts.getFirst().pid());
            }
        }
    }

    @Test
    void aTerminatedChildIsGoneOnAllNodesAndCanBeStartedAnew() {
        try (Trio trio = new Trio(3, Protocols.of(Counter.class))) {
            List<DistributedSupervisor> supervisors = trio.clusters.stream()
                    .map(cluster -> DistributedSupervisor.start(cluster, "counters", Placement.consistentHash()))
                    .toList();
            for (int i = 0; i < 60; i++) {
                DistributedSupervisor supervisor = supervisors.get(i % 3);
                ChildSpec spec = ChildSpec.of("c" + i, new Counter("c" + i));
                supervisor.startOrGet(spec);

                assertThat(supervisor.terminate("c" + i, Duration.ofSeconds(5))).isTrue();
                Pid second = supervisor.startOrGet(spec).pid();

                String id = "c" + i;
                Eventually.holds(() -> assertThat(supervisors)
                        .allMatch(one -> one.lookup(id).filter(second::equals).isPresent()));
            }
        }
    }
}
