package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class ObservationTest {

    private static final Name ADA = new Name("ada");

    private final Node node = Node.start("observed-" + System.identityHashCode(this));

    @AfterEach
    void close() {
        node.close();
    }

    private ProcessInfo info(Pid pid) {
        return node.processes().stream()
                .filter(info -> info.pid().equals(pid))
                .findFirst()
                .orElseThrow();
    }

    private Pid ada() {
        return node.whereis(ADA).orElseThrow();
    }

    @Test
    void everyLivingProcessIsListedOldestFirst() {
        Pid first = node.spawn(() -> Self.receive(String.class));
        Pid ended = node.spawn(() -> {});
        Steps.end(node, ended);
        Pid second = node.start(new Pliable(), ADA);

        assertThat(node.processes()).extracting(ProcessInfo::pid).containsExactly(first, second);
        assertThat(node.processCount()).isEqualTo(2);
    }

    @Test
    void aProcessIsListedWithItsNameKindAndCounts() {
        Pid server = node.start(new Pliable(), ADA);
        node.call(server, Pliable.Ask.forState());
        node.call(server, Pliable.Ask.forState());

        ProcessInfo info = info(server);

        assertThat(info.label()).isEqualTo("Pliable");
        assertThat(info.name()).contains(ADA);
        assertThat(info.taken()).isEqualTo(2);
        assertThat(info.waiting()).isZero();
        assertThat(info.restarts()).isZero();
        assertThat(info.parent()).isEmpty();
    }

    @Test
    void whatWaitsIsCounted() {
        Pid deaf = node.spawn(() -> Self.receive(Integer.class));
        for (int i = 0; i < 7; i++) {
            node.send(deaf, "not for you");
        }

        assertThat(info(deaf).waiting()).isEqualTo(7);
    }

    @Test
    void linksMonitorsAndTheParentAreListed() {
        Steps.run(node, () -> {
            Pid child = Self.spawnLink(() -> Self.receive(String.class));
            Self.monitor(child);
            Self.monitor(child);

            ProcessInfo info = info(child);
            assertThat(info.parent()).contains(Self.pid());
            assertThat(info.links()).isEqualTo(1);
            assertThat(info.watchers()).isEqualTo(2);
            Self.unlink(child);
            Self.exit(child, ExitReason.shutdown());
        });
    }

    /// Also those that fail: the kill may come while the child is initialised.
    @RepeatedTest(20)
    void restartsAreCounted() {
        node.start(Supervisor.of(
                Strategy.ONE_FOR_ONE, ChildSpec.of("ada", new Pliable()).name(ADA)));
        for (int restarts = 0; restarts < 3; restarts++) {
            Pid before = ada();
            assertThat(info(before).restarts()).isEqualTo(restarts);
            node.exit(before, ExitReason.killed());
            Steps.until(
                    "the restart",
                    () -> node.whereis(ADA).filter(pid -> !pid.equals(before)).isPresent());
        }

        assertThat(info(ada()).restarts()).isEqualTo(3);
    }

    @Test
    void theStateOfAServerCanBeSeen() {
        Pid server = node.start(new Pliable());
        node.cast(server, Pliable.Tell.add(5));

        assertThat(node.state(server, Steps.LIMIT)).isEqualTo(5);
    }

    @Test
    void theStateOfASupervisorIsItsChildren() {
        Pid supervisor = node.start(Supervisor.of(
                Strategy.ONE_FOR_ONE, ChildSpec.of("ada", new Pliable()).name(ADA)));
        Pid dynamic = node.start(DynamicSupervisor.of());

        assertThat(node.state(supervisor, Steps.LIMIT))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Supervisor.ChildStatus.class))
                .extracting(Supervisor.ChildStatus::pid)
                .containsExactly(Optional.of(ada()));
        assertThat(node.state(dynamic, Steps.LIMIT)).isEqualTo(List.of());
    }

    @Test
    void aPlainProcessHasNoStateToBeSeen() {
        Pid plain = node.spawn(() -> Self.receive(String.class));

        assertThatThrownBy(() -> node.state(plain, Steps.LIMIT))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NotAccepted.class));
    }

    @Test
    void aBusyServerIsNotWaitedForTooLong() {
        Pid server = node.start(new Pliable());
        node.cast(server, new Pliable.Tell((_, state) -> {
            Self.receive(String.class);
            return Step.noReply(state);
        }));

        assertThatThrownBy(() -> node.state(server, Duration.ofMillis(20))).hasMessageContaining("Timeout");
        node.send(server, "go on");
    }

    @Test
    void aCrashIsLoggedOnceWithItsMessageAndAncestors() {
        try (Logged logged = new Logged()) {
            Pid supervisor = node.start(Supervisor.of(
                    Strategy.ONE_FOR_ONE,
                    ChildSpec.of("ada", new Fragile())
                            .restart(Restart.TEMPORARY)
                            .name(ADA)));
            Pid child = ada();

            node.cast(ADA, new Fragile.Break("glass"));
            Steps.end(node, child);

            assertThat(logged.of(child))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR")
                    .contains("Fragile")
                    .contains("at message Break[what=glass]")
                    .contains("started by " + supervisor);
        }
    }

    @Test
    void abnormalEndsAreLogged() {
        try (Logged logged = new Logged()) {
            Pid leaving = node.spawn(() -> Self.exit(ExitReason.Other.of("failed")));
            Pid crashing = node.spawn(() -> {
                throw new java.io.IOException("disk on fire");
            });
            Pid stopping = node.start(new Pliable());
            node.cast(stopping, new Pliable.Tell((_, state) -> Step.stop(ExitReason.Other.of("failed"), state)));

            for (Pid pid : List.of(leaving, crashing, stopping)) {
                Steps.end(node, pid);
                assertThat(logged.of(pid)).as("the end of " + pid).hasSize(1);
            }
        }
    }

    @Test
    void quietEndsAreNotLogged() {
        try (Logged logged = new Logged()) {
            Pid stopped = node.start(new Pliable());
            Pid told = node.start(new Pliable());
            Pid killed = node.start(new Pliable());

            node.cast(stopped, new Pliable.Tell((_, state) -> Step.stop(ExitReason.normal(), state)));
            node.exit(told, ExitReason.shutdown());
            node.exit(killed, ExitReason.killed());

            for (Pid pid : List.of(stopped, told, killed)) {
                Steps.end(node, pid);
                assertThat(logged.of(pid)).isEmpty();
            }
        }
    }

    @Test
    void aMessageThatCannotBePrintedDoesNotHideTheCrash() {
        try (Logged logged = new Logged()) {
            Pid child = node.start(new Fragile());

            node.cast(child, new Fragile.Shy());
            Steps.end(node, child);

            assertThat(logged.of(child)).singleElement().asString().contains("whose toString failed");
        }
    }

    /// Crashes at every message.
    private record Fragile() implements GenServer<Fragile.Message, Integer> {
        sealed interface Message {}

        record Break(String what) implements Message, Cast {}

        record Shy() implements Message, Cast {
            @Override
            public String toString() {
                throw new IllegalStateException("not for your eyes");
            }
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer state) {
            throw new IllegalStateException("broken");
        }
    }
}
