package dev.pando.core;

import dev.pando.core.Launch.Origin;
import dev.pando.core.spi.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Processes that a node starts on others, and others on it.
///
/// The link and the monitor of who asks are made on the process's node before it runs, and on the asking node on the
/// thread that receives from the other one, before anything the process has to say: so neither side can miss an end.
/// A start that is given up, or whose session ends while it goes on, leaves no process behind.
final class RemoteStarts {

    private final Node node;
    private final Distribution distribution;
    /// Starts for other nodes that go on.
    private final Map<Ref, Pid> begun = new ConcurrentHashMap<>();

    RemoteStarts(Node node, Distribution distribution) {
        this.node = node;
        this.distribution = distribution;
    }

    // ---- the node that asks

    /// @param caller the process that asks; null for a thread that runs none
    Pid spawn(@Nullable LocalProcess caller, NodeName on, Behaviour behaviour, Duration timeout) {
        Optional<Pid> from = Optional.ofNullable(caller).map(asks -> asks.pid);
        return on.equals(node.name())
                ? node.startAndWait(Launch.of(behaviour), timeout)
                : askFor(caller, on, behaviour, new Origin(from, false, Optional.empty()), timeout);
    }

    Pid spawnLink(LocalProcess caller, NodeName on, Behaviour behaviour, Duration timeout) {
        return on.equals(node.name())
                ? node.startAndWait(Launch.child(caller, behaviour), timeout)
                : askFor(caller, on, behaviour, new Origin(Optional.of(caller.pid), true, Optional.empty()), timeout);
    }

    Monitored spawnMonitor(LocalProcess caller, NodeName on, Behaviour behaviour, Duration timeout) {
        if (on.equals(node.name())) {
            return node.startMonitored(caller, Launch.of(behaviour), timeout);
        }
        Ref monitor = node.newRef();
        Origin origin = new Origin(Optional.of(caller.pid), false, Optional.of(monitor));
        return new Monitored(askFor(caller, on, behaviour, origin, timeout), monitor);
    }

    private Pid askFor(
            @Nullable LocalProcess caller, NodeName on, Behaviour behaviour, Origin origin, Duration timeout) {
        Object outcome = node.calls()
                .ask(caller, on, ref -> new RemoteSignal.Start(ref, behaviour, origin), timeout, answer -> {
                    if (answer instanceof Pid pid) {
                        drop(pid, origin);
                    }
                });
        if (outcome instanceof Slot.Failure(ExitReason reason)) {
            throw new ExitException(reason, "start of " + Launch.kind(behaviour) + " on " + on);
        }
        return (Pid) outcome;
    }

    /// A process that was asked for serves.
    void started(Ref ref, Pid pid, Origin origin) {
        boolean tied = tie(pid, origin);
        if (!tied || !node.calls().complete(ref, pid)) {
            drop(pid, origin);
        }
    }

    /// Nobody wants the process that was asked for.
    private void drop(Pid pid, Origin origin) {
        origin.caller().map(node::here).ifPresent(caller -> untie(caller, pid, origin));
        node.exit(pid, ExitReason.killed());
    }

    private boolean tie(Pid pid, Origin origin) {
        if (!origin.linked() && origin.monitor().isEmpty()) {
            return true;
        }
        Optional<LocalProcess> caller = origin.caller().map(node::here);
        boolean tied = caller.isPresent() && (!origin.linked() || caller.get().addLink(pid));
        return tied
                && origin.monitor()
                        .map(ref -> caller.get().watch(ref, new LocalProcess.Watch(pid, pid)))
                        .orElse(true);
    }

    private static void untie(LocalProcess caller, Pid pid, Origin origin) {
        if (origin.linked()) {
            caller.removeLink(pid);
        }
        origin.monitor().ifPresent(caller::unwatch);
    }

    // ---- the node that is asked

    void start(Ref ref, Behaviour behaviour, Origin origin) {
        try {
            node.launch(Launch.of(behaviour).origin(origin), new Answer(ref, origin), pid -> begun.put(ref, pid));
        } catch (RuntimeException e) {
            refuse(ref, Node.reasonOf(e));
        }
    }

    private void refuse(Ref ref, ExitReason reason) {
        distribution.tell(ref.node(), reason, why -> new RemoteSignal.Failed(ref, why));
    }

    /// Answers who asked, on the thread of the process that has been asked for: so the answer goes before all that the
    /// process does, and before its end.
    private final class Answer extends Slot {
        private final Ref ref;
        private final Origin origin;

        Answer(Ref ref, Origin origin) {
            super(null);
            this.ref = ref;
            this.origin = origin;
        }

        @Override
        boolean complete(Object outcome, Scheduler scheduler) {
            boolean first = begun.remove(ref) != null;
            switch (outcome) {
                case Slot.Failure(ExitReason reason) when first -> refuse(ref, reason);
                case Pid pid
                when !first || !distribution.send(ref.node(), new RemoteSignal.Started(ref, pid, origin), false) ->
                    node.exit(pid, ExitReason.killed());
                default -> {}
            }
            return first;
        }
    }

    /// Who asked does not wait any more.
    void giveUp(Ref ref) {
        Pid starting = begun.remove(ref);
        if (starting != null) {
            node.exit(starting, ExitReason.killed());
        }
    }

    /// The session with a node has ended. Must come before its links are fired: a process that is not there yet would
    /// miss that.
    void lost(NodeName peer) {
        List.copyOf(begun.keySet()).stream()
                .filter(ref -> ref.node().equals(peer))
                .sorted(Comparator.comparingLong(Ref::serial))
                .forEach(this::giveUp);
    }
}
