package dev.pando.bench;

import static dev.pando.core.Step.noReply;

import dev.pando.core.Cast;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Idle processes and the one that started them.
final class PandoPopulation implements Population {

    /// Starts so many and waits until they are there. Returns those which the end of their parent does not end.
    @FunctionalInterface
    private interface Nursery {
        List<Pid> raise(int count);
    }

    private record Idle() implements GenServer<Idle.Message, Integer> {

        record Message() implements Cast {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer state) {
            return noReply(state);
        }
    }

    private record Born() {}

    private record Leave() {}

    private final Node node;
    private final Nursery nursery;
    private @Nullable Pid parent;
    private int others;

    private PandoPopulation(Node node, Nursery nursery) {
        this.node = node;
        this.nursery = nursery;
    }

    static PandoPopulation processes(Node node) {
        return new PandoPopulation(node, PandoPopulation::spawn);
    }

    static PandoPopulation servers(Node node) {
        return new PandoPopulation(node, PandoPopulation::startLinked);
    }

    private static List<Pid> spawn(int count) {
        Pid me = Self.pid();
        List<Pid> pids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pids.add(Self.spawn(() -> {
                Self.send(me, new Born());
                Self.receive(Leave.class);
            }));
        }
        for (int i = 0; i < count; i++) {
            Self.receive(Born.class);
        }
        return pids;
    }

    private static List<Pid> startLinked(int count) {
        for (int i = 0; i < count; i++) {
            Self.startLink(new Idle());
        }
        return List.of();
    }

    @Override
    public void start(int count) throws InterruptedException {
        others = node.processCount();
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        parent = node.spawn(() -> {
            try {
                List<Pid> pids = nursery.raise(count);
                started.complete(true);
                Self.receive(Leave.class);
                pids.forEach(pid -> Self.send(pid, new Leave()));
            } catch (Throwable failure) {
                // Whatever it is, it has spoilt the measurement.
                started.completeExceptionally(failure);
            }
            Self.exit(ExitReason.shutdown());
        });
        Waits.result(started);
        Waits.check("processes alive", count + 1L, node.processCount() - others);
    }

    @Override
    public void stop() throws InterruptedException {
        if (parent != null) {
            node.send(parent, new Leave());
            Waits.until("all processes have ended", () -> node.processCount() <= others);
            parent = null;
        }
    }
}
